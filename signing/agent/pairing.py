"""Which servers the agent signs for: paired by hand, in the agent's own window, each key confirmed by its person."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.agent.jobs import AgentRefused, fingerprint
from signing.agent.kept import keep

OPEN_FOR = timedelta(minutes=2)
TRIES = 3


@dataclass
class Opening:
    """Pairing is open: until when, with which code, and how often it may still be tried."""

    code: str
    until: datetime
    tries: int = TRIES


@dataclass
class Pairings:
    """Paired origins with their keys, kept in one file only its person can read."""

    file: Path
    keys: dict[str, dict[str, Ed25519PublicKey]] = field(default_factory=dict)
    opening: Opening | None = None

    @classmethod
    def load(cls, file: Path) -> "Pairings":
        """Read the kept pairings; none without a file."""
        kept = json.loads(file.read_text()) if file.is_file() else {}
        keys = {
            origin: {name: Ed25519PublicKey.from_public_bytes(bytes.fromhex(raw)) for name, raw in held.items()}
            for origin, held in kept.items()
        }
        return cls(file, keys)

    def open(self, *, now: datetime) -> str:
        """Open pairing for two minutes; returns the six digits that the person types into the page."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        self.opening = Opening(code, now + OPEN_FOR)
        return code

    def try_code(self, origin: str, code: str, *, now: datetime) -> None:
        """Use up one try; raises `AgentRefused`: pairing_closed, origin_insecure, code_wrong."""
        opening = self.opening
        if opening is None or now >= opening.until or opening.tries <= 0:
            self.opening = None
            raise AgentRefused("pairing_closed")
        if not is_secure(origin):
            raise AgentRefused("origin_insecure", origin=origin)
        opening.tries -= 1
        if not compare_digest(opening.code, code):
            raise AgentRefused("code_wrong", tries=opening.tries)
        self.opening = None

    def add(self, origin: str, key: Ed25519PublicKey) -> None:
        """Keep a key that its person has confirmed."""
        self.keys.setdefault(origin, {})[fingerprint(key)] = key
        kept: dict[str, Any] = {
            paired: {name: k.public_bytes(Encoding.Raw, PublicFormat.Raw).hex() for name, k in held.items()}
            for paired, held in self.keys.items()
        }
        keep(self.file, kept)


def is_secure(origin: str) -> bool:
    """Whether an origin may be paired: https, or this very computer."""
    try:
        parts = urlsplit(origin)
        is_bare = bool(parts.hostname) and not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
        port = parts.port
    except ValueError:
        return False
    if not is_bare or port == 0:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})
