"""pyHanko speaks in coroutines; ours never wait for anything, so they are run to their end without an event loop.

A loop made for each call costs more than the signature itself (measured: a quarter of a B-T signature).
"""

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that does not wait; RuntimeError when it does."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    coroutine.close()
    raise RuntimeError("the coroutine waits for something")
