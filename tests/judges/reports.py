"""What EU DSS and veraPDF say, as frozen data: the tests assert on fields, not on a judge's prose."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class DssTimestamp:
    """A time stamp of a signature; `intact`: what it covers and its own signature; `trusted`: leads to an anchor."""

    kind: str
    time: datetime
    intact: bool
    trusted: bool


@dataclass(frozen=True)
class DssModification:
    """An object that changed after a signature: `action` "CREATION", "MODIFICATION" or "DELETION", path in the file.

    `kind` is how DSS classes it: "extension" (signature, DSS or time stamp added), "form" (signature or form filled),
    "annotation", or "undefined", which is what no later act of a signer explains.
    """

    kind: str
    action: str
    object: str


@dataclass(frozen=True)
class DssSignature:
    """One signature by DSS's default policy (ETSI EN 319 102-1).

    `indication` is "TOTAL_PASSED", "INDETERMINATE" or "TOTAL_FAILED"; `level` as in "PAdES-BASELINE-T";
    `modifications` are the objects changed since.
    """

    id: str
    field: str
    indication: str
    sub_indication: str | None
    level: str
    signed_by: str
    signing_time: datetime | None
    timestamps: tuple[DssTimestamp, ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    modifications: tuple[DssModification, ...]

    @property
    def passed(self) -> bool:
        return self.indication == "TOTAL_PASSED"

    def changed(self, kind: str) -> tuple[DssModification, ...]:
        """The modifications of one kind."""
        return tuple(change for change in self.modifications if change.kind == kind)


@dataclass(frozen=True)
class DssReport:
    """The signatures of one file in the order they were made; `unreadable` says why there is no answer, else ""."""

    file: Path
    signatures: tuple[DssSignature, ...]
    unreadable: str

    def of(self, field: str) -> DssSignature:
        """The signature in a field; KeyError when DSS saw none there."""
        return {signature.field: signature for signature in self.signatures}[field]


@dataclass(frozen=True)
class PdfaFailure:
    """A failed rule: clause of ISO 19005, test number within it, sentence, place in the document."""

    clause: str
    test: int
    message: str
    context: str


@dataclass(frozen=True)
class PdfaReport:
    """One file against one flavour such as "2b"; an unreadable file is never compliant and says why."""

    file: Path
    compliant: bool
    flavour: str
    failures: tuple[PdfaFailure, ...]
    unreadable: str


def dss_report(said: dict[str, Any]) -> DssReport:
    """From the Java program's line."""
    signatures = sorted(said.get("signatures", []), key=lambda signature: signature["covers"])
    return DssReport(Path(said["file"]), tuple(map(_signature, signatures)), said.get("unreadable", ""))


def pdfa_report(said: dict[str, Any], *, flavour: str) -> PdfaReport:
    """From the Java program's line."""
    failures = tuple(
        PdfaFailure(failure["clause"], failure["test"], failure["message"], failure["context"])
        for failure in said.get("failures", [])
    )
    return PdfaReport(
        file=Path(said["file"]),
        compliant=said.get("compliant", False),
        flavour=said.get("flavour", flavour),
        failures=failures,
        unreadable=said.get("unreadable", ""),
    )


def _signature(said: dict[str, Any]) -> DssSignature:
    return DssSignature(
        id=said["id"],
        field=said["field"],
        indication=said["indication"],
        sub_indication=said["subIndication"],
        level=said["level"],
        signed_by=said["signedBy"],
        signing_time=_instant(said["signingTime"]) if said["signingTime"] else None,
        timestamps=tuple(
            DssTimestamp(token["type"], _instant(token["time"]), token["intact"], token["trusted"])
            for token in said["timestamps"]
        ),
        errors=tuple(said["errors"]),
        warnings=tuple(said["warnings"]),
        modifications=tuple(
            DssModification(change["kind"], change["action"], change["object"]) for change in said["modifications"]
        ),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
