"""The register books as Annex IV draws them: read, printed, taken out as a table."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from docservice.core.errors import NotFound
from docservice.documents import numbering, registers
from docservice.documents.numbering import COPIES, INCOMING, OUTGOING
from docservice.edge import InVisit, permit
from docservice.identity.models import Role
from docservice.web import labels, shell
from docservice.web.acts import read_day
from docservice.web.papers import LINES_A_VOLUME
from docservice.web.tables import as_csv

router = APIRouter(prefix="/registers")
READERS = tuple(sorted(labels.BOOK_READERS))
PAGE = 50
_FILES = {OUTGOING: "so-van-ban-di", INCOMING: "so-van-ban-den", COPIES: "so-ban-sao"}


@router.get("", dependencies=[permit(*READERS)])
def show(request: Request, visit: InVisit, series: str = OUTGOING, year: int | None = None, page: int = 1) -> Response:
    """One book of one year, newest line first."""
    visit = request.state.visit = visit.in_role(*READERS)
    series = _known(series)
    with visit.reading() as reading:
        years = registers.years(reading, series=series)
        chosen = year or (years[0] if years else reading.today.year)
        book = registers.book(reading, series=series, year=chosen, limit=PAGE, offset=(max(1, page) - 1) * PAGE)
    return shell.page(
        request,
        "registers.html",
        book=book,
        series=series,
        year=chosen,
        years=years,
        number=max(1, page),
        pages=max(1, -(-book.total // PAGE)),
        incoming=INCOMING,
        outgoing=OUTGOING,
        copies=COPIES,
        own_series=registers.own_series(),
        volumes=-(-book.total // LINES_A_VOLUME),
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
    """Open the book of a series the agency has none of yet, after the last number used elsewhere."""
    visit = visit.in_role(Role.CLERK)
    with visit.work() as work:
        if _known(series) != series or work.actor.agency_id is None:
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
    return shell.go(request, f"/registers?series={series}", notice="saved")


@router.get("/export", dependencies=[permit(*READERS)])
def export(visit: InVisit, year: int, series: str = OUTGOING) -> Response:
    """The whole book as CSV that a spreadsheet opens with its Vietnamese letters."""
    visit = visit.in_role(*READERS)
    series = _known(series)
    with visit.reading() as reading:
        book = registers.book(reading, series=series, year=year, limit=None, offset=0)
    lines = ([str(line.columns.get(column, "")) for column in book.columns] for line in reversed(book.lines))
    return as_csv(f"{_file_name(series)}-{year}.csv", book.columns, lines)


def _known(series: str) -> str:
    return series if registers.is_series(series) else OUTGOING


def _file_name(series: str) -> str:
    """The book's name, with the kind's where a kind has a book of its own."""
    base, _, kind = series.partition(".")
    return f"{_FILES[base]}-{kind}" if kind else _FILES[base]
