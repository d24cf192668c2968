"""Something added after signing: incremental saving, shadow, annotation and form attacks."""

import io
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from signing.pdf import sign
from signing.request import Appearance, Level, SignRequest
from tests.signing.builders import NOW, line, picture, sign_as
from tests.signing.forgeries import Forgery, Material

Writer = IncrementalPdfFileWriter
Change = Callable[[Writer], None]

CHANGED = frozenset({"changed_after_signing"})
FIELD = frozenset({"field_changed_after_signing", "changed_after_signing"})
COVERED = frozenset({"covered_after_signing", "changed_after_signing"})


def name(text: str) -> Any:
    return pdf_name("/" + text)


def numbers(*values: float) -> Any:
    return generic.ArrayObject(generic.FloatObject(v) for v in values)


def dictionary(**entries: Any) -> Any:
    return generic.DictionaryObject({name(key): value for key, value in entries.items()})


def stream(writer: Writer, data: bytes, **entries: Any) -> Any:
    return writer.add_object(generic.StreamObject(dict_data={name(k): v for k, v in entries.items()}, stream_data=data))


def picture_of(writer: Writer, words: str, width: float = 200, height: float = 20) -> Any:
    form = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(line(words))))
    form.get_object()[name("BBox")] = numbers(0, 0, width, height)
    return form


def updated(pdf: bytes, change: Change) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_of(writer: Writer) -> Any:
    return writer.find_page_for_modification(0)[0].get_object()


def field(writer: Writer, wanted: str) -> Any:
    return next(e.get_object() for e in writer.root["/AcroForm"]["/Fields"] if e.get_object()["/T"] == wanted)


def set_page(key: str, value: Callable[[Writer], Any]) -> Change:
    def change(writer: Writer) -> None:
        page = page_of(writer)
        page[name(key)] = value(writer)
        writer.update_container(page)

    return change


def set_root(key: str, value: Callable[[Writer], Any]) -> Change:
    def change(writer: Writer) -> None:
        writer.root[name(key)] = value(writer)
        writer.update_root()

    return change


def set_field(wanted: str, **values: Callable[[Writer], Any]) -> Change:
    def change(writer: Writer) -> None:
        target = field(writer, wanted)
        for key, value in values.items():
            target[name(key)] = value(writer)
        writer.update_container(target)

    return change


def set_form(key: str, value: Callable[[Writer], Any]) -> Change:
    def change(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        form[name(key)] = value(writer)
        writer.update_container(form)

    return change


def black(writer: Writer) -> Any:
    return stream(writer, b"0 0 595 842 re f")


def append_content(writer: Writer) -> None:
    writer.add_stream_to_page(0, black(writer))


def overwrite_content(writer: Writer) -> None:
    reference = page_of(writer).raw_get("/Contents")
    target = reference.get_object()
    # The writer offers no way to do what is forbidden.
    target._data, target._encoded_data = b"0 0 595 842 re f", None  # noqa: SLF001
    target.pop("/Filter", None)
    writer.mark_update(reference)


def overwrite_font(writer: Writer) -> None:
    fonts = page_of(writer)["/Resources"]["/Font"]
    reference = fonts.raw_get(next(iter(fonts)))
    target = reference.get_object()
    target[name("BaseFont")] = name("Courier")
    writer.mark_update(reference)


def swap_fonts(writer: Writer) -> None:
    page = page_of(writer)
    page[name("Resources")] = dictionary(
        Font=dictionary(F=dictionary(Type=name("Font"), Subtype=name("Type1"), BaseFont=name("Courier")))
    )
    writer.update_container(page)


def add_page(writer: Writer) -> None:
    writer.insert_page(dictionary(Type=name("Page"), MediaBox=numbers(0, 0, 595, 842), Resources=dictionary()))


def swap_pages(writer: Writer) -> None:
    tree = writer.root["/Pages"]
    kids = list(tree["/Kids"])
    tree[name("Kids")] = generic.ArrayObject(reversed(kids))
    writer.update_container(tree)


def remove_page(writer: Writer) -> None:
    tree = writer.root["/Pages"]
    tree[name("Kids")] = generic.ArrayObject(list(tree["/Kids"])[:1])
    tree[name("Count")] = generic.NumberObject(1)
    writer.update_container(tree)


def other_pages(writer: Writer) -> None:
    page = writer.add_object(dictionary(Type=name("Page"), MediaBox=numbers(0, 0, 595, 842), Contents=black(writer)))
    tree = writer.add_object(
        dictionary(Type=name("Pages"), Kids=generic.ArrayObject([page]), Count=generic.NumberObject(1))
    )
    writer.root[name("Pages")] = tree
    writer.update_root()


def store_with_content(writer: Writer) -> None:
    set_root("DSS", lambda w: dictionary(Certs=generic.ArrayObject([stream(w, b"x")])))(writer)
    append_content(writer)


def script(_writer: Writer) -> Any:
    return dictionary(S=name("JavaScript"), JS=pdf_string("app.alert(1)"))


def annotate(subtype: str, **more: Callable[[Writer], Any]) -> Change:
    def change(writer: Writer) -> None:
        reference, _ = writer.find_page_for_modification(0)
        note = dictionary(
            Type=name("Annot"),
            Subtype=name(subtype),
            Rect=numbers(50, 500, 400, 700),
            Contents=pdf_string("Số tiền: 900.000.000"),
            F=generic.NumberObject(4),
            **{key: value(writer) for key, value in more.items()},
        )
        writer.register_annotation(reference, writer.add_object(note))

    return change


def drawn(writer: Writer) -> Any:
    return dictionary(N=picture_of(writer, "Số: 99", 350, 200))


def add_text_field(wanted: str) -> Change:
    def change(writer: Writer) -> None:
        reference, _ = writer.find_page_for_modification(0)
        made = writer.add_object(
            dictionary(
                Type=name("Annot"),
                Subtype=name("Widget"),
                FT=name("Tx"),
                T=pdf_string(wanted),
                V=pdf_string("x"),
                Rect=numbers(50, 500, 400, 700),
                F=generic.NumberObject(4),
                AP=drawn(writer),
            )
        )
        writer.register_annotation(reference, made)
        fields = writer.root["/AcroForm"]["/Fields"]
        fields.append(made)
        writer.update_container(fields)

    return change


def fetched(writer: Writer) -> Any:
    """A picture whose drawing stands in a file elsewhere, and may be another one tomorrow."""
    place = dictionary(Type=name("Filespec"), FS=name("URL"), F=pdf_string("http://pictures.invalid/number"))
    form = {"Type": name("XObject"), "Subtype": name("Form"), "BBox": numbers(0, 0, 200, 20)}
    return dictionary(N=stream(writer, b"", F=place, **form))


def second_picture(writer: Writer) -> None:
    """The number the leader left open is filled, and shown once more over the text."""
    target, (page, _) = field(writer, "number"), writer.find_page_for_modification(0)
    more = writer.add_object(
        dictionary(Type=name("Annot"), Subtype=name("Widget"), Rect=numbers(50, 400, 500, 700), AP=drawn(writer))
    )
    writer.register_annotation(page, more)
    target[name("V")], target[name("Kids")] = pdf_string("Số: 12"), generic.ArrayObject([more])
    writer.update_container(target)


def take_signature(writer: Writer) -> None:
    """The leader's field shows the agency's signature as its own."""
    target = field(writer, "leader")
    target[name("V")] = field(writer, "agency").raw_get("/V")
    writer.update_container(target)


def called_certificate(writer: Writer) -> None:
    """The leader's picture is overwritten, and named among the certificates of a store."""
    reference = field(writer, "leader")["/AP"].raw_get("/N")
    target = reference.get_object()
    target._data, target._encoded_data = b"0 0 500 500 re f", None  # noqa: SLF001 - as above
    target.pop("/Filter", None)
    writer.mark_update(reference)
    set_root("DSS", lambda _: dictionary(Certs=generic.ArrayObject([reference])))(writer)


def sealed_after(change: Change) -> Callable[[Material], bytes]:
    """Changed between the leader's signature and the agency's, which is made by whom it should."""

    def make(material: Material) -> bytes:
        return sign_as(updated(material.signed, change), "agency", material.people)

    return make


def nest_number(writer: Writer) -> None:
    """The number moves below a group, where a shallow look finds no field of its name."""
    fields = writer.root["/AcroForm"]["/Fields"]
    kept = [e for e in fields if e.get_object()["/T"] != "number"]
    inner = next(e for e in fields if e.get_object()["/T"] == "number")
    group = writer.add_object(dictionary(T=pdf_string("g"), Kids=generic.ArrayObject([inner])))
    writer.root["/AcroForm"][name("Fields")] = generic.ArrayObject([*kept, group])
    writer.update_container(writer.root["/AcroForm"])


def forget_fields(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    form[name("Fields")] = generic.ArrayObject(e for e in form["/Fields"] if e.get_object()["/T"] != "number")
    writer.update_container(form)


def share_signature(writer: Writer) -> None:
    """A new field shows the agency's signature as its own."""
    value = field(writer, "agency").raw_get("/V")
    made = writer.add_object(
        dictionary(
            FT=name("Sig"),
            T=pdf_string("imitation"),
            V=value,
            Type=name("Annot"),
            Subtype=name("Widget"),
            Rect=numbers(0, 0, 0, 0),
        )
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(made)
    writer.update_container(fields)


def signed_over(box: tuple[int, int, int, int]) -> Callable[[Material], bytes]:
    """A stranger to the paper signs into a new field whose picture hides what the leader signed."""

    def make(material: Material) -> bytes:
        def slot(writer: Writer) -> None:
            append_signature_field(writer, SigFieldSpec("third", on_page=0, box=box))

        people = material.people
        return sign(
            updated(unlocked(material), slot),
            SignRequest("third", Level.B_T, Appearance(picture())),
            key=people.agency,
            timestamps=people.stamps(),
            now=NOW,
        )

    return make


def unlocked(material: Material) -> bytes:
    """The leader's signature in a field without any lock, as other programs make it."""

    def slot(writer: Writer) -> None:
        append_signature_field(writer, SigFieldSpec("leader", on_page=0, box=(320, 100, 448, 168)))

    from tests.signing.builders import paper  # noqa: PLC0415 - only this forgery starts from a bare paper

    people = material.people
    return sign(
        updated(paper("Một dòng chữ dài để có nội dung bên dưới ô chữ ký"), slot),
        SignRequest("leader", Level.B_T),
        key=people.leader,
        timestamps=people.stamps(),
        now=NOW,
    )


def on_sealed(
    change: Change, codes: frozenset[str] = CHANGED, fields: tuple[str, ...] = ("leader", "agency")
) -> Forgery:
    return Forgery(lambda material: updated(material.sealed, change), codes, fields)


def on_signed(change: Change, codes: frozenset[str] = CHANGED) -> Forgery:
    return Forgery(lambda material: updated(material.signed, change), codes, ("leader",))


UPDATES: dict[str, Forgery] = {
    "content replaced": on_sealed(set_page("Contents", black)),
    "content appended": on_sealed(append_content),
    "content overwritten in place": on_sealed(overwrite_content),
    "font overwritten in place": on_sealed(overwrite_font),
    "fonts swapped": on_sealed(swap_fonts),
    "page added": on_sealed(add_page),
    "page removed": on_sealed(remove_page),
    "pages swapped": on_sealed(swap_pages),
    "another page tree": on_sealed(other_pages),
    "media box": on_sealed(set_page("MediaBox", lambda _: numbers(0, 0, 300, 300))),
    "crop box": on_sealed(set_page("CropBox", lambda _: numbers(0, 0, 300, 300))),
    "rotated": on_sealed(set_page("Rotate", lambda _: generic.NumberObject(180))),
    "user unit": on_sealed(set_page("UserUnit", lambda _: generic.FloatObject(9))),
    "page action": on_sealed(set_page("AA", lambda w: dictionary(O=script(w)))),
    "open action": on_sealed(set_root("OpenAction", script)),
    "named script": on_sealed(
        set_root(
            "Names",
            lambda w: dictionary(JavaScript=dictionary(Names=generic.ArrayObject([pdf_string("a"), script(w)]))),
        )
    ),
    "layers": on_sealed(set_root("OCProperties", lambda _: dictionary(D=dictionary(), OCGs=generic.ArrayObject()))),
    "page labels": on_sealed(set_root("PageLabels", lambda _: dictionary(Nums=generic.ArrayObject()))),
    "outlines": on_sealed(set_root("Outlines", lambda _: dictionary(Count=generic.NumberObject(0)))),
    "viewer preferences": on_sealed(set_root("ViewerPreferences", lambda _: dictionary(Direction=name("R2L")))),
    "language": on_sealed(set_root("Lang", lambda _: pdf_string("en"))),
    "output intents": on_sealed(set_root("OutputIntents", lambda _: generic.ArrayObject())),
    "permissions": on_sealed(set_root("Perms", lambda _: dictionary())),
    "embedded files": on_sealed(set_root("AF", lambda _: generic.ArrayObject())),
    "store and content": on_sealed(store_with_content),
    "free text": on_sealed(annotate("FreeText", AP=drawn)),
    "stamp": on_sealed(annotate("Stamp", AP=drawn)),
    "square": on_sealed(annotate("Square", AP=drawn)),
    "redaction": on_sealed(annotate("Redact")),
    "link": on_sealed(annotate("Link", A=script)),
    "popup": on_sealed(annotate("Popup")),
    "highlight": on_signed(annotate("Highlight")),
    "text field added": on_sealed(add_text_field("amount"), FIELD),
    "text field of the same name": on_sealed(add_text_field("number"), FIELD),
    "field nested": on_sealed(nest_number, FIELD),
    "field forgotten": on_sealed(forget_fields, FIELD),
    "number: value": on_sealed(set_field("number", V=lambda _: pdf_string("Số: 99/BC-UBND")), FIELD),
    "number: picture": on_sealed(set_field("number", AP=drawn), FIELD),
    "number: both": on_sealed(set_field("number", V=lambda _: pdf_string("Số: 99"), AP=drawn), FIELD),
    "number: emptied": on_sealed(set_field("number", V=lambda _: pdf_string("")), FIELD),
    "number: moved": on_sealed(set_field("number", Rect=lambda _: numbers(0, 0, 500, 500)), FIELD),
    "number: renamed": on_sealed(set_field("number", T=lambda _: pdf_string("n2")), FIELD),
    "number: hidden": on_sealed(set_field("number", F=lambda _: generic.NumberObject(2)), FIELD),
    "date filled before its time": on_signed(set_field("leader", Rect=lambda _: numbers(0, 0, 595, 842))),
    "seal: picture swapped": on_sealed(set_field("agency", AP=drawn)),
    "seal: moved": on_sealed(set_field("agency", Rect=lambda _: numbers(0, 0, 595, 842))),
    "seal: hidden": on_sealed(set_field("agency", F=lambda _: generic.NumberObject(2))),
    "lock loosened": on_sealed(set_field("agency", Lock=lambda _: dictionary(Action=name("Exclude")))),
    "drawn anew by the viewer": on_sealed(
        lambda w: (
            w.root["/AcroForm"].__setitem__(name("NeedAppearances"), generic.BooleanObject(True)),
            w.update_container(w.root["/AcroForm"]),
        )[1]
    ),
    "number: picture elsewhere": on_signed(set_field("number", V=lambda _: pdf_string("Số: 12"), AP=fetched)),
    "number: picture elsewhere, sealed": Forgery(
        sealed_after(set_field("number", V=lambda _: pdf_string("Số: 12"), AP=fetched)), CHANGED, ("leader",)
    ),
    "number: a second picture": on_signed(second_picture),
    "number: with a script": on_signed(
        set_field("number", V=lambda _: pdf_string("Số: 12"), AA=lambda w: dictionary(F=script(w)))
    ),
    "seal: a picture without signature": on_signed(set_field("agency", AP=drawn)),
    "seal: moved, then signed": Forgery(
        sealed_after(set_field("agency", Rect=lambda _: numbers(0, 0, 595, 842))), CHANGED, ("leader",)
    ),
    "signature taken": on_sealed(take_signature, frozenset({"changed_after_signing", "structure_wrong"})),
    "picture called a certificate": on_sealed(called_certificate),
    "XFA beside the form": on_sealed(set_form("XFA", lambda w: stream(w, b"<x/>"))),
    "signature shared": on_sealed(share_signature, frozenset({"structure_wrong"}), ("imitation",)),
    "signed over the whole page": Forgery(signed_over((0, 0, 595, 842)), COVERED, ("leader",)),
    "signed over the text": Forgery(signed_over((60, 730, 400, 790)), COVERED, ("leader",)),
}
