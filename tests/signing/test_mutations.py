"""Files damaged at random, by the thousand: nothing passes whose signed bytes changed, and nothing breaks the reader.

The same files each time; `pytest --mutations 500` takes the first of them only.
"""

import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from docservice.core.sandbox import Limits, Sandbox
from signing.archive import add_document_stamp, add_validation_data
from signing.errors import VerdictImpossible
from signing.pdf import sign
from signing.request import Level, SignRequest
from signing.verdict import FileVerdict, verify
from tests.signing.builders import NOW, Signers, prepared, sign_as

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
SEED = 20261123


@dataclass(frozen=True)
class Base:
    """A good file, and for each of its signatures the bytes it speaks for: begin and end of its gap, and its end."""

    pdf: bytes
    covered: tuple[tuple[int, int, int], ...]


def base(pdf: bytes) -> Base:
    found = re.finditer(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)", pdf)
    return Base(pdf, tuple((int(m[1]), int(m[2]), int(m[2]) + int(m[3])) for m in found))


def flip(pdf: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 3)):
        pdf[chance.randrange(len(pdf))] ^= 1 << chance.randrange(8)


def cut(pdf: bytearray, chance: random.Random) -> None:
    del pdf[chance.randrange(len(pdf)) :]


def drop(pdf: bytearray, chance: random.Random) -> None:
    begin = chance.randrange(len(pdf))
    del pdf[begin : begin + chance.randint(1, 400)]


def repeat(pdf: bytearray, chance: random.Random) -> None:
    begin = chance.randrange(len(pdf))
    part = pdf[begin : begin + chance.randint(1, 2000)]
    at = chance.randrange(len(pdf))
    pdf[at:at] = part


def insert(pdf: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(pdf))
    pdf[at:at] = chance.choice(
        [b"%%EOF\n", b"endobj\n", b"[" * 50, b"<<", b"\0" * 9, b"stream\n", b"trailer<</Root 1 0 R>>"]
    )


def shuffle(pdf: bytearray, chance: random.Random) -> None:
    objects = list(re.finditer(rb"\d+ \d+ obj\b.*?endobj", bytes(pdf), re.DOTALL))
    first, second = sorted(chance.sample(objects, 2), key=lambda m: m.start())
    pdf[second.start() : second.end()] = first[0]
    pdf[first.start() : first.end()] = second[0]


def renumber(pdf: bytearray, chance: random.Random) -> None:
    number = chance.choice(list(re.finditer(rb"\d+", bytes(pdf))))
    pdf[number.start() : number.end()] = str(chance.choice([0, 1, 7, 2**31, 10**12])).encode()


def rewire(pdf: bytearray, chance: random.Random) -> None:
    references = list(re.finditer(rb"\d+ 0 R", bytes(pdf)))
    one, two = chance.sample(references, 2)
    pdf[one.start() : one.end()] = two[0]


KINDS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip, flip, cut, drop, repeat, insert, shuffle, renumber, rewire
)  # fmt: skip


@pytest.fixture(scope="module")
def bases(people: Signers) -> list[Base]:
    signed = sign_as(prepared(), "leader", people)
    bare = sign(prepared(), SignRequest("leader", Level.B_B), key=people.leader, timestamps=None, now=NOW)
    both = sign_as(signed, "agency", people)
    lasting = add_document_stamp(add_validation_data(both, trust=people.trust, at=NOW), timestamps=people.stamps())
    return [base(pdf) for pdf in (signed, bare, both, lasting)]


def mutations(bases: list[Base], count: int) -> Iterator[tuple[int, str, Base, bytes]]:
    for number in range(count):
        chance = random.Random(SEED + number)  # noqa: S311 - repeatable, not secret
        chosen, kind = chance.choice(bases), chance.choice(KINDS)
        changed = bytearray(chosen.pdf)
        kind(changed, chance)
        yield number, kind.__name__, chosen, bytes(changed)


def holds(chosen: Base, changed: bytes, verdict: FileVerdict) -> bool:
    """Whether each signature that passed speaks for the very bytes it spoke for in the good file."""
    passed = [v for v in (*verdict.signatures, *verdict.timestamps) if v.indication == "TOTAL-PASSED"]
    untouched = [
        area for area in chosen.covered
        if changed[: area[0]] == chosen.pdf[: area[0]] and changed[area[1] : area[2]] == chosen.pdf[area[1] : area[2]]
    ]  # fmt: skip
    return len(passed) <= len(untouched)


def test_nothing_damaged_passes_and_nothing_breaks(
    people: Signers, bases: list[Base], request: pytest.FixtureRequest
) -> None:
    # Five seconds of the processor: how busy the machine is says nothing about the file.
    trust, limits = people.trust, Limits(wall_s=60, cpu_s=5, memory_mb=512)

    def judged(mutation: tuple[int, str, Base, bytes]) -> str | None:
        number, kind, chosen, changed = mutation
        if changed == chosen.pdf:
            return None
        try:
            # The sandbox's own limits say what is too slow or too large, and whatever else is raised fails the test.
            verdict = sandbox.run(verify, changed, trust=trust, at=NOW)
        except VerdictImpossible:
            return None
        return None if holds(chosen, changed, verdict) else f"{number} {kind}"

    with (
        Sandbox(size=2, preload=("signing.rehearsal:rehearse",), limits=limits) as sandbox,
        ThreadPoolExecutor(2) as pool,
    ):
        wrong = [w for w in pool.map(judged, mutations(bases, request.config.getoption("--mutations"))) if w]
    assert wrong == []
