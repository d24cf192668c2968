"""Verdicts on stored files: found once a day for the same bytes under the same trust settings."""

from typing import Any

from docservice.core.clock import legal_day
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Transactions
from docservice.documents import storing
from docservice.signatures.keys import TrustSource
from docservice.signatures.models import KeptVerdict
from docservice.signatures.verdicts import as_facts
from signing.verdict import verify


def judge(transactions: Transactions, sha256: str) -> dict[str, Any]:
    """The verdict on a stored file as facts (see `as_facts`); raises the library's `VerdictImpossible`."""
    ports, now = transactions.ports, transactions.clock.now()
    trust = ports[TrustSource].current()
    key = (sha256, trust.version, legal_day(now))
    with transactions.reading(SYSTEM) as reading:
        kept = reading.session.get(KeptVerdict, key)
        if kept is not None:
            return dict(kept.facts)
    facts = as_facts(ports[Sandbox].run(verify, storing.get(ports, sha256), trust=trust, at=now))
    with transactions.work(SYSTEM) as work:
        if work.session.get(KeptVerdict, key) is None:
            work.session.add(KeptVerdict(sha256=sha256, trust_version=trust.version, day=key[2], facts=facts))
    return facts
