"""The gate for OpenDocument texts: what acts, what is locked, and what lies outside of the file does not come in."""

import io
import zipfile

import pytest

from templates.errors import OfficeRefused
from templates.office import ODT, examine_office

NAMES = " ".join(
    f'xmlns:{short}="{name}"'
    for short, name in {
        **{
            part: f"urn:oasis:names:tc:opendocument:xmlns:{part}:1.0"
            for part in ("office", "text", "script", "manifest")
        },
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)


def odt(text: str = "<text:p>Xin chào</text:p>", *, kind: str = ODT, parts: dict[str, str] | None = None) -> bytes:
    """An OpenDocument text; `parts` are further ones, or other ones in the place of its own."""
    body = f"<office:body><office:text>{text}</office:text></office:body>"
    manifest = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    content = {
        "mimetype": kind,
        "content.xml": f"<office:document-content {NAMES}>{body}</office:document-content>",
        "META-INF/manifest.xml": f"<manifest:manifest {NAMES}>{manifest}</manifest:manifest>",
    } | (parts or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in content.items():
            target.writestr(name, data)
    return out.getvalue()


def styles(inside: str) -> dict[str, str]:
    return {"styles.xml": f"<office:document-styles {NAMES}>{inside}</office:document-styles>"}


def picture(place: str) -> str:
    return f'<text:p><draw:frame><draw:image xlink:href="{place}"/></draw:frame></text:p>'


LOCKED = (
    f'<manifest:manifest {NAMES}><manifest:file-entry manifest:full-path="content.xml">'
    "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
)
PATTERN = '<style:background-image xlink:href="http://127.0.0.1:9/x.png"/>'
FRAME = '<text:p><draw:frame><draw:{} xlink:href="./{}"/></draw:frame></text:p>'
REFUSED = {
    "a library of macros": ("office_macros", odt(parts={"Basic/Standard/Module1.xml": "<x/>"})),
    "a script": ("office_macros", odt(parts={"Scripts/python/a.py": "x"})),
    "a script in the text": ("office_macros", odt('<office:script script:language="JavaScript">x</office:script>')),
    "something that runs on opening": ("office_macros", odt("<office:event-listeners/>")),
    "listeners in the styles": ("office_macros", odt(parts=styles("<office:event-listeners/>"))),
    "a picture over http": ("office_external", odt(picture("http://127.0.0.1:9/a.png"))),
    "a picture of a file": ("office_external", odt(picture("file:///etc/passwd"))),
    "a picture above the file": ("office_external", odt(picture("../../etc/passwd"))),
    "a picture at the root": ("office_external", odt(picture("/etc/passwd"))),
    "a picture on another host": ("office_external", odt(picture("//127.0.0.1/a.png"))),
    "a background over http": ("office_external", odt(parts=styles(PATTERN))),
    "a section from elsewhere": (
        "office_external",
        odt('<text:section><text:section-source xlink:href="http://127.0.0.1:9/b.odt"/></text:section>'),
    ),
    "a section from a program": (
        "office_external",
        odt('<text:section><office:dde-source office:dde-application="soffice"/></text:section>'),
    ),
    "an object of another program": ("office_external", odt(FRAME.format("object-ole", "Object 1"))),
    "an applet": ("office_external", odt(FRAME.format("applet", "a.class"))),
    "a plug-in": ("office_external", odt(FRAME.format("plugin", "a"))),
    "a password": ("office_unreadable", odt(parts={"META-INF/manifest.xml": LOCKED})),
    "another kind of file": ("office_unreadable", odt(kind="application/vnd.oasis.opendocument.spreadsheet")),
    "a DTD": ("office_unreadable", odt(parts={"meta.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'})),
    "broken XML": ("office_unreadable", odt("<text:p>")),
    "a path upwards": ("office_unreadable", odt(parts={"../../etc/cron.d/x": "x"})),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_acts_or_lies_outside_does_not_come_in(name: str) -> None:
    code, data = REFUSED[name]
    with pytest.raises(OfficeRefused) as caught:
        examine_office(data)
    assert caught.value.code == code


def test_an_ordinary_text_with_its_own_picture_and_a_link_to_click_comes_in() -> None:
    link = '<text:p><text:a xlink:href="https://vidu.gov.vn/">trang</text:a></text:p>'
    data = odt(picture("Pictures/a.png") + link, parts={"Pictures/a.png": "x"})
    assert examine_office(data) == ODT
