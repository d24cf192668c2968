"""The register books as Annex IV draws them: read, printed, taken out as a table."""

import csv
import io

from fastapi import APIRouter, Request, Response

from docservice.documents import registers
from docservice.documents.numbering import INCOMING, OUTGOING
from docservice.edge import InVisit, permit
from docservice.web import labels, shell

router = APIRouter(prefix="/registers")
READERS = tuple(sorted(labels.BOOK_READERS))
PAGE = 50


@router.get("", dependencies=[permit(*READERS)])
def show(request: Request, visit: InVisit, series: str = OUTGOING, year: int | None = None, page: int = 1) -> Response:
    """One book of one year, newest line first."""
    visit = request.state.visit = visit.in_role(*READERS)
    series = series if series in {INCOMING, OUTGOING} else OUTGOING
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
    )


@router.get("/export", dependencies=[permit(*READERS)])
def export(visit: InVisit, year: int, series: str = OUTGOING) -> Response:
    """The whole book as CSV that a spreadsheet opens with its Vietnamese letters."""
    visit = visit.in_role(*READERS)
    series = series if series in {INCOMING, OUTGOING} else OUTGOING
    with visit.reading() as reading:
        book = registers.book(reading, series=series, year=year, limit=None, offset=0)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(book.columns)
    for line in reversed(book.lines):
        writer.writerow([_harmless(str(line.columns.get(column, ""))) for column in book.columns])
    # The mark tells spreadsheets that this is UTF-8.
    data = "\ufeff" + out.getvalue()
    name = f"so-van-ban-{'den' if series == INCOMING else 'di'}-{year}.csv"
    return Response(
        data, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _harmless(cell: str) -> str:
    """A cell that begins like a formula would run in a spreadsheet."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell
