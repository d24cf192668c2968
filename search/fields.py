"""What of an entry is indexed: ready tokens by field, the same for every engine.

Fields: `u` all text folded, in order; `p` its neighbouring pairs; `t`, `tp` the same of the title; `px` pairs with
their marks; `b` the words of the body alone; `begin` the beginnings of the title's words; `whole`, `first`, `part`,
`fragment` the number; the rest are filters, each value as it is.
"""

from search import text as analysis
from search.index import Entry, Facet

# Fields whose frequencies add to the score; of `u` the order counts too.
SCORED = ("u", "p", "t", "tp", "px")
# Fields that only match.
MATCHED = ("b", "begin", "whole", "first", "part", "fragment", "kind_name")
# Fields whose values are no words and may hold blanks; those of a facet are counted.
FILTERS = ("readers", "direction", *Facet)

# Stands between number, title and body, so that no phrase and no pair reaches across; no word is written so.
_EDGE = "¶"


def tokens_of(entry: Entry) -> dict[str, list[str]]:
    """The tokens of each field; none holds a blank."""
    analysed = [analysis.both_syllables(section) for section in (entry.number, entry.title, entry.body)]
    sections, exact = [folded for folded, _ in analysed], [marked for _, marked in analysed]
    _, title, body = sections
    parts = analysis.number_parts(entry.number)
    return {
        "u": [*sections[0], _EDGE, *title, _EDGE, *body],
        "p": [pair for words in sections for pair in analysis.pairs(words)],
        "t": title,
        "tp": analysis.pairs(title),
        "px": [pair for words in exact for pair in analysis.pairs(words)],
        "b": list(dict.fromkeys(body)),
        "whole": analysis.number_wholes(entry.number),
        "first": parts[:1],
        "part": parts[1:],
        "fragment": analysis.number_fragments(entry.number),
        "kind_name": ["_".join(analysis.syllables(entry.kind_name))],
        "begin": analysis.beginnings(title),
        "readers": sorted(entry.readers),
        "direction": [entry.direction],
        Facet.YEAR: [str(entry.day.year)] if entry.day else [],
        Facet.KIND: [entry.kind],
        Facet.ISSUER: [analysis.plain(entry.issuer)] if entry.issuer.strip() else [],
        Facet.CASE_FILE: sorted(set(entry.case_files)),
        Facet.RETENTION: sorted(set(entry.retentions)),
    }


def day_of(entry: Entry) -> int:
    """The day as a number to sort and to compare by; 0 for none."""
    return entry.day.toordinal() if entry.day else 0
