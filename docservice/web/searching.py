"""One box for everything: numbers in any spelling, words with or without accents; only what the person may see."""

from typing import Any

from fastapi import APIRouter, Request, Response

from docservice.documents import finding
from docservice.edge import InVisit, permit
from docservice.web import shell
from templates.catalogue import KINDS

router = APIRouter()
PAGE = 20


@router.get("/search", dependencies=[permit()])
def search(
    request: Request, visit: InVisit, q: str = "", kind: str = "", year: str = "", direction: str = "", page: int = 1
) -> Response:
    """Results best first, with the words marked; no words give the newest."""
    actors = [hat.actor for hat in visit.who.hats]
    number = max(1, page)
    with visit.reading() as reading:
        found = finding.find_for(
            reading,
            actors,
            text=q[:500],
            kind=kind if kind in KINDS else None,
            year=int(year) if year.isdigit() and len(year) == 4 else None,
            direction=direction if direction in {"incoming", "outgoing"} else None,
            limit=PAGE,
            offset=(number - 1) * PAGE,
        )
        today = reading.today
    values: dict[str, Any] = {
        "q": q[:500],
        "kind": kind,
        "year": year,
        "direction": direction,
        "found": found,
        "kinds": KINDS.values(),
        "years": range(today.year, today.year - 8, -1),
        "number": number,
        "pages": max(1, -(-found.total // PAGE)),
    }
    if request.headers.get("HX-Target") == "results":
        return shell.fragment(request, "search.html", "results", **values)
    return shell.page(request, "search.html", **values)
