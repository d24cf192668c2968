"""Where strangers' files are read: library functions run in fenced child processes, never in the service itself.

A PDF or an XML message from outside is an attack until shown otherwise, and the parsers that find out are large C
programs. So `Sandbox.run` sends a *named pure function* of a library with its arguments to a process that has no
network, no files, no privileges and little of everything else (`sandbox_child` tells how), and takes back nothing but
JSON that fits the function's return annotation.

What a function here may take: anything that pickles. What it may return: bytes, str, int, float, bool, None, dates,
tuples, dicts with text keys, enums, literals and frozen dataclasses of these. Its library's errors (`code`, `params`)
arrive as themselves; everything else that can go wrong arrives as a `SandboxFailed`.
"""

import json
import pickle
import queue
import re
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from types import FunctionType
from typing import Any, ParamSpec, Self, TypeVar, cast

from pydantic import ValidationError

from docservice.core import sandbox_child
from docservice.core.sandbox_child import LENGTH_BYTES
from docservice.core.sandbox_errors import (
    SandboxCrashed,
    SandboxFailed,
    SandboxMemory,
    SandboxTimeout,
    SandboxUnavailable,
)
from docservice.core.sandbox_probe import Fence, look_around
from docservice.core.sandbox_slot import Limits, Slot

__all__ = [
    "PACKAGES",
    "Limits",
    "Sandbox",
    "SandboxCrashed",
    "SandboxFailed",
    "SandboxHealth",
    "SandboxMemory",
    "SandboxTimeout",
    "SandboxUnavailable",
]

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")

# Whose functions may be asked for, by the beginning of the module's name.
PACKAGES = ("signing", "search", "templates", "storage", "docservice.exchange.edxml")

DEFAULT_LIMITS = Limits()

_PROBE = "docservice.core.sandbox_probe"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,79}")
_PARAMETERS, _PARAMETER_CHARACTERS = 20, 1000


@dataclass(frozen=True)
class SandboxHealth:
    """For `doctor`: `problem` is empty when a call was tried and saw what it should: nothing."""

    ready: bool
    slots: int
    running: int
    restarts: int
    fence: Fence | None
    problem: str


class Sandbox:
    """A fixed number of fenced processes, started at first use; safe to share between threads.

    Belongs to the process that made it. A hostile call costs at most its limits: the next call gets a fresh fork, and
    a slot that does not come back clean is started anew.
    """

    def __init__(
        self,
        *,
        size: int = 2,
        limits: Limits = DEFAULT_LIMITS,
        preload: Sequence[str] = (),
        packages: Sequence[str] = PACKAGES,
        tell: Callable[[str, str], None] = lambda _function, _result: None,
    ) -> None:
        """Start nothing yet.

        Args:
            size: how many calls may run at the same time.
            limits: what each call may use.
            preload: modules every slot imports once; a module left out is imported again by each call that needs it.
                "module:function" is called once too, so that what a first call makes lies ready for every fork;
                what stands behind a second colon is handed to it.
            packages: whose functions may run; a test names its own.
            tell: gets each call's function and how it ended, for whoever counts.
        """
        self._size = size
        self._tell = tell
        self._limits = limits
        self._preload = (*preload, _PROBE)
        self._packages = (*packages, _PROBE)
        # Last in, first out: what ran last is warm in the processor's caches, and unused slots are never started.
        self._slots: queue.LifoQueue[Slot | None] = queue.LifoQueue()
        for _ in range(size):
            self._slots.put(None)
        self._lock = threading.Lock()
        self._started = 0
        self._running: set[Slot] = set()
        self._closed = False

    def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` behind the fence; waits for a free slot.

        Raises:
            SandboxFailed: or one of its children, when there is no trustworthy answer.
            SandboxUnavailable: the fence cannot be built on this machine.
            ValueError: the function is not a module-level function of an allowed package.
            Exception: the library's own error, rebuilt from its code and parameters.
        """
        (result,) = self._ask(partial(function, *args, **kwargs))
        return cast("T", result)

    def run_both(self, first: "partial[T]", second: "partial[U]") -> tuple[T, U]:
        """Two calls about the same stranger's file in one process: to make a process costs more than most calls do.

        The second is not begun when the first fails. Raises as `run` does.
        """
        try:
            one, other = self._ask(first, second)
        except (SandboxTimeout, SandboxMemory):
            # Each by itself may use all of the limits, as anywhere else.
            (one,), (other,) = self._ask(first), self._ask(second)
        return cast("T", one), cast("U", other)

    def _ask(self, *calls: "partial[Any]") -> list[object]:
        names = [self._name(call.func) for call in calls]
        request = pickle.dumps([(call.args, call.keywords) for call in calls], protocol=pickle.HIGHEST_PROTOCOL)
        slot = self._slots.get()
        try:
            if self._closed:
                raise SandboxUnavailable(problem="closed")  # noqa: TRY301 - the place has to be given back
            slot = slot or self._start()
            outcome, answer = slot.ask(names, request)
        except BaseException:
            self._retire(slot)
            self._slots.put(None)
            self._tell(names[0], "unavailable")
            raise
        if not outcome.get("clean"):
            self._retire(slot)
            slot = None
        self._slots.put(slot)
        rest = memoryview(answer)
        results = []
        for call, name in zip(calls, names, strict=True):
            length = int.from_bytes(rest[:LENGTH_BYTES])
            told, rest = bytes(rest[LENGTH_BYTES : LENGTH_BYTES + length]), rest[LENGTH_BYTES + length :]
            results.append(self._told(call.func, name, outcome, told))
        return results

    def _told(self, function: Callable[..., object], name: str, outcome: dict[str, Any], answer: bytes) -> object:
        try:
            result = self._read(function, name, outcome, answer)
        except SandboxFailed as error:
            self._tell(name, error.code)
            raise
        except Exception:
            self._tell(name, "refused")
            raise
        self._tell(name, "answered")
        return result

    def warm(self) -> None:
        """Start every slot now, so that the first call does not pay for it.

        Raises:
            SandboxUnavailable: the fence cannot be built on this machine.
        """
        slots = [self._slots.get() for _ in range(self._size)]
        with ThreadPoolExecutor(self._size) as pool:
            started = [pool.submit(self._start) if slot is None else None for slot in slots]
        try:
            for place, future in enumerate(started):
                if future is not None:
                    slots[place] = future.result()
        finally:
            for slot in slots:
                self._slots.put(slot)

    def check(self) -> SandboxHealth:
        """Try a call that looks around, and say what it saw."""
        fence, problem = None, ""
        try:
            fence = self.run(look_around)
        except (SandboxFailed, SandboxUnavailable) as error:
            problem = str(error.details.get("problem") or f"{error.code}: {error.details}")
        else:
            # A new network namespace has a loopback of its own, and it is down.
            if set(fence.interfaces) - {"lo"} or "calls" not in fence.root or "home" in fence.root:
                problem = f"fence not closed: {fence}"
        return SandboxHealth(
            ready=not problem,
            slots=self._size,
            running=len(self._running),
            restarts=max(0, self._started - self._size),
            fence=fence,
            problem=problem,
        )

    def close(self) -> None:
        """End every process; calls still running fail. A closed sandbox starts nothing any more."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, set()
        for slot in running:
            slot.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _allowed(self, module: str) -> bool:
        return any(module == name or module.startswith((name + ".", name + "_")) for name in self._packages)

    def _name(self, function: Callable[..., object]) -> str:
        if not isinstance(function, FunctionType) or not self._allowed(function.__module__):
            raise ValueError(f"not a function of {', '.join(self._packages)}: {function!r}")
        found = getattr(sys.modules.get(function.__module__), function.__qualname__, None)
        if found is not function:
            raise ValueError(f"not found by its name in its module: {function!r}")
        return f"{function.__module__}:{function.__qualname__}"

    def _start(self) -> Slot:
        slot = Slot(limits=self._limits, preload=self._preload, packages=self._packages)
        with self._lock:
            self._started += 1
            self._running.add(slot)
        if self._closed:  # meanwhile, by another thread
            self._retire(slot)
            raise SandboxUnavailable(problem="closed")
        return slot

    def _retire(self, slot: Slot | None) -> None:
        if slot is not None:
            with self._lock:
                self._running.discard(slot)
            slot.close()

    def _read(self, function: Callable[..., object], name: str, outcome: dict[str, Any], answer: bytes) -> object:
        """The result, or the error the answer stands for."""
        match outcome["end"], outcome["value"]:
            case "exit", 0:
                pass
            case ("timeout", _) | ("signal", signal.SIGXCPU):
                raise SandboxTimeout(function=name)
            case "signal", number:
                raise SandboxCrashed(function=name, signal=number)
            case "exit", 2:
                raise SandboxMemory(function=name)
            case _, value:
                raise SandboxFailed(function=name, reason=str(value))
        letter, text = answer[:1], answer[1:]
        if letter == b"R":
            try:
                (result,) = _adapter(function).validate_json(text)
            except ValidationError as error:
                raise SandboxFailed(function=name, reason="answer_shape") from error
            return result
        if letter == b"E" and (rebuilt := self._library_error(text)) is not None:
            raise rebuilt
        raise SandboxFailed(function=name, reason=_failure(text))

    def _library_error(self, text: bytes) -> Exception | None:
        """The error described by `text`, if it is one of the allowed libraries' and harmless in every part."""
        try:
            found = json.loads(text)
            module, name, code, params = (found[key] for key in ("module", "name", "code", "params"))
            kind = getattr(sys.modules.get(module), name, None) if self._allowed(module) else None
            harmless = _CODE.fullmatch(code) and len(params) <= _PARAMETERS and all(map(_harmless, params.items()))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        if not harmless or not isinstance(kind, type) or not issubclass(kind, Exception) or kind.__module__ != module:
            return None
        return kind(code, **params)


def _harmless(parameter: tuple[object, object]) -> bool:
    key, value = parameter
    text = isinstance(value, str) and len(value) <= _PARAMETER_CHARACTERS
    return isinstance(key, str) and key.isidentifier() and key not in {"self", "code"} and (text or type(value) is int)


def _failure(text: bytes) -> str:
    """The name of the exception's class, as far as it can be believed."""
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        kind = json.loads(text)["kind"]
        if isinstance(kind, str) and kind.isidentifier():
            return kind[:100]
    return "answer_unreadable"


@cache
def _adapter(function: Callable[..., object]) -> Any:
    return sandbox_child.adapter(function)
