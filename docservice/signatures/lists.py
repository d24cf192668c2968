"""Revocation lists, fetched on a schedule from the addresses the operator names, and from nowhere else.

An address that stands in a certificate or an uploaded file is never asked.
"""

import logging
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

from docservice.core.runner import JobRun, job
from docservice.signatures.errors import ListsUnavailable
from docservice.signatures.keys import TrustSource
from signing.errors import TrustUnreadable
from signing.trust import load_trust

log = logging.getLogger(__name__)

_LARGEST = 64 * 1024 * 1024
_SECONDS = 30


class _NoRedirect(HTTPRedirectHandler):
    """A named host may not send us to another one."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:  # noqa: ARG002, PLR0917 - the library's
        raise HTTPError(newurl, code, msg, headers, fp)


@job("signatures.fetch_lists")
def fetch_lists(run: JobRun) -> None:
    """Fetch every list the trust settings name; one that cannot be had leaves the others and its own older one."""
    source = run.ports[TrustSource]
    failed = []
    for url in source.current().crl_urls:
        try:
            keep_list(source.fetched, url, _fetch(url))
        except (OSError, ValueError, TrustUnreadable) as error:
            log.warning("revocation list %s: %s", url, error)
            failed.append(url)
    if failed:
        raise ListsUnavailable(urls=", ".join(failed))


def keep_list(folder: Path, url: str, data: bytes) -> None:
    """Put a list into its place, whole or not at all; raises `TrustUnreadable` for what is no list."""
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    temporary = folder / f".{uuid4().hex}"
    temporary.write_bytes(data)
    try:
        found = load_trust(temporary)
        if not found.crls or found.anchors or found.intermediates:
            raise TrustUnreadable("trust_unreadable", file=url)
        temporary.replace(folder / f"{sha256(url.encode()).hexdigest()}.crl")
    finally:
        temporary.unlink(missing_ok=True)


def _fetch(url: str) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise ValueError("not an http address")
    with build_opener(_NoRedirect).open(url, timeout=_SECONDS) as answer:
        data: bytes = answer.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError("too large")
    return data
