"""Identifiers sort by the time they were made, so a list's newest page is the end of an index."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then a counter and random bits."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
