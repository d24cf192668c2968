"""Where a query's words stand in the original text; the same for every engine."""

from search.text import normalise, syllables, words_with_places

Span = tuple[int, int]


def highlight(text: str, query: str) -> tuple[Span, ...]:
    """The places (begin, end) of the query's words in NFC text, neighbours joined; text in another form is refused.

    Raises ValueError when the text is not NFC: offsets would point beside the words.
    """
    if normalise(text) != text:
        raise ValueError("text must be NFC")
    wanted = set(syllables(query))
    spans: list[Span] = []
    for word, begin, end in words_with_places(text):
        if word not in wanted:
            continue
        if spans and not text[spans[-1][1] : begin].strip():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return tuple(spans)
