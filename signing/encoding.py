"""A correction of asn1crypto 1.5.1, without which one message in 256 takes half a minute to be written or judged.

Its `dump` asks for an object's contents twice, and each time all that is inside is encoded anew: twice for each level,
so that a time stamp within a signature costs 2^16 times what it should. It does so whenever something inside was made
and not read (as the default algorithm of a signing certificate's name is), and of everything when it takes an object
for one of indefinite length, by a length whose last byte is 0x80 (its issue 249). Here contents are asked for once;
what is taken for indefinite is still encoded anew, once more for each such level around it.
"""

from typing import Any

from asn1crypto import core
from asn1crypto.parser import emit


def _dump(self: Any, force: bool = False) -> bytes:  # noqa: FBT001, FBT002 - the library's own signature
    """The value in DER, as `asn1crypto.core.Asn1Value.dump` gives it (X.690, 8.1 and 8.14)."""
    contents = self.contents
    if self._header is None or force or self._header[-1:] == b"\x80":
        if isinstance(self, core.Constructable) and self._indefinite:
            self.method = 0
        encoded = emit(self.class_, self.method, self.tag, contents)
        for class_, tag in self.explicit or ():
            encoded = emit(class_, 1, tag, encoded)
        self._header, self._trailer = encoded[: len(encoded) - len(contents)], b""
    return bytes(self._header + contents + self._trailer)


def encode_once() -> None:
    """Put the correction into use; done when anything of `signing` is imported, for pyHanko too."""
    core.Asn1Value.dump = _dump
