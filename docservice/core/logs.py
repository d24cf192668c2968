"""Log lines: JSON for a server's collector, short lines for a terminal; each with the trace it belongs to.

What is secret never reaches a line: values read from secret files are known and masked wherever they appear, and so
are passwords in addresses, bearer tokens and one-time tokens in paths.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from docservice.core.trace import current_trace

MASK = "***"
_SHORTEST_SECRET = 6
_SECRETS: set[str] = set()
_PATTERNS = (
    # //user:password@host
    (re.compile(r"(//[^/\s:@]*:)[^/\s@]+(@)"), rf"\1{MASK}\2"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {MASK}"),
    (
        re.compile(
            r"(?i)\b((?:access_|refresh_|csrf_?)?token|password|passwd|secret|pin|otp|sad|session|authorization)"
            r"(['\"]?\s*[=:]\s*['\"]?)[^\s'\",;&)}]+"
        ),
        rf"\1\2{MASK}",
    ),
    # A path whose part is a token that works once (docservice/web/vgca.py).
    (re.compile(r"(/vgca/(?:files|uploads)/)[^/\s?]+"), rf"\1{MASK}"),
)
# What a record has by itself; anything else was given by whoever logged and is a field of its own.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "trace"}

LogFormat = Literal["text", "json"]


def keep_secret(value: str | None) -> None:
    """Mask a value in every line from now on."""
    if value and len(value) >= _SHORTEST_SECRET:
        _SECRETS.add(value)


def masked(text: str) -> str:
    """The text without what is known, or looks, to be secret."""
    for secret in _SECRETS:
        text = text.replace(secret, MASK)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, `trace`, given fields, `error` with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        trace = _trace_of(record)
        if trace:
            line["trace"] = trace
        for name, value in _given(record):
            line[name] = value if isinstance(value, int | float | bool | None) else masked(str(value))
        if record.exc_info:
            line["error"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class ShortLines(logging.Formatter):
    """For people at a terminal: time, level, message, and the beginning of the trace."""

    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        trace = _trace_of(record)
        more = "".join(f" {name}={value}" for name, value in _given(record))
        text = f"{clock} {record.levelname.lower():7} {record.getMessage()}{more}{f' [{trace}]' if trace else ''}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return masked(text)


def set_up_logs(log_format: LogFormat, level: str) -> None:
    """Send every line of this process to stderr in one format; asked again, the last word counts."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(JsonLines() if log_format == "json" else ShortLines())
    root = logging.getLogger()
    root.handlers = [stream]
    root.setLevel(logging.WARNING)
    # Libraries speak only when something is wrong; our own lines at the level asked for.
    logging.getLogger("docservice").setLevel(level.upper())


def _trace_of(record: logging.LogRecord) -> str | None:
    given = getattr(record, "trace", None)
    return str(given) if given else current_trace()


def _given(record: logging.LogRecord) -> Iterable[tuple[str, object]]:
    return ((name, value) for name, value in vars(record).items() if name not in _OWN)
