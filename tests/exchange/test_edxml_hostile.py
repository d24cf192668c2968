"""Messages made to break the reader, and the files inside them; every one is refused with a code or read in bounds."""

import base64
import io
import pickle
import random
import zipfile
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docservice.core.sandbox import Sandbox
from docservice.exchange.edxml import (
    Attachment,
    DocumentMessage,
    EdxmlInvalid,
    ReadLimits,
    read_message,
    write_document,
    write_status,
)
from tests.exchange.samples import FIXTURES, PDF, attachment, document, status

MEBIBYTE = 1024 * 1024
SAMPLE = write_document(document())
SAMPLE_BASE64 = base64.b64encode(PDF)


def refusal(xml: bytes, *, limits: ReadLimits | None = None) -> EdxmlInvalid:
    with pytest.raises(EdxmlInvalid) as refused:
        read_message(xml, limits=limits or ReadLimits())
    return refused.value


def received(*files: Attachment) -> DocumentMessage:
    message = read_message(write_document(replace(document(), attachments=files)))
    assert isinstance(message, DocumentMessage)
    return message


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in entries:
            # A fixed time: the bytes name the test, in every process that collects it.
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 5, 9, 15, 42)), data, method)
    return packed.getvalue()


# --- document types, entities, external files

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE edXML [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE edXML [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>',
        '<!DOCTYPE edXML SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE edXML [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        f'<!DOCTYPE edXML [<!ENTITY l0 "ha"> {LAUGHS}]>',
        "<!DOCTYPE edXML>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(doctype: str, encoding: str) -> None:
    text = SAMPLE.decode().replace("UTF-8", encoding).replace("?>\n", f"?>\n{doctype}", 1)
    text = text.replace("Về việc", "&x; &l9; Về việc")
    assert refusal(text.encode(encoding)).code == "doctype_refused"


def test_an_entity_without_a_document_type_is_refused() -> None:
    assert refusal(SAMPLE.replace("Về việc".encode(), b"&x;")).code == "xml_invalid"


def test_comments_instructions_and_character_data_are_only_text() -> None:
    xml = SAMPLE.replace("Về việc".encode(), b"<!-- x --><?php x ?><![CDATA[<b>]]>&#x41;&amp;")
    assert getattr(read_message(xml), "subject", "").startswith("<b>A& báo cáo")


def test_inclusions_are_not_followed() -> None:
    include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
    xml = SAMPLE.replace(b"<edXML:Content>", b"<edXML:Content>" + include)
    assert getattr(read_message(xml), "content", None) == document().content


# --- broken and oversized


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "not_edxml"),
        (b"\x00" * 100, "not_edxml"),
        (PDF, "not_edxml"),
        (b"%PDF-1.7 <</Type /Catalog>>", "xml_invalid"),
        (b"<edXML>", "xml_invalid"),
        (b"<edXML/><edXML/>", "xml_invalid"),
        (b"<html/>", "not_edxml"),
        (b"<edXML/>", "element_missing"),
        (SAMPLE[: len(SAMPLE) // 2], "xml_invalid"),
        (SAMPLE.replace(b"UTF-8", b"no-such-encoding"), "xml_invalid"),
        (SAMPLE.replace("Về".encode(), b"V\xff\xfe"), "xml_invalid"),
    ],
)
def test_what_is_no_message_is_refused(xml: bytes, code: str) -> None:
    assert refusal(xml).code == code


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (ReadLimits(message_bytes=len(SAMPLE) - 1), "message_too_large"),
        (ReadLimits(attachments_bytes=len(PDF) - 1), "attachments_too_large"),
        (ReadLimits(elements=50), "too_many_elements"),
        (ReadLimits(depth=6), "too_deep"),
        (ReadLimits(text_chars=40), "text_too_long"),
        (ReadLimits(attachments=0), "too_many_attachments"),
    ],
)
def test_limits_are_kept(limits: ReadLimits, code: str) -> None:
    assert refusal(SAMPLE, limits=limits).code == code


def nested(depth: int) -> bytes:
    return b"<edXML>" + b"<a>" * depth + b"</a>" * depth + b"</edXML>"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (nested(100_000), "too_deep"),
        (nested(100).replace(b"<a>", b"<Signature>").replace(b"</a>", b"</Signature>"), "too_deep"),
        (b"<edXML>" + b"<a/>" * 30_000 + b"</edXML>", "too_many_elements"),
        (b"<edXML " + b" ".join(b'a%d=""' % n for n in range(30_000)) + b"/>", "too_many_elements"),
        (b"<edXML>" + b"x" * MEBIBYTE + b"</edXML>", "text_too_long"),
        (b"<edXML>" + b"x<a/>" * 12_000 + b"y" * 9_000 + b"</edXML>", "text_too_long"),
        (b"<edXML>" + b"<a>" + b"&amp;" * 30_000 + b"</a></edXML>", "text_too_long"),
        (b" " * 5000 + b"<edXML/>", "not_edxml"),
    ],
)
def test_a_flood_is_stopped(xml: bytes, code: str) -> None:
    assert refusal(xml).code == code


@given(junk=st.binary(max_size=300))
@example(junk=b"\xff\xfe<\x00")
def test_any_bytes_are_refused_with_a_code(junk: bytes) -> None:
    assert refusal(junk).code in {"not_edxml", "xml_invalid", "doctype_refused", "element_missing", "text_too_long"}


@given(at=st.integers(0, len(SAMPLE) - 1), byte=st.binary(min_size=1, max_size=3), cut=st.integers(0, 40))
def test_a_damaged_message_is_read_or_refused_with_a_code(at: int, byte: bytes, cut: int) -> None:
    damaged = SAMPLE[:at] + byte + SAMPLE[at + cut :]
    try:
        message = read_message(damaged)
    except EdxmlInvalid as refused:
        assert refused.code  # noqa: PT017 - either outcome is right, any other error is not
    else:
        assert isinstance(message, DocumentMessage)


def test_an_error_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(EdxmlInvalid("value_too_long", element="Subject", limit=500)))  # noqa: S301 - own
    assert isinstance(error, EdxmlInvalid)
    assert (error.code, error.params) == ("value_too_long", {"element": "Subject", "limit": 500})


# --- base64


@pytest.mark.parametrize(
    ("written", "warnings"),
    [
        (b"\r\n\t ".join(SAMPLE_BASE64[n : n + 7] for n in range(0, len(SAMPLE_BASE64), 7)), ()),
        (b"<!-- x -->".join((SAMPLE_BASE64[:9], SAMPLE_BASE64[9:])), ()),
        (base64.b64encode(PDF + b"x").rstrip(b"="), ("base64_unpadded:1",)),
    ],
)
def test_base64_is_read_as_it_is_wrapped(written: bytes, warnings: tuple[str, ...]) -> None:
    message = read_message(SAMPLE.replace(SAMPLE_BASE64, written))
    assert isinstance(message, DocumentMessage)
    assert message.attachments[0].data.startswith(PDF)
    assert message.warnings == warnings


@pytest.mark.parametrize(
    "written",
    [
        b"A",
        b"AAAA=AAA",
        b"AA==AA==",
        b"AAAA" * 5 + b"*AAA",
        "AAAẬ".encode(),
        b"AA<b/>AA",
        b"=",
        b"AA-_",
        b"AA==<!-- x -->AA==",
    ],
)
def test_what_is_no_base64_is_refused(written: bytes) -> None:
    error = refusal(SAMPLE.replace(SAMPLE_BASE64, written))
    assert (error.code, error.params) == ("base64_invalid", {"attachment": 1})


@given(data=st.binary(min_size=1, max_size=2000), width=st.integers(1, 100))
def test_any_wrapping_gives_the_same_bytes(data: bytes, width: int) -> None:
    encoded = base64.b64encode(data)
    wrapped = b"\n".join(encoded[n : n + width] for n in range(0, len(encoded), width))
    message = read_message(SAMPLE.replace(SAMPLE_BASE64, wrapped))
    assert isinstance(message, DocumentMessage)
    if not data.startswith(b"PK\x03\x04"):
        assert message.attachments[0].data == data


# --- files


def test_a_file_zipped_for_the_way_is_unpacked_under_its_real_name() -> None:
    word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    wrapped = attachment(zipped(("0f4c2f7b-1a01", word)), name="phu luc.doc")
    (file,) = received(wrapped).attachments
    assert (file.name, file.data, file.media_type) == ("phu luc.doc", word, "application/msword")


@pytest.mark.parametrize(
    ("data", "name", "warnings"),
    [
        (zipped(("a.txt", b"a")), "tai lieu.zip", ()),
        (zipped(("a.txt", b"a")), "tai lieu.ZIP", ()),
        (zipped(("word/document.xml", b"a")), "bao cao.docx", ()),
        (zipped(("a.txt", b"a"), ("b.txt", b"b")), "tai lieu.doc", ("zip_kept:tai lieu.doc",)),
        (zipped(("../../x", b"a")), "tai lieu.doc", ("zip_kept:tai lieu.doc",)),
        (zipped(("/etc/x", b"a")), "tai lieu.doc", ("zip_kept:tai lieu.doc",)),
        (zipped(("folder/", b"")), "tai lieu.doc", ("zip_kept:tai lieu.doc",)),
        (zipped(("a", b"a"), method=zipfile.ZIP_BZIP2), "tai lieu.doc", ("zip_kept:tai lieu.doc",)),
        (b"PK\x03\x04 not a zip", "tai lieu.doc", ("zip_unreadable:tai lieu.doc",)),
        (zipped(("a", b"a" * 500))[:60], "tai lieu.doc", ("zip_unreadable:tai lieu.doc",)),
    ],
)
def test_other_archives_stay_as_they_came(data: bytes, name: str, warnings: tuple[str, ...]) -> None:
    message = received(attachment(data, name=name))
    assert message.attachments[0].data == data
    assert message.warnings == warnings


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(("x", b"\x00" * (64 * MEBIBYTE)))
    assert len(bomb) < MEBIBYTE
    xml = write_document(replace(document(), attachments=(attachment(bomb, name="x.doc"),)))
    error = refusal(xml)
    assert (error.code, error.params) == ("attachments_too_large", {"limit": ReadLimits().attachments_bytes})


def test_files_share_one_room() -> None:
    files = tuple(attachment(zipped(("x", b"\x00" * 700)), name="x.doc", content_id=str(n)) for n in range(3))
    xml = write_document(replace(document(), attachments=files))
    assert refusal(xml, limits=ReadLimits(attachments_bytes=1600)).code == "attachments_too_large"
    message = read_message(xml, limits=ReadLimits(attachments_bytes=2100))
    assert isinstance(message, DocumentMessage)
    assert [len(file.data) for file in message.attachments] == [700, 700, 700]


def ooxml(folder: str) -> bytes:
    return zipped(("[Content_Types].xml", b"<Types/>"), (f"{folder}/x.xml", b"<x/>"))


OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_TEXT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (PDF, "x.doc", "application/pdf"),
        (b"\r\n" + PDF, "x.pdf", "application/pdf"),
        (b"MZ not a pdf", "x.pdf", "application/octet-stream"),
        (ooxml("word"), "x.doc", OFFICE + "wordprocessingml.document"),
        (ooxml("xl"), "x.pdf", OFFICE + "spreadsheetml.sheet"),
        (ooxml("ppt"), "x.pptx", OFFICE + "presentationml.presentation"),
        (ooxml("other"), "x.docx", "application/zip"),
        (zipped(("mimetype", OPEN_TEXT.encode()), ("x", b"x"), method=zipfile.ZIP_STORED), "x.odt", OPEN_TEXT),
        (zipped(("mimetype", b"text/html"), ("x", b"x"), method=zipfile.ZIP_STORED), "x.odt", "application/zip"),
        (zipped(("a", b"a")), "x.zip", "application/zip"),
        (b"PK\x03\x04 broken", "x.zip", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 xls", "x.xls", "application/vnd.ms-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 msi", "x.pdf", "application/x-ole-storage"),
        (b"\x89PNG\r\n\x1a\n", "x.pdf", "image/png"),
        (b"", "x.pdf", "application/octet-stream"),
    ],
)
def test_the_bytes_say_what_a_file_is(data: bytes, name: str, media_type: str) -> None:
    message = received(attachment(data, name=name))
    (file,) = message.attachments
    assert (file.data, file.media_type, file.content_type) == (data, media_type, "application/pdf")
    assert message.warnings == ((f"attachment_empty:{name}",) if not data else ())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\van thu\\bao cao.pdf", "bao cao.pdf"),
        ("báo cáo &lt;b&gt;.pdf", "báo cáo b.pdf"),
        ("bao\u202efdp.exe", "baofdp.exe"),
        ("..", "tep-1"),
        ("", "12_UBND-VP.signed.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_become_plain_file_names(written: str, name: str) -> None:
    own = "<AttachmentName>12_UBND-VP.signed.pdf</AttachmentName>"
    xml = SAMPLE.decode().replace(own, f"<AttachmentName>{written}</AttachmentName>").encode()
    message = read_message(xml)
    assert isinstance(message, DocumentMessage)
    assert message.attachments[0].name == name


def test_files_under_one_id_are_all_kept() -> None:
    second = write_document(replace(document(), attachments=(attachment(), attachment(b"two", content_id="2"))))
    message = read_message(second.replace(b"cid:2", b"cid:1"))
    assert isinstance(message, DocumentMessage)
    assert [file.data for file in message.attachments] == [PDF, b"two"]
    assert message.warnings == ("content_id_repeated:1",)


# --- behind the fence


@pytest.mark.slow
def test_large_files_are_read_behind_the_fence() -> None:
    large = random.Random(30).randbytes(30 * MEBIBYTE)  # noqa: S311 - only large
    message = replace(document(), attachments=(attachment(large), attachment(PDF, content_id="2")))
    with Sandbox(size=1, preload=("docservice.exchange.edxml",)) as sandbox:
        read = sandbox.run(read_message, write_document(message))
        assert isinstance(read, DocumentMessage)
        assert read.attachments[0].data == large
        assert read.attachments[1].media_type == "application/pdf"
        fullest = replace(message, attachments=(attachment(bytes(45 * MEBIBYTE)),))
        assert sandbox.run(read_message, write_document(fullest)) == read_message(write_document(fullest))
        with pytest.raises(EdxmlInvalid, match="attachments_too_large"):
            sandbox.run(read_message, write_document(replace(message, attachments=(attachment(bytes(46 * MEBIBYTE)),))))


def test_messages_and_refusals_come_back_through_the_fence() -> None:
    own = [SAMPLE, write_status(status())]
    with Sandbox(size=1, preload=("docservice.exchange.edxml",)) as fence:
        for xml in (*own, *(path.read_bytes() for path in sorted(FIXTURES.glob("*.xml")))):
            assert fence.run(read_message, xml) == read_message(xml)
        with pytest.raises(EdxmlInvalid, match="doctype_refused"):
            fence.run(read_message, b"<!DOCTYPE x><x/>")
