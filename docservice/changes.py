"""`docservice changes`: what became of a file after each of its signatures, in sentences, pictures or JSON.

Exit code 0 when nothing came after the signatures but what they allow, 1 when something else did or there is no
signature, 2 when the file or a signed revision of it could not be read.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docservice.core.errors import NotFound
from docservice.core.out_files import write
from docservice.core.sandbox import Sandbox
from docservice.core.sandbox_errors import SandboxFailed
from docservice.core.words import N_, say
from docservice.settings import Settings
from docservice.signatures import comparisons
from docservice.signatures.comparisons import Change
from docservice.signatures.verdicts import sentence
from docservice.verify import LIMITS, NONE, as_line, judge, known_trust
from signing.errors import SigningError
from signing.keys import one_line
from signing.verdict import FileVerdict, SignatureVerdict
from templates.compare import ComparedPage
from templates.errors import TemplatesError
from templates.marks import side_by_side

_HEAD = N_("{file}: chữ ký {number}. {sentence} Mã: {code}.")
_BEFORE, _NOW = N_("Bản đã ký, trang {page}"), N_("Bản hiện tại, trang {page}")
_NO_PAGE = N_("Không có trang này")


class SignatureNotThere(NotFound):
    code = "signature_not_there"
    message = N_("Tệp không có chữ ký thứ {number}.")


@dataclass(frozen=True)
class _After:
    """What came after one signature; `error` is the code of why it could not be compared."""

    number: int
    verdict: SignatureVerdict
    sentence: str
    summary: str
    changes: tuple[Change, ...]
    pictures: tuple[Path, ...]
    error: str | None

    @property
    def exit_code(self) -> int:
        if self.error is not None:
            return 2
        return 0 if comparisons.is_lawful(self.changes, self.verdict) else 1


def run_changes(
    settings: Settings,
    file: Path,
    *,
    out: Path | None,
    number: int | None,
    as_json: bool,
    trust: Sequence[Path],
    crls: Sequence[Path],
    ocsps: Sequence[Path],
    at: datetime | None,
    language: str | None = None,
) -> int:
    """Say what came after every signature, or after the one of this number; pictures go to `out`.

    Raises `SignatureNotThere` and `PlaceUnwritable`.
    """
    known, language = known_trust(settings, trust, crls, ocsps), language or settings.language
    with Sandbox(
        size=1, preload=("signing.verdict", "signing.revisions", "templates.compare"), limits=LIMITS
    ) as sandbox:
        outcome = judge(sandbox, file, known, at or datetime.now(UTC))
        if outcome.verdict is None:
            said = outcome.why(language)
            error = {"code": outcome.error, "message": said}
            _write([_json(file, (), error)] if as_json else [one_line(f"{file}: {said}")])
            return 2
        numbers = range(1, len(outcome.verdict.signatures) + 1)
        if number is not None and number not in numbers:
            raise SignatureNotThere(number=number)
        afters = [
            _after(sandbox, outcome.data, outcome.verdict, chosen, out=out, language=language)
            for chosen in ([number] if number else numbers)
        ]
    _write([_json(file, afters, None)] if as_json else list(map(one_line, _lines(file, afters, language))))
    return max((after.exit_code for after in afters), default=1)


def _after(sandbox: Sandbox, data: bytes, file: FileVerdict, number: int, *, out: Path | None, language: str) -> _After:
    verdict = file.signatures[number - 1]
    said = sentence(verdict, language)
    try:
        found = comparisons.compare_after(sandbox, data, verdict.field)
    except (SigningError, TemplatesError, SandboxFailed) as error:
        return _After(number, verdict, said, say(comparisons.IMPOSSIBLE, language, code=error.code), (), (), error.code)
    changes = comparisons.changes_in(found, verdict, file, language)
    pages = [page for page in found.comparison.pages if page.before_picture or page.after_picture]
    pictures = [_picture(sandbox, page, out, number, language) for page in pages] if out else []
    summary = comparisons.summary(changes, found, verdict, language)
    return _After(number, verdict, said, summary, changes, tuple(pictures), None)


def _picture(sandbox: Sandbox, page: ComparedPage, out: Path, number: int, language: str) -> Path:
    """Write one page's two states as a picture; what came or went says so in its name."""
    titles = tuple(
        say(title, language, page=at) if at else say(_NO_PAGE, language)
        for title, at in ((_BEFORE, page.before), (_NOW, page.after))
    )
    picture = sandbox.run(side_by_side, page.before_picture, page.after_picture, titles=(titles[0], titles[1]))
    ending = "-added" if page.before is None else ("-removed" if page.after is None else "")
    place = out / f"signature-{number}-page-{page.after or page.before}{ending}.png"
    write(place, picture)
    return place


def _lines(file: Path, afters: Sequence[_After], language: str) -> Iterator[str]:
    if not afters:
        yield say(NONE, language, file=str(file))
    for after in afters:
        yield say(
            _HEAD, language, file=str(file), number=after.number, sentence=after.sentence, code=after.verdict.code
        )
        yield f"  {after.summary}"
        for change in after.changes:
            judged = say(comparisons.ALLOWED if change.allowed else comparisons.REFUSED, language)
            yield f"  {change.number or '-'}. {comparisons.placed(change, language)}: {judged}"
        yield from (f"  {place}" for place in after.pictures)


def _json(file: Path, afters: Sequence[_After], error: dict[str, Any] | None) -> str:
    signatures = [
        {
            "signature": after.number,
            "field": after.verdict.field,
            "indication": after.verdict.indication,
            "code": after.verdict.code,
            "sentence": after.sentence,
            "summary": after.summary,
            "error": after.error,
            "allowed": after.exit_code == 0,
            "changes": [asdict(change) for change in after.changes],
            "pictures": [str(place) for place in after.pictures],
        }
        for after in afters
    ]
    return as_line({"file": str(file), "error": error, "signatures": signatures})


def _write(lines: Sequence[str]) -> None:
    sys.stdout.writelines(line + "\n" for line in lines)
