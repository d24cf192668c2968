"""A small judged set of our own: real articles of decrees, made documents around them, and what should be found.

Relevance is known by construction: a heading belongs to its article, a phrase to every article that holds it, a clause
to the article it was taken from; only the questions of `questions.tsv` are a person's judgement.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from search.index import Entry
from search.sample import sample_entries
from search.text import exact_syllables, fold, syllables

HERE = Path(__file__).parent
READERS = frozenset({"group:0"})
AROUND = 2_000


@dataclass(frozen=True)
class Judged:
    """A query of a sort, and the ids that answer it, all equally well."""

    sort: str
    text: str
    relevant: frozenset[str]


@dataclass(frozen=True)
class Article:
    id: str
    number: str
    article: str
    heading: str
    text: str


@cache
def articles() -> tuple[Article, ...]:
    rows = _rows("articles.tsv")
    return tuple(Article(f"{number}#{article}", number, article, *rest) for number, article, *rest in rows)


@cache
def entries() -> tuple[Entry, ...]:
    """The articles among documents of other things."""
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
    chance = random.Random(30)  # noqa: S311 - repeatable, not secret
    return (*_headings(), *_halves(), *_phrases(chance), *_clauses(chance), *_questions())


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
        yield Judged(
            "numbers", spellings[ordinal % len(spellings)](first, rest), frozenset(by_whole[fold(entry.number)])
        )


@dataclass(frozen=True)
class LookAlike:
    """Two documents whose phrases differ in their marks only; the first is meant."""

    text: str
    entries: tuple[Entry, Entry]


@cache
def look_alikes() -> tuple[LookAlike, ...]:
    """Phrases of the decrees, each in one made document as it is and in another with other marks, once to thrice."""
    chance = random.Random(31)  # noqa: S311
    around = list(sample_entries(200, seed=32))
    found: list[LookAlike] = []
    for article in articles()[6:106]:
        words = article.text.lower().split()
        at = chance.randrange(max(1, len(words) - 3))
        phrase = words[at : at + 2]
        other = [_other_marks(phrase[0], chance), phrase[1]]
        if exact_syllables(" ".join(other)) == exact_syllables(" ".join(phrase)) or not "".join(phrase).isalpha():
            continue
        number = len(found)
        pair = tuple(
            _with_phrase(around[2 * number + side], f"look:{number}:{side}", " ".join(said), chance)
            for side, said in enumerate((phrase, other))
        )
        found.append(LookAlike(" ".join(phrase), (pair[0], pair[1])))
    return tuple(found)


def ndcg(found: Sequence[str], relevant: frozenset[str]) -> float:
    """Normalised discounted gain of the first ten; 1 when all that is relevant stands first."""
    gain = sum(1 / math.log2(at + 2) for at, identifier in enumerate(found[:10]) if identifier in relevant)
    best = sum(1 / math.log2(at + 2) for at in range(min(10, len(relevant))))
    return gain / best


def _headings() -> Iterator[Judged]:
    same: dict[str, set[str]] = {}
    for article in articles():
        if article.heading:
            same.setdefault(article.heading, set()).add(article.id)
    for heading, ids in same.items():
        yield Judged("headings", " ".join(heading.split()[:14]), frozenset(ids))


def _halves() -> Iterator[Judged]:
    for article in articles():
        words = article.heading.split()
        # Nearly every heading of a decree of fines begins "Hành vi vi phạm quy định về": the rest tells them apart.
        told = words[6:] if article.heading.startswith("Hành vi vi phạm quy định") else words
        if len(told) >= 4:
            yield Judged("halves", " ".join(told[: max(3, len(told) // 2)]), frozenset({article.id}))


def _phrases(chance: random.Random) -> Iterator[Judged]:
    """Three neighbouring words that few articles hold."""
    held = {article.id: syllables(f"{article.heading} . {article.text}") for article in articles()}
    triples = {key: {tuple(words[at : at + 3]) for at in range(len(words) - 2)} for key, words in held.items()}
    often = Counter(triple for known in triples.values() for triple in known)
    for article in articles():
        words = article.text.replace(".", " . ").split()
        spans = [words[at : at + 3] for at in range(len(words) - 2)]
        keys = [span for span in spans if all(word.isalpha() for word in span) and often[_key(span)] in {1, 2}]
        if keys:
            span = chance.choice(keys)
            yield Judged("phrases", " ".join(span), frozenset(key for key in held if _key(span) in triples[key]))


def _clauses(chance: random.Random) -> Iterator[Judged]:
    """Eight to fourteen words from inside a text, inside a question."""
    for article in articles():
        words = article.text.split()
        if len(words) > 30:
            length = chance.randint(8, 14)
            at = chance.randrange(len(words) - length)
            asked = " ".join(words[at : at + length]).strip(".,;:")
            text = chance.choice(("Trường hợp {} thì xử lý thế nào?", "Quy định về {} ra sao", "{} là gì"))
            held = " ".join(words[at : at + length])
            same = frozenset(other.id for other in articles() if held in other.text)
            yield Judged("clauses", text.format(asked), same)


def _questions() -> Iterator[Judged]:
    for text, number, article in _rows("questions.tsv"):
        yield Judged("questions", text, frozenset({f"{number}#{article}"}))


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


def _with_phrase(entry: Entry, identifier: str, phrase: str, chance: random.Random) -> Entry:
    words = entry.body.split()
    for _ in range(chance.randint(1, 3)):
        words.insert(chance.randrange(len(words)), phrase)
    changes = {"id": identifier, "readers": READERS, "body": " ".join(words)}
    return Entry(**{**vars(entry), **changes})


def _rows(file: str) -> list[list[str]]:
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]
