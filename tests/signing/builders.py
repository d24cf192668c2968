"""A demo authority, signed files at every stage, and papers to sign; everything made here and now."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import typst
from PIL import Image

from signing.authority import DemoAuthority
from signing.keys import KeyInMemory, open_pkcs12
from signing.pdf import sign
from signing.request import Appearance, Box, Level, SignatureSlot, SignRequest, TextSlot, TextValue
from signing.slots import fill_texts, prepare_slots
from signing.timestamps import LocalTimeStamps
from signing.trust import Anchor, Trust

NOW = datetime(2026, 11, 23, 2, 15, 42, tzinfo=UTC)
PASSWORD = b"mau"
LINE = (200.0, 20.0)


@dataclass(frozen=True)
class Signers:
    """An authority with a leader and an agency it certified."""

    authority: DemoAuthority
    leader: KeyInMemory
    agency: KeyInMemory

    def stamps(self, now: Callable[[], datetime] = lambda: NOW) -> LocalTimeStamps:
        return LocalTimeStamps(self.authority.stamping_key(), now)

    @property
    def trust(self) -> Trust:
        return Trust(anchors=(Anchor(self.authority.anchor()),), crls=self.authority.crls())


def signers(folder: Path, *, now: datetime = NOW) -> Signers:
    authority = DemoAuthority.create(folder / "authority", now=now)
    return Signers(
        authority,
        key(authority, "Lò Văn Giả Định", now=now),
        key(authority, "UBND xã Suối Trúc", now=now),
    )


def key(authority: DemoAuthority, name: str, *, now: datetime = NOW, days: int = 365) -> KeyInMemory:
    issued = authority.issue(common_name=name, organization="UBND xã Suối Trúc", now=now, password=PASSWORD, days=days)
    return open_pkcs12(issued.pkcs12, PASSWORD)


@cache
def paper(text: str = "Báo cáo", *, pages: int = 1) -> bytes:
    body = "#pagebreak()\n".join(f"= {text} {page}\n" for page in range(pages))
    return typeset(f'#set document(title: "{text}")\n#set page(paper: "a4")\n{body}')


def typeset(source: str) -> bytes:
    made = typst.compile(
        f'#set text(font: "Liberation Serif", lang: "vi")\n{source}'.encode(), format="pdf", pdf_standards="a-2b"
    )
    assert isinstance(made, bytes)
    return made


def line(text: str) -> bytes:
    width, height = LINE
    return typeset(f'#set document(title: "x")\n#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n{text}')


@cache
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (120, 60), (20, 60, 170, 120)).save(out, "PNG")
    return out.getvalue()


def prepared(pdf: bytes | None = None) -> bytes:
    return prepare_slots(
        pdf or paper(),
        texts=(
            TextSlot("number", Box(0, 60, 740, *LINE)),
            TextSlot("date", Box(0, 320, 740, *LINE)),
        ),
        signatures=(
            SignatureSlot("leader", Box(0, 320, 100, 128, 68), leaves_open=("number", "date", "agency")),
            SignatureSlot("agency", Box(0, 260, 80, 102, 102)),
        ),
    )


def sign_as(pdf: bytes, field: str, people: Signers, *, level: Level = Level.B_T, now: datetime = NOW) -> bytes:
    return sign(
        pdf,
        SignRequest(field, level, Appearance(picture())),
        key=people.leader if field == "leader" else people.agency,
        timestamps=people.stamps(lambda: now),
        now=now,
    )


def numbered(pdf: bytes) -> bytes:
    return fill_texts(
        pdf,
        {
            "number": TextValue("Số: 12/BC-UBND", line("Số: 12/BC-UBND")),
            "date": TextValue("Suối Trúc, ngày 23 tháng 11 năm 2026", line("Suối Trúc, ngày 23 tháng 11 năm 2026")),
        },
    )


def whole(people: Signers, pdf: bytes | None = None) -> bytes:
    """Leader signs, the clerk numbers, the agency seals."""
    return sign_as(numbered(sign_as(prepared(pdf), "leader", people)), "agency", people)
