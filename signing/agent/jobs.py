"""What the server asks of the agent: a job it signed itself, for one origin, for two minutes, once (RFC 7515, EdDSA).

A page cannot make the agent sign anything: it can only carry what the server issued.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.errors import SigningError

ALGORITHM = "EdDSA"
LIFE = timedelta(seconds=120)
MOST = 100
_KNOWN = {"content_type", "message_digest", "signing_certificate_v2"}


class AgentRefused(SigningError):
    """The agent will not do it; `code` says why."""


@dataclass(frozen=True)
class Item:
    """One document to sign.

    `path` is where its prepared file is, on the paired origin; `gap` the reserved text's begin and end in it;
    `attributes` the DER of the signed attributes.
    """

    id: str
    number: str
    title: str
    path: str
    gap: tuple[int, int]
    attributes: bytes


@dataclass(frozen=True)
class Job:
    """A batch for one person and one certificate (`certificate_sha256`, lower-case hexadecimal)."""

    id: str
    origin: str
    person: str
    certificate_sha256: str
    expires_at: datetime
    items: tuple[Item, ...]


def fingerprint(key: Ed25519PublicKey) -> str:
    """Hash of a server's public key, lower-case hexadecimal: what is shown when it is paired."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def issue(job: Job, key: Ed25519PrivateKey, *, now: datetime) -> str:
    """The job as a compact JWS."""
    claims = {
        "iss": job.origin,
        "jti": job.id,
        "sub": job.person,
        "iat": int(now.timestamp()),
        "exp": int(job.expires_at.timestamp()),
        "cert": job.certificate_sha256,
        "items": [
            {
                "id": item.id,
                "number": item.number,
                "title": item.title,
                "path": item.path,
                "gap": list(item.gap),
                "attributes": base64.b64encode(item.attributes).decode(),
            }
            for item in job.items
        ],
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": fingerprint(key.public_key())})


def read(token: str, keys: Mapping[str, Ed25519PublicKey], *, origin: str, now: datetime) -> Job:
    """Read a job that `origin` carries; `keys` are its paired keys by fingerprint.

    Raises `AgentRefused`: job_unreadable, key_unknown, job_forged, job_expired, other_origin, job_too_large.
    """
    try:
        named = str(jwt.get_unverified_header(token).get("kid"))
    except jwt.InvalidTokenError as error:
        raise AgentRefused("job_unreadable") from error
    if named not in keys:
        raise AgentRefused("key_unknown")
    try:
        # Times are compared here, by the clock that is given.
        options: Any = {"require": ["iss", "jti", "sub", "iat", "exp"], "verify_exp": False, "verify_iat": False}
        claims = jwt.decode(token, keys[named], algorithms=[ALGORITHM], options=options)
    except jwt.InvalidTokenError as error:
        raise AgentRefused("job_forged") from error
    issued, expires = (datetime.fromtimestamp(claims[name], now.tzinfo) for name in ("iat", "exp"))
    if not issued - LIFE <= now < expires or expires - issued > LIFE:
        raise AgentRefused("job_expired")
    if claims["iss"] != origin:
        raise AgentRefused("other_origin")
    try:
        items = tuple(map(_item, claims["items"]))
        job = Job(claims["jti"], origin, claims["sub"], str(claims["cert"]), expires, items)
    except (KeyError, TypeError, ValueError) as error:
        raise AgentRefused("job_unreadable") from error
    if not 0 < len(items) <= MOST:
        raise AgentRefused("job_too_large", most=MOST)
    return job


def _item(entry: Any) -> Item:
    begin, end = entry["gap"]
    path = str(entry["path"])
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise ValueError(path)
    attributes = base64.b64decode(entry["attributes"], validate=True)
    return Item(str(entry["id"]), str(entry["number"]), str(entry["title"]), path, (int(begin), int(end)), attributes)


def check_item(item: Item, pdf: bytes, *, certificate_sha256: str) -> None:
    """Whether what is to be signed belongs to this very file and certificate, and is a PDF signature and nothing else.

    Raises `AgentRefused`: gap_wrong, attributes_wrong, digest_differs, other_certificate.
    """
    begin, end = item.gap
    if not 0 < begin < end <= len(pdf) or pdf[begin : begin + 1] != b"<" or pdf[end - 1 : end] != b">":
        raise AgentRefused("gap_wrong")
    if pdf[begin + 1 : end - 1].strip(b"0"):
        raise AgentRefused("gap_wrong")
    values = _attributes(item.attributes)
    digest = sha256(pdf[:begin] + pdf[end:]).digest()
    if values["content_type"].native != "data" or values["message_digest"].native != digest:
        raise AgentRefused("digest_differs")
    named = tsp.SigningCertificateV2.load(values["signing_certificate_v2"].dump())["certs"]
    if len(named) != 1 or named[0]["cert_hash"].native.hex() != certificate_sha256:
        raise AgentRefused("other_certificate")


def _attributes(der: bytes) -> dict[str, Any]:
    """The three attributes a PAdES signature signs, and no other."""
    try:
        found = cms.CMSAttributes.load(der, strict=True)
        values: Sequence[tuple[str, Any]] = [(a["type"].native, a["values"]) for a in found]
        if found.dump(force=True) != der or {name for name, _ in values} != _KNOWN or len(values) != len(_KNOWN):
            raise AgentRefused("attributes_wrong")
        if any(len(held) != 1 for _, held in values):
            raise AgentRefused("attributes_wrong")
        return {name: held[0] for name, held in values}
    except (ValueError, TypeError, KeyError) as error:
        raise AgentRefused("attributes_wrong") from error
