"""What stands centred above one another has one axis: told of a PDF, where nothing else says how a line was set."""

from collections.abc import Iterator, Sequence
from statistics import median_low

from templates.checker.anatomy import Anatomy
from templates.checker.letters import at
from templates.checker.model import PDF, Finding, Line, Sheet
from templates.checker.rules import PARTS
from templates.checker.words import SIGNED_BY_TWO

# Lines set by tabs or blanks stand some millimetres beside; more is seen.
_CLOSE_MM = 6.0
Named = tuple[str, Line | None]


def check_axes(sheet: Sheet, anatomy: Anatomy) -> Iterator[Finding]:
    """Boxes 1 and 4, 2 to 5b, 5a, and 7a with 7b: of each group what stands beside its axis."""
    if sheet.kind != PDF:
        return
    head, foot = anatomy.head, anatomy.foot
    groups: tuple[Sequence[Named], ...] = (
        (("nation", head.nation), ("motto", head.motto), ("date", head.date)),
        (
            *(("superior", line) for line in head.superior),
            *(("issuer", line) for line in head.issuer),
            ("number", head.number),
            *(("letter_subject", line) for line in head.letter_subject),
        ),
        (*(("capacity", line) for line in foot.capacity), ("signer", foot.name)),
    )
    # Two blocks beside one another have an axis each.
    for group in groups[:-1] if anatomy.kind in SIGNED_BY_TWO else groups:
        yield from _beside(group)
    if head.kind is not None:
        page = sheet.sections[head.kind.section]
        title = (("kind_name", head.kind), *(("subject", line) for line in head.subject))
        yield from _beside(title, middle=(page.left_mm + page.width_mm - page.right_mm) / 2)


def _beside(group: Sequence[Named], *, middle: float | None = None) -> Iterator[Finding]:
    """Lines away from the axis most of them have; where the text's middle is given, the one nearest to it."""
    page = next((line.page for _, line in group if line is not None), None)
    centres = [
        (name, line, (line.box[0] + line.box[2]) / 2)
        for name, line in group
        if line is not None and line.box is not None and line.page == page
    ]
    if not centres:
        return
    axis = median_low(centre for _, _, centre in centres)
    if len(centres) == 2:  # the upper one is believed
        axis = centres[0][2]
    if middle is not None:
        axis = min((centre for _, _, centre in centres), key=lambda centre: abs(centre - middle))
    told = set()
    for name, line, centre in centres:
        if abs(centre - axis) > _CLOSE_MM and name not in told:
            told.add(name)
            yield at(f"{PARTS[name].box}.{name}.align", line)
