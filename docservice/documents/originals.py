"""Files that a store retains from the start: signed here or received, and register books as they were written out."""

from collections.abc import Iterable

from sqlalchemy import select

from docservice.core.work import Reading
from docservice.documents.models import Stage, Version
from docservice.documents.register_keeping import RegisterCopy

ORIGINAL = (Stage.SIGNED, Stage.ROUTED, Stage.SEALED, Stage.RECEIVED, Stage.PRESERVED)


def originals(reading: Reading, keys: Iterable[str]) -> set[str]:
    """Those of the keys that are such files."""
    wanted = set(keys)
    signed = select(Version.sha256).where(Version.sha256.in_(wanted), Version.stage.in_(ORIGINAL))
    books = select(RegisterCopy.sha256).where(RegisterCopy.sha256.in_(wanted))
    return {*reading.session.scalars(signed), *reading.session.scalars(books)}
