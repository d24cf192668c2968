"""Who signs a joint document for each side: it has to be whom the pages name (Decree 30/2020, article 13; Annex I).

Name and post of both signers are printed before anybody signs. Another person's signature under a printed name is
refused; so is a capacity the pages do not say (KT., TL., TUQ.). A post that is only called otherwise is told and left
to whoever signs: posts are renamed, and the pages may shorten them.
"""

import re
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from docservice.core.errors import DocError
from docservice.core.words import N_, say
from docservice.core.work import Reading
from docservice.documents import joint, joint_returns, queries
from docservice.documents.errors import (
    OtherSideOtherSigner,
    PrintedCapacityOther,
    PrintedSignerOther,
    ReturnedFileIncomplete,
)
from docservice.documents.models import Document
from docservice.documents.status import Status

CALLED_OTHERWISE = N_(
    "Văn bản in chức vụ người ký là “{title}”; chức vụ hiện nay ở cơ quan mình là “{own}”. Xin cân nhắc trước khi ký."
)
# With or without a space after it.
_CAPACITY = re.compile(r"\b(KT|TL|TUQ|Q)\.")


def printed(reading: Reading, document: Document) -> tuple[str, str] | None:
    """Name and title the pages give for the agency's own signer, where it signs a file that came; None if unknown."""
    if document.side == joint.PARTNER and document.answers_id is not None:
        return printed_for(reading, document.answers_id, joint.PARTNER)
    if document.side == joint.DRAFTING and document.partner_signed_at is not None:
        # The one that was registered and became the own document's file; others were refused.
        taken = [
            one
            for one in joint.answers_of(reading, document.id)
            if one.status == Status.DONE and joint_returns.returned_to(reading, one)
        ]
        return printed_for(reading, taken[-1].id, joint.DRAFTING) if taken else None
    return None


def printed_for(reading: Reading, arrival_id: UUID, side: str) -> tuple[str, str] | None:
    """Name and title an arrived joint file gives for a side's signer."""
    places = joint.places_of(reading, arrival_id)
    found = places.signers.get(side) if places else None
    return (str(found[0]), str(found[1])) if found else None


def require_printed(
    wanted: tuple[str, str] | None, *, name: str, lines: Sequence[str], language: str = "vi"
) -> str | None:
    """Check whoever is to sign against the pages; a remark in this language where only the post is called otherwise.

    `lines` stand above the signature as it would be made today. Raises `PrintedSignerOther`, `PrintedCapacityOther`.
    """
    if wanted is None:
        return None
    wanted_name, title = wanted
    if not is_same_name(wanted_name, name):
        raise PrintedSignerOther(printed=wanted_name, title=title, chosen=name)
    own = " ".join(lines)
    if _capacities(own) != _capacities(title):
        raise PrintedCapacityOther(printed=title, own=own)
    if _plain(title) in {_plain(own), _plain(lines[-1] if lines else "")}:
        return None
    return say(CALLED_OTHERWISE, language, title=title, own=own)


def fault_of(reading: Reading, arrival: Document) -> DocError | None:
    """What keeps an arrived joint file out of the register: not the file that is awaited, or another signer's name."""
    places = joint.places_of(reading, arrival.id)
    if places is None:
        return None
    fault = joint_returns.return_fault(reading, arrival)
    if fault is not None and not isinstance(fault, ReturnedFileIncomplete):
        return fault
    version = queries.latest_version(reading, arrival.id)
    for signature in (version.verdict or {}).get("signatures", ()) if version else ():
        side = str(signature["field"]).removeprefix(joint.LEADER_FIELD)
        wanted = places.signers.get(side)
        signed = signature["signer"] or ""
        if wanted and side in joint.SIDES and not is_same_name(str(wanted[0]), signed):
            return OtherSideOtherSigner(printed=str(wanted[0]), signed=signed)
    return fault


def is_same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: capitals, spaces and the way letters are composed apart, accents never."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace(",", " ").split())


def _capacities(text: str) -> frozenset[str]:
    return frozenset(_CAPACITY.findall(text.upper()))
