"""RFC 3161 time stamps: from a service over HTTP, or from the demo authority's own key in this process."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from http.client import HTTPException, HTTPResponse
from secrets import token_bytes
from time import monotonic
from typing import Protocol
from urllib.request import Request, urlopen

from asn1crypto import algos, cms, core, tsp, x509

from signing.errors import TimeStampUnavailable
from signing.keys import KeyInMemory, as_asn1
from signing.message import MessageWrong, content_digest, digest_matches, read_message, stamped_info, value_matches

# The demo authority's own policy: an arc for examples (RFC 7299 leaves none for this, ISO 9834 has 2.999).
_DEMO_POLICY = "2.999.3161.1"
_LARGEST_ANSWER = 64 * 1024
_ROOM = 1024
UNKNOWN_TOKEN_SIZE = 10240


class TimeStamps(Protocol):
    @property
    def token_size(self) -> int:
        """Upper bound of a token, in bytes: so much room a signature keeps free for it."""
        ...

    def stamp(self, digest: bytes) -> cms.ContentInfo:
        """A time-stamp token over a SHA-256 digest; raises `TimeStampUnavailable`."""
        ...


class HttpTimeStamps:
    """A time-stamp service reached over HTTP; it must answer within the given seconds."""

    def __init__(self, url: str, *, timeout: float = 5) -> None:
        if not url.startswith(("http://", "https://")):
            raise TimeStampUnavailable("time_stamp_address", url=url)
        self._url = url
        self._timeout = timeout
        self._largest = 0

    @property
    def token_size(self) -> int:
        # Before the first answer nobody knows how many certificates the service sends along.
        return self._largest + _ROOM if self._largest else UNKNOWN_TOKEN_SIZE

    def stamp(self, digest: bytes) -> cms.ContentInfo:
        nonce = int.from_bytes(token_bytes(8), "big")
        wanted = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "nonce": nonce,
                "cert_req": True,
            }
        )
        query = Request(  # noqa: S310 - the constructor accepts http(s) only
            self._url, data=wanted.dump(), headers={"Content-Type": "application/timestamp-query"}
        )
        until = monotonic() + self._timeout
        try:
            with urlopen(query, timeout=self._timeout) as answer:  # noqa: S310 - see above
                response = tsp.TimeStampResp.load(_read(answer, until))
            token = _token(response, digest, nonce)
            self._largest = max(self._largest, len(token.dump()))
        # What a parser says of an answer that is something else altogether is a ValueError or a TypeError.
        except (OSError, HTTPException, ValueError, TypeError, MessageWrong) as error:
            raise TimeStampUnavailable("time_stamp_unavailable", url=self._url) from error
        return token


def _read(answer: HTTPResponse, until: float) -> bytes:
    """The whole answer; TimeoutError when it drips past the deadline, ValueError when it has no end."""
    data = b""
    while part := answer.read1(_LARGEST_ANSWER):
        data += part
        if monotonic() > until:
            raise TimeoutError
        if len(data) > _LARGEST_ANSWER:
            raise ValueError("too long")
    return data


def _token(response: tsp.TimeStampResp, digest: bytes, nonce: int) -> cms.ContentInfo:
    """The token of an answer, if it is about our digest and our question and its own signature holds.

    ValueError, TypeError or `MessageWrong` otherwise: what a verdict would call broken is never put into a file.
    """
    if response["status"]["status"].native not in {"granted", "granted_with_mods"}:
        raise ValueError("not granted")
    token: cms.ContentInfo = response["time_stamp_token"]
    message = read_message(token.dump())
    info = stamped_info(message)
    if info["message_imprint"]["hashed_message"].native != digest or info["nonce"].native != nonce:
        raise ValueError("another question's answer")
    content = content_digest(message)
    if not (digest_matches(message, content) and value_matches(message, content)):
        raise ValueError("a token that does not hold")
    return token


class LocalTimeStamps:
    """Time stamps by a key of this process; `now` gives the instant that is stamped."""

    def __init__(self, key: KeyInMemory, now: Callable[[], datetime]) -> None:
        self._key = key
        self._now = now
        self._certificate = as_asn1(key.certificate)
        self._chain = [as_asn1(certificate) for certificate in key.chain]

    @property
    def token_size(self) -> int:
        return sum(len(certificate.dump()) for certificate in (self._certificate, *self._chain)) + _ROOM

    def stamp(self, digest: bytes) -> cms.ContentInfo:
        info = self._token_info(digest)
        attributes = self._signed_attributes(info)
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {
                        "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                            {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number}
                        )
                    }
                ),
                "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signed_attrs": attributes,
                "signature": self._key.sign(attributes.untag().dump()),
            }
        )
        return cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": cms.SignedData(
                    {
                        "version": "v3",
                        "digest_algorithms": cms.DigestAlgorithms([algos.DigestAlgorithm({"algorithm": "sha256"})]),
                        "encap_content_info": cms.EncapsulatedContentInfo(
                            {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())}
                        ),
                        "certificates": [self._certificate, *self._chain],
                        "signer_infos": [signer],
                    }
                ),
            }
        )

    def _token_info(self, digest: bytes) -> tsp.TSTInfo:
        moment = self._now()
        return tsp.TSTInfo(
            {
                "version": "v1",
                "policy": _DEMO_POLICY,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                # Unique for digest and instant, which is what a serial is for.
                "serial_number": int.from_bytes(sha256(digest + moment.isoformat().encode()).digest()[:16], "big"),
                "gen_time": moment.replace(microsecond=0),
                "tsa": x509.GeneralName(name="directory_name", value=self._certificate.subject),
            }
        )

    def _signed_attributes(self, info: tsp.TSTInfo) -> cms.CMSAttributes:
        certificate_id = tsp.ESSCertIDv2({"cert_hash": sha256(self._certificate.dump()).digest()})
        return cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [sha256(info.dump()).digest()]},
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [certificate_id]})]},
            ]
        )
