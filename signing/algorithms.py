"""Which algorithms are good enough, and until when. Law is data: each rule names its basis and its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from signing.message import Message


@dataclass(frozen=True)
class AlgorithmRule:
    """A digest (`least_bits` 0) or a kind of key that may be used from a day to a day, open where None."""

    name: str
    least_bits: int
    legal_basis: str
    valid_from: date | None = None
    valid_to: date | None = None


_BASIS = "TT 15/2025/TT-BKHCN"

# Nothing here for SHA-1 and shorter RSA keys: an operator who must read old documents adds a rule with its last day.
DEFAULT_ALGORITHMS: tuple[AlgorithmRule, ...] = (
    *(
        AlgorithmRule(name, 0, _BASIS)
        for name in (
            *("sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256"),
            *("sha3_224", "sha3_256", "sha3_384", "sha3_512", "shake128", "shake256", "shake256_len"),
        )
    ),
    AlgorithmRule("rsa", 2048, _BASIS),
    AlgorithmRule("ec", 256, _BASIS),
    AlgorithmRule("ed25519", 256, _BASIS),
    AlgorithmRule("ed448", 448, _BASIS),
)


def is_acceptable(message: Message, day: date, rules: Sequence[AlgorithmRule]) -> bool:
    """Whether a message's digests and key were good enough on a day."""
    key = message.certificate.public_key
    kind = "rsa" if key.algorithm == "rsassa_pss" else key.algorithm
    # asn1crypto knows no size of keys that have only one.
    bits = 256 if kind == "ed25519" else 448 if kind == "ed448" else key.bit_size
    digests = {message.digest_algorithm, _signed_digest(message)}
    return all(_allowed(name, 0, day, rules) for name in digests if name) and _allowed(kind, bits, day, rules)


def _signed_digest(message: Message) -> str | None:
    try:
        digest: str = message.signer["signature_algorithm"].hash_algo
    except ValueError:
        # Edwards curves, and RSA named without a digest, bring their own or take the message's.
        return None
    return digest


def _allowed(name: str, bits: int, day: date, rules: Sequence[AlgorithmRule]) -> bool:
    return any(
        rule.name == name
        and bits >= rule.least_bits
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
        for rule in rules
    )
