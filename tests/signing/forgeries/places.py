"""Bytes moved about: byte-range tricks, wrapping, universal forgery, and what follows the end of the file."""

import re
from collections.abc import Callable

from tests.signing.forgeries import Forgery, Material

BYTES = frozenset({"bytes_changed", "byte_range_wrong", "structure_wrong", "format_unsupported"})
CHANGED = frozenset({"changed_after_signing", "structure_wrong"})


def last_range(pdf: bytes) -> tuple[re.Match[bytes], list[int]]:
    *_, found = re.finditer(rb"/ByteRange \[([\d ]+)\]", pdf)
    return found, [int(n) for n in found[1].split()]


def with_range(text: Callable[[list[int]], str]) -> Callable[[Material], bytes]:
    """The same length again, so that nothing else moves."""

    def make(material: Material) -> bytes:
        found, values = last_range(material.sealed)
        new = b"/ByteRange [" + text(values).encode() + b"]"
        room = found.end() - found.start()
        assert len(new) <= room + 40
        spare = material.sealed[found.end() :]
        padding = len(new) - room
        if padding > 0:
            assert spare[:padding].strip() == b""
            return material.sealed[: found.start()] + new + spare[padding:]
        return material.sealed[: found.start()] + new.ljust(room) + spare

    return make


def gap(pdf: bytes) -> tuple[int, int]:
    _, values = last_range(pdf)
    return values[1], values[2]


def in_gap(text: Callable[[bytes], bytes]) -> Callable[[Material], bytes]:
    def make(material: Material) -> bytes:
        begin, end = gap(material.sealed)
        new = text(material.sealed[begin:end])
        assert len(new) == end - begin
        return material.sealed[:begin] + new + material.sealed[end:]

    return make


def replaced(old: bytes, new: bytes) -> Callable[[Material], bytes]:
    """The last occurrence, same length."""

    def make(material: Material) -> bytes:
        at = material.sealed.rindex(old)
        return material.sealed[:at] + new.ljust(len(old)) + material.sealed[at + len(old) :]

    return make


def wrapped(material: Material) -> bytes:
    """Another paper between the two covered parts, the byte range told to skip it."""
    begin, end = gap(material.sealed)
    foreign = b"\n99 0 obj\n<</Type/Page>>\nendobj\n"
    moved = material.sealed[:end] + foreign + material.sealed[end:]
    found, values = last_range(moved)
    new = f"/ByteRange [{values[0]} {begin} {end + len(foreign)} {values[3]}]".encode()
    return moved[: found.start()] + new + moved[found.end() + len(new) - (found.end() - found.start()) :]


def copied(material: Material) -> bytes:
    """The agency's message under a paper it never saw."""
    begin, end = gap(material.sealed)
    other = bytearray(material.sealed)
    other[200] ^= 1
    return bytes(other[:begin]) + material.sealed[begin:end] + bytes(other[end:])


def freed(material: Material) -> bytes:
    """The page's overlay is taken away by a cross-reference table alone (shadow attack, hide)."""
    pdf = material.sealed
    old = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    trailer = pdf[pdf.rindex(b"trailer") :]
    root = re.search(rb"/Root (\d+ \d+ R)", trailer)
    size = re.search(rb"/Size (\d+)", trailer)
    assert root
    assert size
    table = b"xref\n5 1\n0000000000 65535 f \ntrailer\n<</Size %s/Root %s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size[1],
        root[1],
        old,
        len(pdf),
    )
    return pdf + table


BOTH = ("leader", "agency")
AGENCY = ("agency",)

PLACES: dict[str, Forgery] = {
    "range: starts later": Forgery(with_range(lambda r: f"1 {r[1] - 1} {r[2]} {r[3]}"), BYTES, AGENCY),
    "range: negative": Forgery(with_range(lambda r: f"0 -{r[1]} {r[2]} {r[3]}"), BYTES, AGENCY),
    "range: covers less": Forgery(with_range(lambda r: f"0 {r[1]} {r[2]} {r[3] - 40}"), BYTES, AGENCY),
    "range: covers more than there is": Forgery(with_range(lambda r: f"0 {r[1]} {r[2]} {r[3] + 40}"), BYTES, AGENCY),
    "range: overlapping": Forgery(with_range(lambda r: f"0 {r[2]} {r[1]} {r[3]}"), BYTES, AGENCY),
    "range: wider gap": Forgery(with_range(lambda r: f"0 {r[1] - 20} {r[2]} {r[3]}"), BYTES, AGENCY),
    "range: one pair": Forgery(with_range(lambda r: f"0 {r[1]}"), BYTES, AGENCY),
    "range: three pairs": Forgery(with_range(lambda r: f"0 {r[1]} {r[2]} 9 9 9"), BYTES, AGENCY),
    "range: empty": Forgery(with_range(lambda _: ""), BYTES, AGENCY),
    "range: names": Forgery(with_range(lambda _: "/A /B /C /D"), BYTES, AGENCY),
    "range: missing": Forgery(replaced(b"/ByteRange", b"/ByteRangf"), BYTES, AGENCY),
    "contents: missing": Forgery(replaced(b"/Contents <", b"/Contentt <"), BYTES, AGENCY),
    "contents: zeros": Forgery(in_gap(lambda t: b"<" + b"0" * (len(t) - 2) + b">"), BYTES, AGENCY),
    "contents: blank": Forgery(in_gap(lambda t: b"<" + b" " * (len(t) - 2) + b">"), BYTES, AGENCY),
    "contents: null": Forgery(in_gap(lambda t: b"null".ljust(len(t))), BYTES, AGENCY),
    "contents: no digits in the padding": Forgery(in_gap(lambda t: t[:-9] + b"zzzzzzzz>"), BYTES, AGENCY),
    "contents: something in the padding": Forgery(in_gap(lambda t: t[:-9] + b"deadbeef>"), BYTES, AGENCY),
    "contents: an object in the gap": Forgery(
        in_gap(lambda t: t[:-30] + b">\n9 0 obj<</A 1>>endobj ".rjust(29) + b">"), BYTES, AGENCY
    ),
    "contents: cut": Forgery(in_gap(lambda t: t[:400] + b"0" * (len(t) - 401) + b">"), BYTES, AGENCY),
    "filter: RSA of old": Forgery(replaced(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1"), BYTES, AGENCY),
    "filter: unknown": Forgery(replaced(b"/ETSI.CAdES.detached", b"/ETSI.XAdES.detached"), BYTES, AGENCY),
    "filter: time stamp": Forgery(replaced(b"/ETSI.CAdES.detached", b"/ETSI.RFC3161"), BYTES, AGENCY),
    "wrapped": Forgery(wrapped, BYTES, AGENCY),
    "inserted before the second part": Forgery(
        lambda m: m.sealed[: gap(m.sealed)[1]] + b" " + m.sealed[gap(m.sealed)[1] :], BYTES, AGENCY
    ),
    "message under another paper": Forgery(copied, frozenset({"bytes_changed"}), BOTH),
    "object without a table": Forgery(lambda m: m.sealed + b"5 0 obj\n<</Evil true>>\nendobj\n", CHANGED, BOTH),
    "words after the end": Forgery(lambda m: m.sealed + b"Xin chao", CHANGED, BOTH),
    "freed": Forgery(freed, CHANGED, BOTH),
}
