"""What the checker looks at and what it says, as plain values: a DOCX and a PDF become the same lines.

Lengths are millimetres, sizes and gaps points. What a file does not tell is None, and no rule judges it.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

DOCX, PDF = "docx", "pdf"
Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"
LEFT, RIGHT, CENTRE, BOTH = "left", "right", "center", "both"


@dataclass(frozen=True)
class Run:
    """Letters of one look. `fonts` are the families they show in, `colour` six hexadecimal digits or None for black."""

    text: str
    fonts: tuple[str, ...]
    size_pt: float
    bold: bool
    italic: bool
    underline: bool = False
    colour: str | None = None
    marked: bool = False
    # The ordinal of the run in its paragraph, from 1.
    number: int = 1
    # Whether the file says so in capitals only (`w:caps`); `text` is in capitals then.
    by_style: bool = False


@dataclass(frozen=True)
class Rule:
    """A drawn horizontal rule: its length, and whether it is an underlined text or a row of underscores."""

    length_mm: float
    kind: Literal["drawn", "border", "underscores", "underline"]


@dataclass(frozen=True)
class Line:
    """A paragraph, or the part of one between line breaks or tabs, with its effective look."""

    # The paragraph's ordinal in the order of reading, from 1.
    number: int
    text: str
    runs: tuple[Run, ...]
    align: str | None = None
    # Where the first and the further lines begin, from the column's left edge.
    start_mm: float | None = None
    left_mm: float | None = None
    before_pt: float | None = None
    after_pt: float | None = None
    # Of single spacing.
    spacing: float | None = None
    column_mm: float = 165.0
    # Table, row and column, each from 0.
    cell: tuple[int, int, int] | None = None
    # Which half of the page it stands in, where it stands in one.
    side: str = ""
    page: int | None = None
    section: int = 0
    rules: tuple[Rule, ...] = ()
    boxed: bool = False
    # Bookmarks and the names of form fields.
    marks: tuple[str, ...] = ()
    # The label automatic numbering puts before the text; `text` begins with it.
    label: str = ""
    page_break_before: bool = False
    # Parts between tabs, the paragraph's own text being all of them.
    pieces: tuple["Line", ...] = ()
    # Left, bottom, right, top on a PDF's page, in millimetres from the upper left corner: x0, y1, x1, y0.
    box: tuple[float, float, float, float] | None = None

    @cached_property
    def shown(self) -> tuple[Run, ...]:
        """The runs that show letters."""
        return tuple(run for run in self.runs if run.text.strip())


@dataclass(frozen=True)
class PageNumber:
    """A page number in a header or footer: where, how, and what else is written beside it."""

    at_top: bool
    centred: bool
    size_pt: float
    bold: bool
    italic: bool
    beside: str


@dataclass(frozen=True)
class Section:
    """One section's page. `first` says whether the first page of it shows the number too."""

    width_mm: float
    height_mm: float
    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    numbers: tuple[PageNumber, ...]
    shows_first: bool
    starts_at: int | None = None
    format: str = "decimal"


@dataclass(frozen=True)
class Sheet:
    """A file as read. `pages` is None when only a renderer would know; `least_pages` is certain.

    From the paragraph `unsure_from` on, only a renderer would know the page either: no word processor left its breaks.
    """

    kind: str
    sections: tuple[Section, ...]
    lines: tuple[Line, ...]
    footer: tuple[Line, ...]
    pages: int | None
    least_pages: int
    tables: tuple[int, ...] = ()
    unembedded: tuple[str, ...] = ()
    unsure_from: int | None = None


@dataclass(frozen=True)
class Edit:
    """One safe change to a DOCX.

    `what` is text (`old` becomes `new`), run or paragraph (the property `old` becomes `new`), page (a margin or the
    size), legacy (letters of an old font), or number (the page numbers of all sections).
    """

    what: Literal["text", "run", "paragraph", "page", "legacy", "number", "nfc"]
    number: int
    old: str
    new: str
    run: int = 0


@dataclass(frozen=True)
class Finding:
    """A rule that does not hold: where, the words its sentence needs, and the edits that mend it, if any are safe."""

    rule: str
    page: int | None = None
    paragraph: int | None = None
    run: int | None = None
    params: dict[str, str] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a file is (a code of the kinds, or None) and everything found in it, in the order of the page."""

    kind: str | None
    findings: tuple[Finding, ...]
