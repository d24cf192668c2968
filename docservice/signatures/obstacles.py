"""What keeps somebody from signing over the signatures a file has already, and what to do about it.

Nobody signs over a signature that does not hold, the agency (Decree 30/2020, article 32) no more than a person. The
answer is asked for anew before each signature; what is known of it already is shown before the button is pressed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docservice.core.words import N_, say
from docservice.core.work import Reading, Transactions
from docservice.documents.models import Stage, Version
from docservice.signatures.judging import judge, known
from docservice.signatures.keys import TrustSource
from docservice.signatures.verdicts import NO_SIGNATURE, sentence_of, stamp_sentence_of, unreadable
from signing.errors import SigningError
from signing.keys import name_words
from signing.outcome import PASSED, REVOCATION_UNKNOWN, VerdictCode

_ADD_ANCHOR = N_(
    "Nếu chứng thư số này là thật: nhờ người vận hành thêm nơi cấp vào Gốc tin cậy (nơi cấp: {issuer}), rồi kiểm tra "
    "lại và ký. Nếu không: không ký trên tệp này."
)
_ADD_STAMPER = N_(
    "Nếu tin dịch vụ cấp dấu thời gian này: nhờ người vận hành thêm nơi cấp chứng thư số của dịch vụ vào Gốc tin cậy "
    "(nơi cấp: {issuer}), rồi kiểm tra lại và ký. Nếu không: ký lại từ bước trước bằng dịch vụ khác."
)
_FETCH_LISTS = N_(
    "Hệ thống tự tải danh sách thu hồi; xin kiểm tra lại và ký sau, hoặc nhờ người vận hành đặt danh sách mới vào Gốc "
    "tin cậy (nơi cấp: {issuer})."
)
_OTHER_CERTIFICATE = N_("Người đã ký phải ký lại bằng chứng thư số khác còn dùng được.")
_LOOK_AT_STAMPS = N_("Nhờ người vận hành xem lại dịch vụ cấp dấu thời gian, rồi ký lại từ bước trước.")
_LOOK_AT_CLOCK = N_("Nhờ người vận hành xem lại giờ của máy chủ, rồi kiểm tra lại và ký.")
_MEND_SETTINGS = N_("Nhờ người vận hành sửa cấu hình gốc tin cậy, rồi ký lại.")
_BEGIN_AGAIN = N_("Không ký trên tệp này: phải làm lại tệp và ký lại từ đầu.")

# What mends it, by the code of the verdict; whatever is not named is about the file itself.
_REMEDIES: dict[str, str] = {
    VerdictCode.SIGNER_UNKNOWN: _ADD_ANCHOR,
    VerdictCode.STAMPER_UNKNOWN: _ADD_STAMPER,
    VerdictCode.REVOCATION_UNKNOWN: _FETCH_LISTS,
    VerdictCode.STAMPER_REVOCATION_UNKNOWN: _FETCH_LISTS,
    VerdictCode.REVOKED: _OTHER_CERTIFICATE,
    VerdictCode.EXPIRED: _OTHER_CERTIFICATE,
    VerdictCode.ALGORITHM_WEAK: _OTHER_CERTIFICATE,
    VerdictCode.CERTIFICATE_UNSUITABLE: _OTHER_CERTIFICATE,
    VerdictCode.TIME_STAMP_WRONG: _LOOK_AT_STAMPS,
    VerdictCode.STAMPER_REVOKED: _LOOK_AT_STAMPS,
    VerdictCode.STAMPER_EXPIRED: _LOOK_AT_STAMPS,
    VerdictCode.STAMPER_UNSUITABLE: _LOOK_AT_STAMPS,
    VerdictCode.NOT_YET_VALID: _LOOK_AT_CLOCK,
    VerdictCode.TIME_IN_FUTURE: _LOOK_AT_CLOCK,
}
# Where the certificate in question is not the signer's but that of the time stamp in the signature.
_BY_STAMPER = frozenset({VerdictCode.STAMPER_UNKNOWN, VerdictCode.STAMPER_REVOCATION_UNKNOWN})
_OF_SETTINGS = frozenset({"trust_unreadable", "anchor_missing"})


@dataclass(frozen=True)
class Obstacle:
    """The first signature or document time stamp that does not hold, or why the file has no verdict at all.

    `entry` is one of `as_facts`, `is_stamp` says of which kind.
    """

    entry: Mapping[str, Any] | None = None
    is_stamp: bool = False
    unreadable_code: str | None = None

    def reason(self, language: str = "vi") -> str:
        """What is wrong, as the verdict says it."""
        if self.entry is not None:
            return stamp_sentence_of(self.entry, language) if self.is_stamp else sentence_of(self.entry, language)
        return unreadable(self.unreadable_code, language) if self.unreadable_code else say(NO_SIGNATURE, language) + "."

    def remedy(self, language: str = "vi") -> str:
        """What mends it."""
        if self.entry is None:
            return say(_MEND_SETTINGS if self.unreadable_code in _OF_SETTINGS else _BEGIN_AGAIN, language)
        code = self.entry["code"]
        # Verdicts kept before the stamper was part of them name nobody.
        certificate = self.entry.get("stamper" if code in _BY_STAMPER and not self.is_stamp else "certificate") or {}
        issuer = ", ".join(name_words(certificate.get("issuer") or say(N_("không rõ"), language)))
        return say(_REMEDIES.get(code, _BEGIN_AGAIN), language, issuer=issuer)


def found_on(
    transactions: Transactions, sha256: str, *, since: datetime, by_person: bool, may_be_unsigned: bool
) -> Obstacle | None:
    """What stands against signing over this file, by a verdict not older than `since`; slow as `judge`.

    A person need not wait for a revocation list that cannot be had: the seal will. Only pages that came for their
    first signature `may_be_unsigned`.
    """
    try:
        found = judge(transactions, sha256=sha256, since=since)
    except SigningError as error:
        return Obstacle(unreadable_code=error.code)
    return _in(found.facts, by_person=by_person, may_be_unsigned=may_be_unsigned)


def expected(facts: Mapping[str, Any] | None, versions: Sequence[Version], *, by_person: bool) -> Obstacle | None:
    """What is known already (`newest_facts`) to stand against signing over the newest of these versions."""
    if facts is None:
        return None
    return _in(facts, by_person=by_person, may_be_unsigned=versions[-1].stage == Stage.SUBMITTED)


def newest_facts(reading: Reading, versions: Sequence[Version]) -> dict[str, Any] | None:
    """Today's verdict on the newest version where one was found, else the one that was kept with it (`kept_facts`)."""
    kept = kept_facts(versions)
    try:
        trust = reading.ports[TrustSource].current()
    except SigningError:
        # Settings that cannot be read now take nothing off the page.
        return kept
    today = known(reading, sha256=versions[-1].sha256, trust=trust) if versions else None
    return today.facts if today else kept


def kept_facts(versions: Sequence[Version]) -> dict[str, Any] | None:
    """The newest verdict kept with a version; pages made anew hold nothing of what was signed before them."""
    for version in reversed(versions):
        if version.verdict is not None or version.stage == Stage.SUBMITTED:
            return version.verdict
    return None


def _in(facts: Mapping[str, Any], *, by_person: bool, may_be_unsigned: bool) -> Obstacle | None:
    groups = ((facts["signatures"], False), (facts.get("timestamps", ()), True))
    broken = [
        Obstacle(entry, is_stamp) for group, is_stamp in groups for entry in group if entry["indication"] != PASSED
    ]
    is_known_later = all(_is_known_later(found) for found in broken)
    if facts["passed"] or (by_person and is_known_later and (facts["signatures"] or may_be_unsigned)):
        return None
    # What more than a list can mend is told first.
    broken.sort(key=_is_known_later)
    return broken[0] if broken and facts["signatures"] else Obstacle()


def _is_known_later(found: Obstacle) -> bool:
    return found.entry is not None and found.entry["code"] in REVOCATION_UNKNOWN
