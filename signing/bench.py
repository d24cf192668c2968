"""What signing costs here and now: our figures beside stock pyHanko's, on the same file in the same run."""

import asyncio
import io
import os
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import process_time

from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from signing.authority import DemoAuthority
from signing.keys import KeyInMemory, open_pkcs12
from signing.pdf import sign
from signing.request import Box, Level, SignatureSlot, SignRequest, TextSlot
from signing.slots import prepare_slots
from signing.timestamps import LocalTimeStamps
from signing.trust import Anchor, Trust

_PASSWORD = b"bench"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class SigningFigures:
    """Milliseconds of processor time per signature, but for `extra_bytes`: the peak above what was held before."""

    level_b: float
    level_t: float
    stock_b: float
    large_sign: float
    large_hash: float
    large_bytes: int
    extra_bytes: int


class Bench:
    """A demo authority in a folder, with as many signers as are needed; `now` is the last second it signed in."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime.now(UTC)
        self.authority = DemoAuthority.create(folder, now=self.now)
        self._issued: list[bytes] = []
        self._keys: list[KeyInMemory] = []
        self._key(0)
        self._stamps = LocalTimeStamps(self.authority.stamping_key(), lambda: self.now)

    @property
    def trust(self) -> Trust:
        return Trust(anchors=(Anchor(self.authority.anchor()),), crls=self.authority.crls())

    def measure_signing(self, count: int) -> SigningFigures:
        """Sign a 3-page file `count` times each way, and a file of 25 MB once."""
        blank = _slotted(_paper(3), 1)
        large = _grown(blank, 25 * _MEGABYTE)
        hashing = _cost(lambda: sha256(large).digest(), 3)
        held = _peak()
        large_sign = _cost(lambda: self._sign(large, "s0", Level.B_B), 1)
        extra = _peak() - held
        return SigningFigures(
            level_b=_cost(lambda: self._sign(blank, "s0", Level.B_B), count),
            level_t=_cost(lambda: self._sign(blank, "s0", Level.B_T), count),
            stock_b=_cost(lambda: self._sign_by_stock(blank), max(3, count // 10)),
            large_sign=large_sign,
            large_hash=hashing,
            large_bytes=len(large),
            extra_bytes=extra,
        )

    def make_files(self, count: int) -> Iterator[bytes]:
        """Distinct 3-page files with two B-T signatures each, by two signers."""
        for number in range(count):
            yield self._signed_by(2, _paper(3, number))

    def make_long_file(self, signatures: int) -> bytes:
        """One file with a B-T signature by each of so many signers."""
        return self._signed_by(signatures, _paper(3))

    def _signed_by(self, signers: int, paper: bytes) -> bytes:
        pdf = _slotted(paper, signers)
        for number in range(signers):
            # Nobody signs in the second in which another did; so no stamp can be judged with another's answer.
            self.now += timedelta(seconds=1)
            pdf = self._sign(pdf, f"s{number}", Level.B_T, signer=number)
        return pdf

    def _key(self, number: int) -> KeyInMemory:
        while len(self._keys) <= number:
            issued = self.authority.issue(
                common_name=f"Người ký mẫu {len(self._keys)}",
                organization="Cơ quan mẫu",
                now=self.now,
                password=_PASSWORD,
            )
            self._issued.append(issued.pkcs12)
            self._keys.append(open_pkcs12(issued.pkcs12, _PASSWORD))
        return self._keys[number]

    def _sign(self, pdf: bytes, field: str, level: Level, *, signer: int = 0) -> bytes:
        return sign(pdf, SignRequest(field, level), key=self._key(signer), timestamps=self._stamps, now=self.now)

    def _sign_by_stock(self, pdf: bytes) -> bytes:
        signer = SimpleSigner.load_pkcs12_data(self._issued[0], other_certs=[], passphrase=_PASSWORD)
        metadata = PdfSignatureMetadata(field_name="s0", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        out = asyncio.run(PdfSigner(metadata, signer=signer).async_sign_pdf(writer))
        made: bytes = out.getvalue()
        return made


def _cost(act: Callable[[], object], count: int) -> float:
    act()
    begun = process_time()
    for _ in range(count):
        act()
    return (process_time() - begun) / count * 1000


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _paper(pages: int, number: int = 0) -> bytes:
    writer = PdfFileWriter()
    for page in range(pages):
        drawn = f"0.{number % 10} g 72 {700 - page - number // 10} 300 1 re f".encode()
        content = RawContent(drawn, box=BoxConstraints(width=595, height=842))
        stream = writer.add_object(StreamObject(stream_data=content.render()))
        writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 595, 842)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _slotted(pdf: bytes, signatures: int) -> bytes:
    names = [f"s{number}" for number in range(signatures)]
    return prepare_slots(
        pdf,
        texts=[TextSlot("number", Box(0, 60, 740, 140, 16))],
        signatures=[SignatureSlot(name, None, leaves_open=("number", *names[n + 1 :])) for n, name in enumerate(names)],
    )


def _grown(pdf: bytes, size: int) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root[pdf_name("/PieceInfo")] = writer.add_object(StreamObject(stream_data=os.urandom(size)))
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
