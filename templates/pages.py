"""Packs: many papers as one file with contents, bookmarks and page numbers; the originals stay as they are.

Signatures cannot survive a merge: what they show is drawn into the pages, and each page says that it is a copy.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from templates.errors import PdfUnreadable
from templates.papers import Contents, Entry, contents_page, stamp_pages, use_letters

COPY_NOTE = "Tài liệu họp - bản sao để họp"


@dataclass(frozen=True)
class PackPaper:
    """A paper of the pack, under the agenda item it belongs to."""

    item: str
    title: str
    pdf: bytes


@dataclass(frozen=True)
class MadePack:
    pdf: bytes
    pages: int


def make_pack(
    title: str, lines: tuple[str, ...], papers: Sequence[PackPaper], *, letters: tuple[bytes, ...] = ()
) -> MadePack:
    """Contents page first, then every paper; raises `PdfUnreadable` for a paper no parser can open.

    `letters` are the operator's fonts, for a process that cannot read them itself.
    """
    use_letters(letters)
    sources = [_source(paper) for paper in papers]
    lengths = [len(source.pages) for source in sources]
    contents, entries = _contents(title, lines, papers, lengths)
    with pikepdf.new() as pack:
        front = pikepdf.open(io.BytesIO(contents.pdf))
        for source in (front, *sources):
            pack.pages.extend(source.pages)
        _stamp(pack)
        _bookmarks(pack, entries)
        _links(pack, contents, entries)
        _describe(pack, title)
        pack.Root.PageMode = pikepdf.Name.UseOutlines
        out = io.BytesIO()
        pack.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        pages = len(pack.pages)
        for source in (front, *sources):
            source.close()
    return MadePack(out.getvalue(), pages)


def flattened(pdf: bytes) -> pikepdf.Pdf:
    """A copy whose form fields and signatures are drawn into its pages: a merge would drop them.

    Raises whatever pikepdf does for a broken file.
    """
    document = pikepdf.open(io.BytesIO(pdf))
    document.flatten_annotations("all")
    if "/AcroForm" in document.Root:
        del document.Root.AcroForm
    return document


def _source(paper: PackPaper) -> pikepdf.Pdf:
    try:
        return flattened(paper.pdf)
    except pikepdf.PdfError as error:
        raise PdfUnreadable("pdf_unreadable", title=paper.title[:100]) from error


def _contents(
    title: str, lines: tuple[str, ...], papers: Sequence[PackPaper], lengths: Sequence[int]
) -> tuple[Contents, tuple[Entry, ...]]:
    """The contents page, set again when it turns out longer than thought: its length moves every page number."""
    front_pages = 1
    while True:
        entries = _entries(papers, lengths, front_pages)
        contents = contents_page(title, lines, entries)
        with pikepdf.open(io.BytesIO(contents.pdf)) as document:
            needed = len(document.pages)
        if needed == front_pages:
            return contents, entries
        front_pages = needed


def _entries(papers: Sequence[PackPaper], lengths: Sequence[int], front_pages: int) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    page, item = front_pages + 1, None
    for paper, length in zip(papers, lengths, strict=True):
        if paper.item != item:
            item = paper.item
            entries.append(Entry(1, item, page, 0))
        entries.append(Entry(2, paper.title, page, length))
        page += length
    return tuple(entries)


def _stamp(pack: pikepdf.Pdf) -> None:
    sizes = []
    for page in pack.pages:
        left, bottom, right, top = (float(n) for n in page.trimbox)
        sizes.append((right - left, top - bottom))
    total = len(sizes)
    texts = tuple(f"{COPY_NOTE} · trang {number}/{total}" for number in range(1, total + 1))
    with pikepdf.open(io.BytesIO(stamp_pages(texts, tuple(sizes)))) as stamps:
        for page, stamp in zip(pack.pages, stamps.pages, strict=True):
            page.add_overlay(stamp, pikepdf.Rectangle(page.trimbox))


def _bookmarks(pack: pikepdf.Pdf, entries: Sequence[Entry]) -> None:
    with pack.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Mục lục", 0))
        for entry in entries:
            mark = pikepdf.OutlineItem(entry.title, entry.first_page - 1)
            if entry.level == 1:
                outline.root.append(mark)
            else:
                outline.root[-1].children.append(mark)


def _links(pack: pikepdf.Pdf, contents: Contents, entries: Sequence[Entry]) -> None:
    for (page_index, top), entry in zip(contents.rows, entries, strict=True):
        page = pack.pages[page_index]
        height = float(page.mediabox[3])
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[85, height - top - 18, 552, height - top + 4],
            Border=[0, 0, 0],
            F=4,
            Dest=[pack.pages[entry.first_page - 1].obj, pikepdf.Name.Fit],
        )
        annotations = page.obj.get("/Annots", pikepdf.Array())
        annotations.append(pack.make_indirect(link))
        page.obj.Annots = annotations


def _describe(pack: pikepdf.Pdf, title: str) -> None:
    with pack.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = ["vi-VN"]
    pack.Root.Lang = pikepdf.String("vi-VN")


def entitled(pdf: bytes, *, title: str) -> bytes:
    """The same file, not signed yet, with its title and language set; raises `PdfUnreadable`."""
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            _describe(document, title)
            document.save(out, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise PdfUnreadable("pdf_unreadable", title=title[:100]) from error
    return out.getvalue()
