"""Ten thousand queries of rubbish, mistakes and attacks: none raises, in either engine's half of the work."""

import random
from pathlib import Path

from search import Query, highlight, open_index
from search.index import Like
from search.ranking import plans
from search.spelling import near, without_input_method
from search.suggest import completions
from search.tantivy_forms import compiled
from tests.search.test_facets import ENTRIES, HERE

PIECES = (
    '"', "'", "(", ")", "[", "]", "{", "}", "-", "--", "+", "*", "?", "~", "^", ":", "/", "\\", "|", "&&", "OR", "AND",
    "so:", "noidung:", 'noidung:"', "trichyeu:", "tu:", "den:", "tu:2025", "den:31/13/2025", "tu:99999999", "số", "12/",
    "/QĐ", "0", "00012/QĐ-UBND", "999999999999999999999", "mưa", "lũ", "quyết định", "\u0000", "\u0301", "\ufeff",
    "\U0001f600", "\u202e", "İ", "ǅ", "ﬁ", "Ð", "đ", "x" * 70, '-"', "a_b", "1e9", "½", "²", "٣", "ⅻ", "¶", "\n", "\t",
)  # fmt: skip


def rubbish(chance: random.Random) -> str:
    if chance.random() < 0.3:
        letters = [chr(chance.choice((chance.randrange(32, 127), chance.randrange(0xD7FF)))) for _ in range(30)]
        return "".join(letters[: chance.randrange(30)])
    return chance.choice(("", " ")).join(chance.choice(PIECES) for _ in range(chance.randrange(1, 12)))


def test_no_query_raises(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    index = open_index("tantivy:s", base=tmp_path)
    index.put(ENTRIES)
    for number in range(10_000):
        text = rubbish(chance)
        asked = Query(text, HERE, half_typed=number % 4 == 0, with_facets=number % 50 == 0)
        if number % 5:
            for plan in plans(asked):
                compiled(plan)
        else:
            index.find(asked)
        if number % 10 == 0:
            highlight(ENTRIES[0].body, text)
            completions(text, [entry.title for entry in ENTRIES])
            without_input_method(text)
            near(text)
            index.find(Query("", HERE, like=Like(text, text * 3, but_not="a")))
    for text in ("a " * 5_000, '"' + "a b " * 3_000, "-x " * 2_000, "so:1 " * 2_000, "12/" * 3_000, "x" * 100_000):
        index.find(Query(text, HERE, with_facets=True))
        highlight("một", text)
    index.close()
