"""A small judged set of our own: real articles of decrees, made documents around them, and what should be found.

Relevance is known by construction: a heading belongs to its article, a phrase to every article that holds it, a clause
to the article it was taken from; only the questions are a person's judgement.

The set has three parts, told apart by the text a query was made from. Weights may be chosen on the first half of the
decrees' articles (`weights.py`); what is promised is asked of the second half, and of the annexes of another decree.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from search.index import Entry
from search.sample import sample_entries
from search.text import exact_syllables, fold, syllables

HERE = Path(__file__).parent
READERS = frozenset({"group:0"})
AROUND = 2_000


class Part(StrEnum):
    """Of the whole set. `UNSEEN` are texts no weight was ever tried on, not even when the first were chosen."""

    TUNING = "tuning"
    HELD_OUT = "held out"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Judged:
    """A query of a sort, and the ids that answer it, all equally well."""

    sort: str
    text: str
    relevant: frozenset[str]
    part: Part


@dataclass(frozen=True)
class Article:
    id: str
    part: Part
    number: str
    article: str
    heading: str
    text: str


@cache
def decrees() -> tuple[Article, ...]:
    """Articles, one half of them drawn to be held out."""
    rows = _rows("articles.tsv")
    held_out = set(random.Random(34).sample(range(len(rows)), len(rows) // 2))  # noqa: S311 - repeatable, not secret
    parts = [Part.HELD_OUT if at in held_out else Part.TUNING for at in range(len(rows))]
    return tuple(_article(part, row) for part, row in zip(parts, rows, strict=True))


@cache
def annexes() -> tuple[Article, ...]:
    return tuple(_article(Part.UNSEEN, row) for row in _rows("annexes.tsv"))


def articles() -> tuple[Article, ...]:
    return (*decrees(), *annexes())


@cache
def entries() -> tuple[Entry, ...]:
    """The articles and annexes among documents of other things."""
    made = [
        Entry(
            id=article.id,
            version=1,
            number=article.number,
            title=article.heading,
            body=article.text,
            readers=READERS,
            kind="NĐ",
            kind_name="Nghị định",
            issuer="Chính phủ",
            day=date(int(article.number.split("/")[1]), 1, 15),
            direction="incoming",
        )
        for article in articles()
    ]
    around = [_seen_by_all(entry) for entry in sample_entries(AROUND, seed=30)]
    return (*made, *around, *(entry for pair in look_alikes() for entry in pair.entries))


@cache
def queries() -> tuple[Judged, ...]:
    made: list[Judged] = []
    for texts, questions in ((decrees(), "questions.tsv"), (annexes(), "annex_questions.tsv")):
        chance = random.Random(30)  # noqa: S311 - as above
        made += _headings(texts)
        made += _halves(texts)
        made += _phrases(texts, chance)
        made += _clauses(texts, chance)
        made += _questions(questions)
    return tuple(made)


def number_queries() -> Iterator[Judged]:
    """Numbers in the spellings people use; right is every document of this number."""
    made = [entry for entry in entries() if entry.id.startswith("d")]
    by_whole: dict[str, set[str]] = {}
    for entry in made:
        by_whole.setdefault(fold(entry.number), set()).add(entry.id)
    spellings: Sequence[Callable[[str, str], str]] = (
        lambda first, rest: f"{first}/{rest}",
        lambda first, rest: f"số {first}/{rest}".lower(),
        lambda first, rest: f"{first} {fold(rest).replace('-', ' ')}",
        lambda first, rest: f"0{first}-{fold(rest)}",
        lambda first, rest: f"văn bản số {first}/{rest}",
    )
    for ordinal, entry in enumerate(made[:200]):
        first, _, rest = entry.number.partition("/")
        # Nothing was chosen on any of these: their constants only have to be apart.
        asked = spellings[ordinal % len(spellings)](first, rest)
        yield Judged("numbers", asked, frozenset(by_whole[fold(entry.number)]), Part.UNSEEN)


@dataclass(frozen=True)
class LookAlike:
    """Two documents whose phrases differ in their marks only; the first is meant. `reader` may see these two alone."""

    text: str
    entries: tuple[Entry, Entry]
    part: Part
    reader: str


@cache
def look_alikes() -> tuple[LookAlike, ...]:
    """Phrases of the texts, each in one made document as it is and in another with other marks, once to thrice."""
    chance = random.Random(31)  # noqa: S311
    texts = (*decrees()[6:106], *annexes())
    around = list(sample_entries(2 * len(texts), seed=32))
    found: list[LookAlike] = []
    for article in texts:
        words = article.text.lower().split()
        at = chance.randrange(max(1, len(words) - 3))
        phrase = words[at : at + 2]
        other = [_other_marks(phrase[0], chance), phrase[1]]
        if exact_syllables(" ".join(other)) == exact_syllables(" ".join(phrase)) or not "".join(phrase).isalpha():
            continue
        number = len(found)
        reader = f"person:look{number}"
        pair = tuple(
            _with_phrase(around[2 * number + side], f"look:{number}:{side}", " ".join(said), chance, reader)
            for side, said in enumerate((phrase, other))
        )
        found.append(LookAlike(" ".join(phrase), (pair[0], pair[1]), article.part, reader))
    return tuple(found)


def ndcg(found: Sequence[str], relevant: frozenset[str]) -> float:
    """Normalised discounted gain of the first ten; 1 when all that is relevant stands first."""
    gain = sum(1 / math.log2(at + 2) for at, identifier in enumerate(found[:10]) if identifier in relevant)
    best = sum(1 / math.log2(at + 2) for at in range(min(10, len(relevant))))
    return gain / best


def _article(part: Part, row: Sequence[str]) -> Article:
    number, article, heading, text = row
    return Article(f"{number}#{article}", part, number, article, heading, text)


def _headings(texts: Sequence[Article]) -> Iterator[Judged]:
    same: dict[str, set[str]] = {}
    for article in articles():
        same.setdefault(article.heading, set()).add(article.id)
    for heading, first in {article.heading: article for article in reversed(texts) if article.heading}.items():
        yield Judged("headings", " ".join(heading.split()[:14]), frozenset(same[heading]), first.part)


# How many headings begin, with the words that tell none of them apart.
_BEGINNINGS = ("Hành vi vi phạm quy định", "Đối với việc", "Đối với")


def _halves(texts: Sequence[Article]) -> Iterator[Judged]:
    for article in texts:
        told = article.heading
        begins = next((words for words in _BEGINNINGS if told.startswith(words)), "")
        words = told.removeprefix(begins).split()
        if len(words) >= 4:
            half = " ".join(words[: max(3, len(words) // 2)])
            yield Judged("halves", half, frozenset({article.id}), article.part)


def _phrases(texts: Sequence[Article], chance: random.Random) -> Iterator[Judged]:
    """Three neighbouring words that few articles hold."""
    held = {article.id: syllables(f"{article.heading} . {article.text}") for article in articles()}
    triples = {key: {tuple(words[at : at + 3]) for at in range(len(words) - 2)} for key, words in held.items()}
    often = Counter(triple for known in triples.values() for triple in known)
    for article in texts:
        words = article.text.replace(".", " . ").split()
        spans = [words[at : at + 3] for at in range(len(words) - 2)]
        keys = [span for span in spans if all(word.isalpha() for word in span) and often[_key(span)] in {1, 2}]
        if keys:
            span = chance.choice(keys)
            same = frozenset(key for key in held if _key(span) in triples[key])
            yield Judged("phrases", " ".join(span), same, article.part)


def _clauses(texts: Sequence[Article], chance: random.Random) -> Iterator[Judged]:
    """Eight to fourteen words from inside a text, inside a question."""
    for article in texts:
        words = article.text.split()
        if len(words) > 30:
            length = chance.randint(8, 14)
            at = chance.randrange(len(words) - length)
            asked = " ".join(words[at : at + length]).strip(".,;:")
            text = chance.choice(("Trường hợp {} thì xử lý thế nào?", "Quy định về {} ra sao", "{} là gì"))
            held = " ".join(words[at : at + length])
            same = frozenset(other.id for other in articles() if held in other.text)
            yield Judged("clauses", text.format(asked), same, article.part)


def _questions(file: str) -> Iterator[Judged]:
    parts = {article.id: article.part for article in articles()}
    for text, number, article in _rows(file):
        answer = f"{number}#{article}"
        yield Judged("questions", text, frozenset({answer}), parts[answer])


def _key(span: Sequence[str]) -> tuple[str, ...]:
    return tuple(syllables(" ".join(span)))


def _other_marks(word: str, chance: random.Random) -> str:
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    bare = fold(word)
    vowels = [at for at, letter in enumerate(bare) if letter in "aeiouy"]
    if not vowels:
        return word
    at = vowels[-1]
    return bare[: at + 1] + chance.choice(tones) + bare[at + 1 :]


def _seen_by_all(entry: Entry) -> Entry:
    return Entry(**{**vars(entry), "readers": READERS})


def _with_phrase(entry: Entry, identifier: str, phrase: str, chance: random.Random, reader: str) -> Entry:
    words = entry.body.split()
    for _ in range(chance.randint(1, 3)):
        words.insert(chance.randrange(len(words)), phrase)
    changes = {"id": identifier, "readers": READERS | {reader}, "body": " ".join(words)}
    return Entry(**{**vars(entry), **changes})


def _rows(file: str) -> list[list[str]]:
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]
