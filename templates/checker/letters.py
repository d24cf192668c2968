"""How a component's letters stand: size, weight, slant, letter case, place on the line."""

from collections.abc import Iterator, Sequence

from templates.checker.model import CENTRE, Edit, Finding, Line, Run
from templates.checker.rules import INDENTS_MM, PARTS, Part
from templates.checker.words import upper

# Half a point is the least a file can say; less is rounding of a PDF.
_CLOSE_PT = 0.3
_CLOSE_MM = 0.8


def at(rule: str, line: Line | None, *, run: int | None = None, edits: Sequence[Edit] = (), **params: str) -> Finding:
    """A finding at a line; `what` is the line's text unless it is given."""
    if line is None:
        return Finding(rule, params=params)
    shown = line.text if len(line.text) <= 80 else line.text[:77] + "..."
    return Finding(rule, line.page, line.number, run, {"what": shown, **params}, tuple(edits))


def is_indented(line: Line) -> bool:
    """Whether the first line begins 1 cm or 1.27 cm in (II.6.e)."""
    return any(abs((line.start_mm or 0) - wanted) <= _CLOSE_MM for wanted in INDENTS_MM)


def points(size: float) -> str:
    """A size as people write it."""
    return f"{size:g}".replace(".", ",")


def check_part(name: str, lines: Sequence[Line], *, skip: Sequence[str] = ()) -> Iterator[Finding]:
    """Everything the decree says of the letters of these lines."""
    part = PARTS[name]
    for line in lines:
        found = {
            "size": _size(part, line),
            "weight": _weight(part, line),
            "slant": _slant(part, line),
            "capitals": _capitals(part, line),
            "align": _align(part, line),
        }
        for fault, finding in found.items():
            if finding is not None and fault not in skip:
                yield finding


def _size(part: Part, line: Line) -> Finding | None:
    least, most = part.sizes_pt
    wrong = [run for run in line.shown if not least - _CLOSE_PT <= run.size_pt <= most + _CLOSE_PT]
    if not wrong:
        return None
    right = least if wrong[0].size_pt < least else most
    edits = [_edit(line, run, "size", f"{right:g}") for run in wrong]
    return _fault(part, "size", line, wrong, edits, found=points(wrong[0].size_pt), wanted=_range(part))


def _weight(part: Part, line: Line) -> Finding | None:
    wrong = [run for run in line.shown if run.bold != part.bold]
    if part.bold is None or not wrong:
        return None
    return _fault(part, "weight", line, wrong, [_edit(line, run, "bold", str(int(part.bold))) for run in wrong])


def _slant(part: Part, line: Line) -> Finding | None:
    wrong = [run for run in line.shown if run.italic != part.italic]
    if part.italic is None or not wrong:
        return None
    return _fault(part, "slant", line, wrong, [_edit(line, run, "italic", str(int(part.italic))) for run in wrong])


def _capitals(part: Part, line: Line) -> Finding | None:
    if part.capitals is None or not any(letter.isalpha() for letter in line.text):
        return None
    if part.capitals:
        wrong = not upper(line.text)
        edits = [Edit("text", line.number, line.text, line.text.upper())] if wrong else []
    else:
        words = [word for word in line.text.split() if sum(letter.isalpha() for letter in word) > 1]
        wrong = upper(line.text) and len(words) > 1
        edits = []
    return _fault(part, "capitals", line, [], edits) if wrong else None


def _align(part: Part, line: Line) -> Finding | None:
    if part.align is None or line.align in {None, part.align}:
        return None
    return _fault(part, "align", line, [], [Edit("paragraph", line.number, "align", CENTRE)])


def _range(part: Part) -> str:
    least, most = part.sizes_pt
    return points(least) if least == most else f"{points(least)} - {points(most)}"


def _edit(line: Line, run: Run, name: str, value: str) -> Edit:
    return Edit("run", line.number, name, value, run.number)


def _fault(part: Part, fault: str, line: Line, wrong: Sequence[Run], edits: Sequence[Edit], **params: str) -> Finding:
    run = wrong[0].number if wrong else None
    wanted = {"weight": part.bold, "slant": part.italic, "capitals": part.capitals}.get(fault)
    more = params if wanted is None else {"wanted": "yes" if wanted else "no", **params}
    return at(f"{part.box}.{part.name}.{fault}", line, run=run, edits=edits, **more)
