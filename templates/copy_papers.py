"""How a copy's own block and an extract are set: the parts, sizes and styles are the catalogue's (Annex I, part II)."""

import json
from collections.abc import Mapping

from templates.catalogue import COMPONENTS, FIRST_LINE_INDENT_MM, MOTTO, NATION, PAGE, PARAGRAPH_GAP_PT
from templates.copying import CopyBlock, Extract
from templates.draft import AROUND_ENTRY
from templates.forms import SALUTATION, SALUTATION_MM
from templates.layout import HEAD_LEFT_MM, HEAD_RIGHT_MM, MOTTO_MM, SIGNATURE_HEIGHT_MM
from templates.papers import set_paper

# Between passages that do not follow one another.
LEFT_OUT = "(...)"
_RULE_SHARE = 0.42
_SIZES = json.dumps({name: component.size_pt for name, component in COMPONENTS.items()})

_PARTS = f"""
#let size = json(bytes(given.sizes))
#let d = json(bytes(given.values))
#let at(component, body, ..style) = text(size: size.at(component) * 1pt, ..style, body)
#let lines(component, texts, ..style) = texts.map(one => at(component, one, ..style)).join(linebreak())
#let under(length) = block(above: 5pt, below: 0pt, line(length: length, stroke: 0.75pt))
#let short-rule(body) = context {{
  let width = measure(body).width
  under(calc.min(width, 160mm) * {_RULE_SHARE})
}}
#let number-date(number, date) = (
  align(center, at("number", number)), align(center, at("date", date, style: "italic")),
)
#let foot(recipients, titles, name, middle) = block(breakable: false, above: 18pt, grid(columns: (80mm, 85mm),
  {{
    at("recipients_title", "Nơi nhận:", weight: "bold", style: "italic")
    for one in recipients {{ linebreak(); at("recipients", "- " + one) }}
  }},
  align(center, {{
    lines("capacity", titles, weight: "bold")
    block(height: {SIGNATURE_HEIGHT_MM}mm, above: 0pt, below: 0pt, align(center + horizon, middle))
    at("signer", name, weight: "bold")
  }}),
))
"""

_BLOCK = f"""
#set document(title: d.mark)
#set page(width: {HEAD_LEFT_MM + HEAD_RIGHT_MM}mm, height: auto, margin: (x: 0pt, top: 0pt, bottom: 2mm), fill: none)
#line(length: 100%, stroke: 0.75pt)
#v(2mm)
#grid(columns: ({HEAD_LEFT_MM}mm, {HEAD_RIGHT_MM}mm), row-gutter: 4mm,
  align(center, {{
    lines("issuer", d.issuer, weight: "bold")
    short-rule(at("issuer", d.issuer.last(), weight: "bold"))
  }}),
  align(center, at("kind_name", d.mark, weight: "bold")),
  ..number-date(d.number, d.place_date),
)
#foot(d.recipients, d.signature_lines, d.signer, [])
"""

_EXTRACT = f"""
#set document(title: d.subject)
#set page(paper: "a4", margin: (top: {PAGE.top_mm}mm, bottom: {PAGE.bottom_mm}mm, left: {PAGE.left_mm}mm,
  right: {PAGE.right_mm}mm), header: context if counter(page).get().first() > 1 {{
    align(center, at("page_number", counter(page).display()))
  }})
#grid(columns: ({HEAD_LEFT_MM}mm, {HEAD_RIGHT_MM}mm), row-gutter: 4mm,
  align(center, {{
    if d.superior.len() > 0 {{ lines("superior", d.superior); linebreak() }}
    lines("issuer", d.issuer, weight: "bold")
    short-rule(at("issuer", d.issuer.last(), weight: "bold"))
  }}),
  align(center, {{
    at("nation", "{NATION}", weight: "bold")
    linebreak()
    at("motto", "{MOTTO}", weight: "bold")
    under({MOTTO_MM}mm)
  }}),
  ..number-date(d.number, d.place_date),
  ..if d.kind_name == none {{
    (align(center, pad(x: 5mm, at("letter_subject", "V/v " + d.subject))),)
  }} else {{ () }},
)
#if d.kind_name != none {{
  let about = at("subject", d.subject, weight: "bold")
  align(center, block(above: 24pt, below: 18pt, {{
    at("kind_name", d.kind_name, weight: "bold")
    linebreak()
    about
    short-rule(about)
  }}))
}} else {{ v(8mm) }}
#if d.addressees.len() == 1 {{
  align(center, at("addressee", "{SALUTATION}: " + d.addressees.first()))
}} else if d.addressees.len() > 1 {{
  // The dashes stand under the colon.
  pad(left: {SALUTATION_MM}mm, grid(columns: 2, row-gutter: 0.5em,
    at("addressee", "{SALUTATION}"), at("addressee", ":"),
    ..d.addressees.map(one => ([], at("addressee", "- " + one))).flatten(),
  ))
}}
#set par(justify: true, leading: 0.75em, spacing: 0.75em + {PARAGRAPH_GAP_PT}pt,
  first-line-indent: (amount: {FIRST_LINE_INDENT_MM}mm, all: true))
#for (index, one) in d.passages.enumerate() {{
  if index > 0 {{ par(at("body", "{LEFT_OUT}")) }}
  for line in one.split("\\n") {{ par(at("body", line)) }}
}}
#set par(first-line-indent: 0pt, justify: false, leading: 0.5em)
#if d.signer != "" {{ foot(d.recipients, d.signature_lines, d.signer, at("body", "(Đã ký)", style: "italic")) }}
"""


def copy_block(block: CopyBlock) -> bytes:
    """The block as a page of exactly its size, PDF/A-2b; raises `PaperFailed`."""
    values = {
        "issuer": block.issuer,
        "number": block.number,
        "mark": block.mark,
        "place_date": block.place_date,
        "recipients": _listed(block.recipients),
        "signature_lines": block.signature_lines,
        "signer": block.signer,
    }
    return _set(_BLOCK, values)


def extract_paper(extract: Extract) -> bytes:
    """The extract on A4, PDF/A-2b; raises `PaperFailed`."""
    values = {
        "superior": extract.superior,
        "issuer": extract.issuer,
        "number": extract.number,
        "place_date": extract.place_date,
        "kind_name": extract.kind_name,
        "subject": extract.subject,
        "addressees": _listed(extract.addressees) if len(extract.addressees) > 1 else _bare(extract.addressees),
        "passages": extract.passages,
        "recipients": _listed(extract.recipients),
        "signature_lines": extract.signature_lines,
        "signer": extract.signer,
    }
    return _set(_EXTRACT, values)


def _listed(entries: tuple[str, ...]) -> list[str]:
    """Entries as "Nơi nhận" lists them: each ends with a semicolon, the last with a full stop."""
    return [f"{entry}{';' if at < len(entries) else '.'}" for at, entry in enumerate(_bare(entries), 1)]


def _bare(entries: tuple[str, ...]) -> list[str]:
    """Entries without the dash and the sign at the end that they were typed with."""
    return [AROUND_ENTRY.sub("", entry) for entry in entries]


def _set(source: str, values: Mapping[str, object]) -> bytes:
    head = '#set text(lang: "vi", fallback: false, hyphenate: false)\n#set par(leading: 0.5em)\n'
    inputs = {"sizes": _SIZES, "values": json.dumps(values, ensure_ascii=False)}
    return set_paper(head + _PARTS + source, inputs)
