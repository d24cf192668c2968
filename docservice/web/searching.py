"""One box for everything: numbers in any spelling, words with or without accents; only what the person may see."""

from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response

from docservice.core.words import say
from docservice.core.work import Actor
from docservice.documents.facts import STATUS_NAMES
from docservice.edge import InVisit, Visit, permit
from docservice.searching import finding, saved, suggesting
from docservice.searching.finding import Search
from docservice.web import labels, shell
from docservice.web.tables import as_csv
from search import Facet, Order, normalise
from templates.families import kind_names
from templates.list_paper import PrintedList, list_paper
from templates.wording import long_date, two_digits

router = APIRouter()
PAGE, EXPORTED, PRINTED = 20, 2_000, 500
LONGEST = 500
# Of the printed list: the ordinal, then the columns of an exported table.
_WIDTHS_MM = (11.0, 29.0, 23.0, 45.0, 24.0, 12.0, 21.0)


def _asked(
    q: str = "",
    kind: str = "",
    year: str = "",
    direction: str = "",
    issuer: str = "",
    case_file: str = "",
    retention: str = "",
    order: str = "",
) -> Search:
    """What the address asks for; what it does not say rightly narrows nothing."""
    return Search(
        text=normalise(q[:LONGEST]).replace("\x00", " "),
        kind=kind[:20] or None,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        direction=direction if direction in {"incoming", "outgoing"} else None,
        issuer=issuer[:200] or None,
        case_file=case_file[:36] or None,
        retention=retention[:60] or None,
        order=Order.NEWEST if order == Order.NEWEST else Order.RELEVANCE,
    )


Asked = Annotated[Search, Depends(_asked)]


@router.get("/search", dependencies=[permit()])
def search(request: Request, visit: InVisit, asked: Asked, page: int = 1) -> Response:
    """Results best first, with the words marked and counts to narrow by; no words give the newest."""
    actors = _actors(visit)
    last = finding.DEEPEST // PAGE
    number = min(max(1, page), last)
    with visit.reading() as reading:
        found = finding.find(reading, actors, asked, limit=PAGE, offset=(number - 1) * PAGE)
        help_wanted = bool(asked.text.strip()) and (found.relaxed or not found.total)
        other = suggesting.did_you_mean(reading, actors, asked) if help_wanted else None
        kept = saved.kept(reading)
        today = reading.today
    values: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "other": other,
        "kept": kept,
        "current": next((entry for entry in kept if entry.search == asked), None),
        "chosen": _chosen(asked, found),
        "address": _address,
        "years": range(today.year, today.year - 8, -1),
        "number": number,
        "pages": min(last, max(1, -(-found.total // PAGE))),
        "facet_names": labels.FACETS,
    }
    if request.headers.get("HX-Target") == "results":
        return shell.fragment(request, "search.html", "results", **values)
    return shell.page(request, "search.html", **values)


@router.get("/search/suggestions", dependencies=[permit()])
def suggestions(request: Request, visit: InVisit, q: str = "") -> Response:
    """How what is being typed may go on, as the options of a list."""
    with visit.reading() as reading:
        found = suggesting.suggest(reading, _actors(visit), typed=normalise(q[:LONGEST]))
    return shell.fragment(request, "search.html", "suggestions", suggested=found, address=_address)


@router.get("/search/export", dependencies=[permit()])
def export(visit: InVisit, asked: Asked) -> Response:
    """The results as a table for a spreadsheet, up to `EXPORTED` of them, in the order of the page."""
    with visit.work() as work:
        found = finding.find(work, _actors(visit), asked, limit=EXPORTED, counted=False)
        work.note("export_search", "search", rows=len(found.hits))
    columns = [say(name, visit.language) for name in labels.SEARCH_COLUMNS]
    rows = ([*_columns(hit, visit.language)] for hit in found.hits)
    return as_csv("tra-cuu.csv", columns, rows)


@router.get("/search/paper", dependencies=[permit()])
def paper(visit: InVisit, asked: Asked) -> Response:
    """The results as a list to print and to keep, up to `PRINTED` of them, in the order of the page."""
    with visit.work() as work:
        found = finding.find(work, _actors(visit), asked, limit=PRINTED, counted=False)
        work.note("export_search", "search", rows=len(found.hits))
        today = work.today
    conditions = [f"“{asked.text}”"] if asked.text else []
    conditions += [say(name, "vi") for name, _ in _chosen(asked, found)]
    rows = tuple((two_digits(at), *_columns(hit, "vi")) for at, hit in enumerate(found.hits, start=1))
    count = str(len(rows)) if found.total <= len(rows) else f"{len(rows)} trong {found.total}"
    below = ("; ".join(conditions), f"{count} văn bản, {long_date(today)}")
    made = PrintedList(
        "KẾT QUẢ TRA CỨU", tuple(line for line in below if line), ("STT", *labels.SEARCH_COLUMNS), _WIDTHS_MM, rows
    )
    return shell.pdf(list_paper(made), "tra-cuu.pdf")


@router.post("/search/saved", dependencies=[permit()])
def save(
    request: Request, visit: InVisit, asked: Annotated[str, Form()], name: Annotated[str, Form()] = ""
) -> Response:
    """Keep the search that the page shows."""
    wanted = _of_address(asked)
    with visit.work() as work:
        saved.save(work, _actors(visit), name=name, search=wanted)
    return shell.go(request, _address(wanted), notice="search_saved")


@router.post("/search/saved/{saved_search_id}/{act}", dependencies=[permit()])
def change_saved(request: Request, visit: InVisit, saved_search_id: UUID, act: str) -> Response:
    """Stop or begin telling, take the news as seen, delete."""
    with visit.work() as work:
        row = saved.get_own(work, saved_search_id)
        address = _address(Search.of_values(row.wanted))
        if act == "delete":
            saved.forget(work, saved_search_id=saved_search_id)
        elif act == "seen":
            saved.wave_away(work, saved_search_id=saved_search_id)
        else:
            saved.switch_alerts(work, saved_search_id=saved_search_id, on=act == "tell")
    return shell.go(request, address, notice=labels.SAVED_ACTS.get(act, ""))


@router.get("/documents/{document_id}/similar", dependencies=[permit()])
def similar(request: Request, visit: InVisit, document_id: UUID) -> Response:
    """What is like this document, for the document's page."""
    with visit.on_document(document_id).reading() as reading:
        alike = suggesting.similar_to(reading, _actors(visit), document_id=document_id)
    if "HX-Request" in request.headers:
        return shell.fragment(request, "similar.html", "alike", alike=alike)
    return shell.page(request, "similar.html", alike=alike)


def _actors(visit: Visit) -> list[Actor]:
    return [hat.actor for hat in visit.who.hats]


def _address(asked: Search, **changes: Any) -> str:
    """The page of a search, with some of it changed; None takes a condition away."""
    values = {**asked.as_values(), **changes}
    if "text" in values:
        values["q"] = values.pop("text")
    return "/search?" + urlencode({name: value for name, value in values.items() if value is not None})


def _of_address(address: str) -> Search:
    said = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    known = {"q", "kind", "year", "direction", "issuer", "case_file", "retention", "order"}
    return _asked(**{name: value for name, value in said.items() if name in known})


def _chosen(asked: Search, found: finding.Found) -> list[tuple[str, str]]:
    """The conditions in force, each with its name and the address without it."""
    names = {choice.value: choice.name for choice in found.choices.get(Facet.CASE_FILE, ())}
    kind = kind_names().get(asked.kind or "", asked.kind)
    said = {
        "year": str(asked.year) if asked.year else None,
        "kind": kind,
        "direction": labels.DIRECTIONS.get(asked.direction or ""),
        "issuer": asked.issuer,
        "case_file": names.get(asked.case_file or "", asked.case_file and labels.A_CASE_FILE),
        "retention": asked.retention,
    }
    return [(name, _address(asked, **{field: None})) for field, name in said.items() if name]


def _columns(hit: finding.Shown, language: str) -> Iterator[str]:
    document = hit.document
    yield document.origin_notation or document.notation or ""
    yield shell.day(document.issued_on)
    yield document.title
    yield document.origin_name or ""
    yield say(labels.DIRECTIONS[document.direction], language)
    yield say(STATUS_NAMES[document.status], language)
