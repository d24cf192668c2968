"""One id for everything a request sets off: its log lines, the jobs it promises, theirs in turn, and its spans.

The id is 32 hexadecimal digits, the form W3C Trace Context gives a trace id, made here and never taken from a client:
an official reads it to support from an error page, and the log has it at every line.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CURRENT: ContextVar[str | None] = ContextVar("trace", default=None)


def new_trace() -> str:
    """32 hexadecimal digits, never all zero."""
    return secrets.token_hex(16)


def current_trace() -> str | None:
    """The id of what is being worked on; None outside of requests and jobs."""
    return _CURRENT.get()


@contextmanager
def traced(trace: str | None = None) -> Iterator[str]:
    """Work under an id: the given one, else a new one."""
    chosen = trace or new_trace()
    token = _CURRENT.set(chosen)
    try:
        yield chosen
    finally:
        _CURRENT.reset(token)
