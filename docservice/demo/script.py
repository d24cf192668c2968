"""What a journey is about: the request, the report that answers it, the meeting that reads it.

The JSON file has the keys `request` and `report` (`kind`, `values` of the form, `due_in_days` or null), `case_title`,
`meeting_title` and `papers` (`title` and `file` under the samples' folder).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from docservice.core.errors import Invalid
from docservice.core.words import N_

DEFAULT = "journey.json"


class ScriptInvalid(Invalid):
    code = "journey_input_wrong"
    message = N_("Tệp đầu vào của hành trình chưa đúng ở mục “{field}”.")


@dataclass(frozen=True)
class Letter:
    kind: str
    values: Mapping[str, Any]
    due_in_days: int | None

    @property
    def subject(self) -> str:
        return str(self.values.get("subject", ""))


@dataclass(frozen=True)
class Script:
    request: Letter
    report: Letter
    case_title: str
    meeting_title: str
    papers: tuple[tuple[str, Path], ...]


def load(path: Path | None) -> Script:
    """Read a script from a file, or the one that ships; raises `ScriptInvalid` naming the field."""
    text = path.read_text("utf-8") if path else files("docservice.demo").joinpath(DEFAULT).read_text("utf-8")
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise ScriptInvalid(field=f"dòng {error.lineno}") from error
    if not isinstance(raw, dict):
        raise ScriptInvalid(field="$")
    papers = raw.get("papers")
    if not isinstance(papers, list):
        raise ScriptInvalid(field="papers")
    return Script(
        request=_letter(raw, "request"),
        report=_letter(raw, "report"),
        case_title=_text(raw, "case_title"),
        meeting_title=_text(raw, "meeting_title"),
        papers=tuple(_paper(entry, index) for index, entry in enumerate(papers)),
    )


def numbered(script: Script, ordinal: int) -> Script:
    """The same script about another matter, so that several journeys can run on one node."""

    def again(letter: Letter) -> Letter:
        return replace(letter, values={**letter.values, "subject": f"{letter.subject} (lần {ordinal})"})

    return replace(
        script,
        request=again(script.request),
        report=again(script.report),
        case_title=f"{script.case_title} (lần {ordinal})",
        meeting_title=f"{script.meeting_title} (lần {ordinal})",
    )


def _letter(raw: Mapping[str, Any], name: str) -> Letter:
    entry = raw.get(name)
    if not isinstance(entry, dict) or not isinstance(entry.get("values"), dict):
        raise ScriptInvalid(field=name)
    due = entry.get("due_in_days")
    if due is not None and (not isinstance(due, int) or due < 0):
        raise ScriptInvalid(field=f"{name}.due_in_days")
    return Letter(kind=_text(entry, "kind", f"{name}.kind"), values=entry["values"], due_in_days=due)


def _paper(entry: Any, index: int) -> tuple[str, Path]:
    where = f"papers[{index}]"
    if not isinstance(entry, dict):
        raise ScriptInvalid(field=where)
    name = _text(entry, "file", f"{where}.file")
    with as_file(files("docservice.demo").joinpath("samples")) as samples:
        path = samples / name
    if Path(name).name != name or not path.is_file():
        raise ScriptInvalid(field=f"{where}.file")
    return _text(entry, "title", f"{where}.title"), path


def _text(raw: Mapping[str, Any], name: str, where: str | None = None) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ScriptInvalid(field=where or name)
    return value
