"""Updates that two readers read differently: what one takes for harmless, the other shows as another paper."""

import io
import re
from collections.abc import Callable, Mapping

import pikepdf

from tests.signing.forgeries import Forgery, Material

BLACK = b"0 0 595 842 re f"
CHANGED = frozenset({"changed_after_signing", "field_changed_after_signing"})
Parts = Mapping[int, bytes]


class File:
    """A file as raw bytes, with what an update of it has to name."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf if pdf.endswith(b"\n") else pdf + b"\n"
        self.document = pikepdf.open(io.BytesIO(pdf))
        self.next = int(self.document.trailer.Size)
        self.root = self.document.trailer.Root.objgen[0]
        self.page = self.document.pages[0].obj.objgen[0]
        self.last_table = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])

    def text(self, number: int) -> bytes:
        return self.document.get_object(number, 0).unparse(resolved=True)

    def plus(self, number: int, entry: bytes) -> bytes:
        """An object with an entry more, which may be there already."""
        return self.text(number)[:-2] + entry + b">>"

    def other_page(self) -> bytes:
        """The first page with other content, which is object `next`."""
        return re.sub(rb"/Contents (\[[^\]]*\]|\d+ 0 R)", b"/Contents %d 0 R" % self.next, self.text(self.page))

    def updated(
        self, parts: Parts, *, table: Callable[[dict[int, int]], bytes] | None = None, trailer: bytes = b""
    ) -> bytes:
        out, places = self.pdf, {}
        for number, part in parts.items():
            places[number] = len(out)
            out += written(number, part)
        rows = (table or listed)(places)
        size = max(self.next, *(number + 1 for number in parts))
        ending = b"trailer\n<</Size %d/Root %d 0 R/Prev %d%s>>\nstartxref\n%d\n%%%%EOF\n"
        return out + b"xref\n" + rows + ending % (size, self.root, self.last_table, trailer, len(out))


def written(number: int, part: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, part)


def listed(places: Mapping[int, int]) -> bytes:
    return b"".join(b"%d 1\n%010d 00000 n \n" % (number, at) for number, at in sorted(places.items()))


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def on(change: Callable[[File], bytes]) -> Forgery:
    return Forgery(lambda material: change(File(material.sealed)), CHANGED)


def twice_in_page(file: File) -> bytes:
    return file.updated({file.next: stream(BLACK), file.page: file.plus(file.page, b"/Contents %d 0 R" % file.next)})


def other_tree(file: File) -> dict[int, bytes]:
    first = file.next
    return {
        first: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (first + 1),
        first + 1: b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 200 200]>>" % first,
    }


def twice_in_root(file: File) -> bytes:
    return file.updated({**other_tree(file), file.root: file.plus(file.root, b"/Pages %d 0 R" % file.next)})


def two_roots(file: File) -> bytes:
    catalogue = {file.next + 2: b"<</Type/Catalog/Pages %d 0 R>>" % file.next}
    return file.updated({**other_tree(file), **catalogue}, trailer=b"/Root %d 0 R" % (file.next + 2))


def listed_twice(file: File) -> bytes:
    old = [found.start() for found in re.finditer(rb"(?m)^%d 0 obj" % file.page, file.pdf)][-1]
    return file.updated(
        {file.next: stream(BLACK), file.page: file.other_page()},
        table=lambda places: listed(places) + b"%d 1\n%010d 00000 n \n" % (file.page, old),
    )


def unlisted(file: File) -> bytes:
    file.pdf += written(file.page, file.other_page())
    return file.updated({file.next: stream(BLACK)})


def hybrid(file: File) -> bytes:
    """Old readers see an empty table, new ones what stands in the stream beside it."""
    rows = b"".join(b"\1" + (len(file.pdf)).to_bytes(4, "big") + b"\0" for _ in range(1))
    head = b"/Type/XRef/Size %d/W[1 4 1]/Index[%d 1]" % (file.next + 1, file.page)
    at = len(file.pdf) + len(written(file.page, file.text(file.page)))
    return file.updated(
        {file.page: file.text(file.page), file.next: stream(rows, head)},
        table=lambda _: b"0 1\n0000000000 65535 f \n",
        trailer=b"/XRefStm %d" % at,
    )


def without_table(file: File) -> bytes:
    """Objects and a trailer, and the old table named again (incremental saving, "missing xref")."""
    added = written(file.page, file.other_page()) + written(file.next, stream(BLACK))
    ending = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return file.pdf + added + ending % (file.next + 1, file.root, file.last_table, file.last_table)


def after_an_update(file: File) -> bytes:
    """The same behind an update that is nobody's harm."""
    return without_table(File(file.updated({file.next: b"(x)"})))


def older_place(file: File) -> bytes:
    """The page's number now names a place in the signed bytes where something else was kept ready."""
    place = file.pdf.index(b" 0 obj") - 1
    return file.updated({file.next: b"(x)"}, table=lambda places: listed({**places, file.page: place}))


def other_title(file: File) -> bytes:
    return file.updated({file.next: b"<</Title(Khac)>>"}, trailer=b"/Info %d 0 R" % file.next)


def other_description(file: File) -> bytes:
    title = b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Khac</rdf:li></rdf:Alt></dc:title>'
    described = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">%s</rdf:Description>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    metadata = file.document.Root.Metadata.objgen[0]
    return file.updated({metadata: stream(described % title, b"/Type/Metadata/Subtype/XML")})


def field_in_two_places(file: File) -> bytes:
    form = file.document.Root.AcroForm
    first = form.Fields[0].objgen[0]
    number = form.objgen[0] if form.is_indirect else file.root
    return file.updated({number: file.text(number).replace(b"/Fields [", b"/Fields [ %d 0 R " % first, 1)})


def packed(file: File) -> bytes:
    """The page is another one inside a compressed stream of objects, which a table in a stream lists."""
    head = b"%d 0 " % file.page
    inside = stream(head + file.other_page(), b"/Type/ObjStm/N 1/First %d" % len(head))
    out, places = file.pdf, []
    for number, part in ((file.next, stream(BLACK)), (file.next + 1, inside)):
        places.append(len(out))
        out += written(number, part)
    places.append(len(out))
    rows = b"\2" + (file.next + 1).to_bytes(4, "big") + b"\0"
    rows += b"".join(b"\1" + place.to_bytes(4, "big") + b"\0" for place in places)
    table = b"/Type/XRef/Size %d/W[1 4 1]/Index[%d 1 %d 3]/Root %d 0 R/Prev %d"
    table %= file.next + 3, file.page, file.next, file.root, file.last_table
    return out + written(file.next + 2, stream(rows, table)) + b"startxref\n%d\n%%%%EOF\n" % len(out)


def sent_back(material: Material) -> bytes:
    """The file says at its end that an older table counts: readers show it as it was before the seal."""
    (*_, older, _) = re.findall(rb"startxref\s+(\d+)", material.sealed)
    return material.sealed + b"startxref\n%s\n%%%%EOF\n" % older


READERS: dict[str, Forgery] = {
    "an object in a stream of objects": on(packed),
    "an older table named last": Forgery(sent_back, CHANGED, ("leader",)),
    "an entry twice in a page": on(twice_in_page),
    "an entry twice in the catalogue": on(twice_in_root),
    "two roots in one trailer": on(two_roots),
    "a number twice in one table": on(listed_twice),
    "an object no table lists": on(unlisted),
    "a table for old readers, one for new": on(hybrid),
    "objects and the old table": on(without_table),
    "objects behind a harmless update": on(after_an_update),
    "an older place": on(older_place),
    "another title": on(other_title),
    "another title in the metadata": on(other_description),
    "a field in two places": on(field_in_two_places),
}
