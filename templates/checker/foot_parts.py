"""The parts of a document's foot: boxes 7a, 7b, 9b and 12, beside one another or one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from templates.catalogue import END_MARK
from templates.checker import words
from templates.checker.model import Line


@dataclass(frozen=True)
class Foot:
    """Boxes 7a, 7b, 9b and 12."""

    title: Line | None = None
    recipients: tuple[Line, ...] = ()
    drafter: Line | None = None
    capacity: tuple[Line, ...] = ()
    name: Line | None = None
    above_name: tuple[Line, ...] = ()


def foot_begins(main: tuple[Line, ...]) -> int:
    """Where the foot begins: the first line of its table, of "Nơi nhận", or of the signature block."""
    at = next((n for n in range(len(main) - 1, -1, -1) if words.RECIPIENTS.match(main[n].text)), None)
    if at is None:
        tail = range(max(0, len(main) - 15), len(main))
        ended = max((n for n in tail if main[n].text.endswith(END_MARK)), default=-1)
        # A contract names its parties in its text too.
        blocks = (n for n in tail if _opens_block(main[n]) and (n > ended or not words.PARTY.match(main[n].text)))
        at = next(blocks, len(main))
    cell = main[at].cell if at < len(main) else None
    if cell is not None:
        return next(n for n, line in enumerate(main) if line.cell and line.cell[0] == cell[0])
    # Without a table the signature block may stand above "Nơi nhận".
    while at > 0 and at < len(main):
        ended = max((n for n in range(at) if main[n].text.endswith(END_MARK)), default=-1)
        above = [n for n in range(max(0, at - 8, ended + 1), at) if _opens_block(main[n]) and main[n].cell is None]
        if not above:
            break
        at = above[0]
    return at


def _opens_block(line: Line) -> bool:
    text = line.text
    if (words.CAPACITY.match(text) or words.PARTY.match(text)) and words.upper(text):
        return True
    return bool(words.TITLE.match(text.upper())) and len(text) < 60 and (words.upper(text) or line.side == "right")


def find_foot(main: tuple[Line, ...], at: int) -> Foot:
    confirmed = next((n for n in range(at + 1, len(main)) if words.CONFIRMED.match(main[n].text)), len(main))
    lines = main[at:confirmed]
    title = next((line for line in lines if words.RECIPIENTS.match(line.text)), None)
    left = [line for line in lines if line.side == "left"]
    right = [line for line in lines if line.side == "right" and line.text]
    if not left and title is not None:
        left = [line for line in lines if line.side == ""][[*filter(lambda x: x.side == "", lines)].index(title) :]
    if not right:
        stop = lines.index(title) if title in lines and _opens_block(lines[0]) else len(lines)
        right = [line for line in lines[:stop] if line.side == "" and line.text and not _listed(line)]
        right = [line for line in right if line is not title]
    listed, drafter = _recipients(left, title)
    capacity, above, name = _block(right)
    return Foot(title, listed, drafter, capacity, name, above)


def _listed(line: Line) -> bool:
    return line.text.startswith(("-", "–", "+", "•")) or bool(words.ARCHIVE.match(line.text))


def _recipients(left: Sequence[Line], title: Line | None) -> tuple[tuple[Line, ...], Line | None]:
    if title is None or title not in left:
        return (), None
    found: list[Line] = []
    drafter = None
    for line in left[left.index(title) + 1 :]:
        if not line.text:
            continue
        if words.DRAFTER.match(line.text) and found:
            drafter = line
        elif words.ADDRESS.match(line.text) or drafter is not None or set(line.text) <= words.RULE_TEXT:
            break
        else:
            found.append(line)
    return tuple(found), drafter


def _block(right: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...], Line | None]:
    """The title lines, lines above the name that name another title, and the name."""
    seen = [line for line in right if not line.text.startswith("(") and not line.text.endswith(")")]
    seen = [line for line in seen if not set(line.text) <= words.RULE_TEXT and not words.ADDRESS.match(line.text)]
    if not seen:
        return (), (), None
    titles: list[Line] = []
    for line in seen:
        if (words.upper(line.text) or _opens_block(line)) and not _looks_like_name(line, titles):
            titles.append(line)
        else:
            break
    others = seen[len(titles) :]
    if not titles:
        return tuple(seen[:-1]), (), seen[-1] if len(seen) > 1 else None
    return tuple(titles), tuple(others[:-1]), others[-1] if others else None


def _looks_like_name(line: Line, titles: Sequence[Line]) -> bool:
    """A name typed in capitals: the last of several lines that opens nothing and follows a title."""
    if not titles or words.CAPACITY.match(line.text) or words.TITLE.match(line.text):
        return False
    own = words.fold(line.text).split()
    return 2 <= len(own) <= 5 and bool(words.TITLE.match(titles[-1].text)) and own[0] in _SURNAMES


_SURNAMES = frozenset(
    (
        "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong",
        "ly", "lo", "ha", "dinh", "luong", "trinh", "mai", "cao", "ta", "lam", "dao", "doan", "truong", "giang", "thao",
        "vang", "luu", "chu", "quach", "kieu", "to", "tong", "dam", "hua", "nong", "be", "ma", "sung", "lau",
    )
)  # fmt: skip
