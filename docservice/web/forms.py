"""Between a page's form and the values of a kind's form: text areas of lines become lists, the body becomes blocks."""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from docservice.documents.errors import FormValueWrong
from docservice.documents.models import Document, Urgency
from docservice.documents.signatories import Naming
from docservice.web.acts import read_day
from docservice.web.labels import DATE_FIELDS, LIST_FIELDS
from docservice.workflow import service as workflow
from templates.catalogue import Kind
from templates.draft import ANNEXES, OWN, PARTNER
from templates.own_fields import FieldType, OwnField
from templates.plain import blocks_from_text, rows_text, table_rows, text_from_blocks
from templates.wording import read_day as day_in

BODY = "body"
# Of a line with one blank between words.
_PLACES_TITLE = re.compile(r"Nơi nhận ?:?", re.IGNORECASE)
_KEPT = re.compile(r"[-– ]*Lưu ?: ?(?P<kept>.*)", re.IGNORECASE)
# The fields of each annex: repeated, in one order.
_ANNEX_FIELDS = {"title": "annex_title", "kind_name": "annex_kind", BODY: "annex_body"}
# The selects of those who sign a routing slip.
SIGNATORY = "signatory_post_ids"
# What is kept of a drafter's own Word file.
WORD_FIELDS = ("subject", "addressees", "recipients", "archive")


def read_form_values(kind: Kind, form: FormData, own: tuple[OwnField, ...] = ()) -> dict[str, Any]:
    """The values of a kind's form, and of an agency's own fields; what is left empty stays away."""
    values: dict[str, Any] = {}
    for field in kind.fields:
        text = _text(form, field.name)
        if not text.strip():
            continue
        values[field.name] = _read(field.name, text)
    if kind.may_be_joint and (partner := _text(form, PARTNER)):
        parts = {part: " ".join(_text(form, f"{PARTNER}_{part}").split()) for part in ("title", "signer")}
        values[PARTNER] = {"name": partner.partition("|")[2], **parts}
    if annexes := read_annexes(form):
        values[ANNEXES] = annexes
    if "recipients" in values:
        values["recipients"] = _places(values["recipients"], str(values.get("archive", "")))
    if own:
        values[OWN] = {field.name: _read_own(field, text) for field in own if (text := _text(form, field.name)).strip()}
    return values


def _places(entries: Sequence[str], archive: str) -> list[str]:
    """The entries without what a pasted "Nơi nhận" brings along: its title, and the line of what is kept.

    Raises `FormValueWrong` where that line says something else than its own field.
    """
    places = [entry for entry in entries if not _PLACES_TITLE.fullmatch(" ".join(entry.split()))]
    for kept in map(_kept_in, places):
        if kept is not None and kept != (_kept_in(archive) or _bare(archive)):
            raise FormValueWrong(field="recipients", reason="archive_elsewhere")
    return [entry for entry in places if _kept_in(entry) is None]


def _kept_in(entry: str) -> str | None:
    """Where a line says what is kept: with whom."""
    found = _KEPT.fullmatch(" ".join(entry.split()))
    return _bare(found["kept"]) if found else None


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" .;-").lower()


def read_annexes(form: FormData) -> list[dict[str, Any]]:
    """The annexes in the same file, as `read_values` takes them; one that is empty altogether was taken out."""
    annexes = []
    for shown in typed_annexes(form):
        if not any(text.strip() for text in shown.values()):
            continue
        annex = {"title": " ".join(shown["title"].split()), BODY: blocks_from_text(shown[BODY])}
        named = " ".join(shown["kind_name"].split())
        annexes.append(annex | ({"kind_name": named} if named else {}))
    return annexes


def typed_annexes(form: FormData) -> list[dict[str, str]]:
    """The annexes as they stand in a form that comes back."""
    columns = [[str(value) for value in form.getlist(name)] for name in _ANNEX_FIELDS.values()]
    return [dict(zip(_ANNEX_FIELDS, row, strict=True)) for row in zip_longest(*columns, fillvalue="")]


def shown_annexes(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """The annexes as the form shows them."""
    return [
        {
            "title": str(annex.get("title", "")),
            "kind_name": str(annex.get("kind_name") or ""),
            BODY: text_from_blocks(annex.get(BODY) or ()),
        }
        for annex in values.get(ANNEXES) or ()
    ]


def _read_own(field: OwnField, text: str) -> Any:
    if field.type is FieldType.LIST:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.type is FieldType.TABLE:
        return table_rows(text, columns=len(field.options))
    return " ".join(text.split())


def shown_own(own: tuple[OwnField, ...], values: Mapping[str, Any]) -> dict[str, str]:
    """The values of an agency's own fields as the form shows them."""
    given = values.get(OWN) or {}
    shown = {}
    for field in own:
        value = given.get(field.name, "")
        if field.type is FieldType.TABLE:
            shown[field.name] = rows_text(value)
        else:
            shown[field.name] = "\n".join(value) if isinstance(value, list) else str(value)
    return shown


def read_word_values(form: FormData) -> dict[str, Any]:
    """What was read from a Word file, as its drafter corrected it."""
    return {name: _read(name, text) for name in WORD_FIELDS if (text := _text(form, name)).strip()}


def shown_values(values: Mapping[str, Any]) -> dict[str, str]:
    """The values as the text areas show them."""
    shown: dict[str, str] = {}
    for name, value in values.items():
        if name == PARTNER:
            shown |= {f"{PARTNER}_{part}": str(words) for part, words in value.items()}
            continue
        if name in {OWN, ANNEXES}:
            continue
        if name == BODY:
            shown[name] = text_from_blocks(value)
        elif isinstance(value, list):
            shown[name] = "\n".join(str(entry) for entry in value)
        elif name in DATE_FIELDS and (day := day_in(str(value))) is not None:
            shown[name] = day.isoformat()
        else:
            shown[name] = str(value)
    return shown


def read_routing(kind: Kind, form: FormData) -> workflow.Routing:
    """Signer or signatories, receivers, urgency and deadline; raises `FormValueWrong`, `DayWrong`."""
    try:
        urgency = Urgency(_text(form, "urgency") or Urgency.NORMAL)
        if kind.routed:
            return workflow.Routing(None, (), urgency, read_day(_text(form, "due")), read_naming(form))
        signer = UUID(_text(form, "signer_post_id"))
        field = UUID(text) if (text := _text(form, "field_id")) else None
    except ValueError as error:
        raise FormValueWrong(field="signer", reason="value_missing") from error
    codes = tuple(code for code in form.getlist("receiver_codes") if isinstance(code, str) and code)
    if kind.may_be_joint and _text(form, PARTNER):
        # What two agencies sign goes to the other one, and to nobody else before it has signed.
        codes = (_text(form, PARTNER).partition("|")[0],)
    return workflow.Routing(signer, codes, urgency, read_day(_text(form, "due")), field_id=field)


def read_naming(form: FormData) -> Naming:
    """Those who sign a routing slip, and whether one after another."""
    posts = [UUID(post) for post in form.getlist(SIGNATORY) if isinstance(post, str) and post]
    return Naming(tuple(posts), in_turn=_text(form, "signing_order") != "any")


def routing_of(document: Document) -> workflow.Routing | None:
    """Where a draft is to go, as it is kept."""
    if document.signer_post_id is None:
        return None
    return workflow.Routing(
        document.signer_post_id,
        tuple(document.receiver_codes),
        Urgency(document.urgency),
        document.due,
        field_id=document.field_id,
    )


def _read(name: str, text: str) -> Any:
    if name == BODY:
        return blocks_from_text(text)
    if name in LIST_FIELDS:
        return [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(text.split())


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
