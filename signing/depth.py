"""Room for deep chains: the library walks them by recursion, and an outline of a thousand headings is one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# 8 MB of stack bear this.
_DEPTH = 10_000


@contextmanager
def deep() -> Iterator[None]:
    """Let what runs inside go deeper than Python's usual limit."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
