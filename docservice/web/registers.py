"""The register books as Annex IV draws them: read, printed, taken out as a table."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response

from docservice.core.errors import NotFound
from docservice.core.work import Reading
from docservice.documents import numbering, registers
from docservice.documents.numbering import COPIES, INCOMING, OUTGOING
from docservice.edge import InVisit, permit
from docservice.identity.models import Role
from docservice.web import labels, shell
from docservice.web.acts import read_day
from docservice.web.tables import as_csv

router = APIRouter(prefix="/registers")
READERS = tuple(sorted(labels.BOOK_READERS))
PAGE = 50
_FILES = {OUTGOING: "so-van-ban-di", INCOMING: "so-van-ban-den", COPIES: "so-ban-sao"}


@router.get("", dependencies=[permit(*READERS)])
def show(request: Request, visit: InVisit, series: str = OUTGOING, year: int | None = None, page: int = 1) -> Response:
    """One book of one year, newest line first."""
    visit = request.state.visit = visit.in_role(*READERS)
    with visit.reading() as reading:
        own_series = _require_known(reading, series)
        years = registers.years(reading, series=series)
        this_year = reading.today.year
        chosen = year or (years[0] if years else this_year)
        book = registers.book(reading, series=series, year=chosen, limit=PAGE, offset=(max(1, page) - 1) * PAGE)
        volumes = registers.volumes(reading, series=series, year=chosen)
    return shell.page(
        request,
        "registers.html",
        book=book,
        series=series,
        year=chosen,
        years=sorted({*years, this_year}, reverse=True),
        is_opened_here=chosen == this_year and chosen not in years and registers.is_series(series),
        follows=bool(years),
        number=max(1, page),
        pages=max(1, -(-book.total // PAGE)),
        incoming=INCOMING,
        outgoing=OUTGOING,
        copies=COPIES,
        own_series=own_series,
        volumes=volumes,
    )


@router.post("/open", dependencies=[permit(Role.CLERK)])
def open_book(
    request: Request,
    visit: InVisit,
    series: Annotated[str, Form(max_length=30)],
    last_used: Annotated[int, Form(ge=0, le=999_999)] = 0,
    last_day: Annotated[str, Form(max_length=10)] = "",
    former_system: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Open this year's book of a series while there is none, after the last number used elsewhere or last year."""
    visit = visit.in_role(Role.CLERK)
    with visit.work() as work:
        if not registers.is_series(series) or work.actor.agency_id is None:
            raise NotFound
        numbering.open_register(
            work,
            agency_id=work.actor.agency_id,
            series=series,
            year=work.today.year,
            last_used=last_used,
            last_day=read_day(last_day),
            former_system=former_system.strip() or None,
        )
    return shell.go(request, f"/registers?series={quote(series)}&year={work.today.year}", notice="saved")


@router.get("/export", dependencies=[permit(*READERS)])
def export(visit: InVisit, year: int, series: str = OUTGOING) -> Response:
    """The whole book as CSV that a spreadsheet opens with its Vietnamese letters."""
    visit = visit.in_role(*READERS)
    with visit.reading() as reading:
        _require_known(reading, series)
        book = registers.book(reading, series=series, year=year, limit=None, offset=0)
    lines = ([str(line.columns.get(column, "")) for column in book.columns] for line in reversed(book.lines))
    return as_csv(f"{_file_name(series)}-{year}.csv", book.columns, lines)


def _require_known(reading: Reading, series: str) -> dict[str, str]:
    """The kinds' own series; raises `NotFound` for a series that is neither one of them nor common to all kinds."""
    own_series = registers.kind_series(reading)
    if series not in registers.COLUMNS and series not in own_series:
        raise NotFound
    return own_series


def _file_name(series: str) -> str:
    """The book's name, with the kind's where a kind has a book of its own."""
    base, _, kind = series.partition(".")
    return f"{_FILES[base]}-{kind}" if kind else _FILES[base]
