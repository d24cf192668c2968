"""What was filled in after a signature, in words: the places that signature itself leaves open.

A leader signs before the number is given, and the agency seals after both (Decree 30/2020, article 15 and Annex I), so
"nothing changed" is not the whole truth of such a signature.
"""

import re
from collections.abc import Mapping
from typing import Any

from docservice.core.words import N_, say

# The fields of our own forms, in the order they are told.
_NAMES: dict[str, str] = {
    "secretary": N_("chữ ký của thư ký"),
    "leader": N_("chữ ký của người ký"),
    "person": N_("chữ ký của người khác"),
    "number": N_("số"),
    "date": N_("ngày tháng"),
    "agency": N_("dấu của cơ quan"),
}
_OTHER_SIDE = N_("phần của cơ quan cùng ký ({parts})")
_FIELD = N_("ô “{name}”")
_SIGNATURE = N_("chữ ký ở ô “{name}”")
_OWN = re.compile(rf"({'|'.join(_NAMES)})(?:\d+|([AB]))?")


def added_after(kept: Mapping[str, Any], language: str = "vi") -> str:
    """What came after a signature, from its kept facts; empty when nothing did, or only document time stamps."""
    own = _OWN.fullmatch(str(kept["field"]))
    side = own[2] if own else None
    here: list[str] = []
    there: list[str] = []
    for change in kept["changes"]:
        kind, _, name = str(change).partition(":")
        found = _OWN.fullmatch(name)
        if found is not None:
            (there if found[2] != side else here).append(found[1])
        elif kind == "field":
            here.append(say(_FIELD, language, name=name))
        elif kind == "signature":
            here.append(say(_SIGNATURE, language, name=name))
    parts = _told(here, language)
    if there:
        parts.append(say(_OTHER_SIDE, language, parts=", ".join(_told(there, language))))
    return ", ".join(parts)


def _told(names: list[str], language: str) -> list[str]:
    known = sorted(_NAMES.keys() & set(names), key=list(_NAMES).index)
    others = [name for name in dict.fromkeys(names) if name not in _NAMES]
    return [say(_NAMES[name], language) for name in known] + others
