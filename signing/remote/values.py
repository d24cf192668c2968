"""Signature values as services return them: believed only when they belong to the registered certificate."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import Certificate

from signing.keys import verify_value


def right_value(certificate: Certificate, data: bytes, value: bytes) -> bytes | None:
    """The value over SHA-256 of the data as it goes into a signature, or None when it is not this certificate's.

    Services return ECDSA values as DER (RFC 3279, 2.2.3) or as the two numbers side by side (IEEE 1363, as JWS has
    them); which one it is, only the key can tell for sure.
    """
    for candidate in (value, _from_two_numbers(certificate, value)):
        if candidate is not None and verify_value(certificate, data, candidate):
            return candidate
    return None


def _from_two_numbers(certificate: Certificate, value: bytes) -> bytes | None:
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return None
    size = (public.curve.key_size + 7) // 8
    if len(value) != 2 * size:
        return None
    return encode_dss_signature(int.from_bytes(value[:size], "big"), int.from_bytes(value[size:], "big"))
