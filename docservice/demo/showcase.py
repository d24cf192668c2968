"""The documents that fill the demo's screens: each is made by its people's own acts, up to a step where it waits.

What to make stands in `showcase.json`. Like the journey, it goes on from the facts: what is there is not made again.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any

from PIL import Image
from sqlalchemy import select

from docservice.bootstrap import Node
from docservice.core.clock import VIETNAM
from docservice.core.sandbox import Sandbox
from docservice.core.work import SYSTEM, Work
from docservice.demo import script
from docservice.demo.altered import deliver_altered
from docservice.demo.cast import COMMUNE, COUNCIL, DEPARTMENT, PROVINCE, Cast, Side, Stuck, post_of
from docservice.demo.journey import Journey
from docservice.documents import queries, uploads
from docservice.documents.models import Direction, Document, Urgency
from docservice.documents.signatories import Naming
from docservice.documents.status import Status
from docservice.meetings import service as meetings
from docservice.meetings.models import Meeting
from docservice.records import service as records
from docservice.records.models import CaseFile
from docservice.workflow import service as workflow
from templates.plain import blocks_from_text
from templates.read import pictures_of

SCRIPT = "showcase.json"
ANNEX = "phu-luc-kinh-te.xlsx"
SIDES: Mapping[str, Side] = {
    "province": PROVINCE,
    "commune": COMMUNE,
    # The unit for economy has no head of its own: the check of content is skipped visibly.
    "commune_economy": replace(COMMUNE, official="c.other"),
    "council": COUNCIL,
    "department": DEPARTMENT,
}
Entry = Mapping[str, Any]


def play(node: Node, *, tell: Callable[[str], None]) -> None:
    """Make whatever is not there yet; `tell` gets a line for each document."""
    told = json.loads(files("docservice.demo").joinpath(SCRIPT).read_text("utf-8"))
    cast = Cast(node, tell=lambda *_: None)
    last = told["documents"][-1]["values"]["subject"]
    if cast.find(COMMUNE.code, Direction.OUTGOING, last) is not None:
        return
    tell("  hành trình của một báo cáo")
    Journey(node, script.load(None), tell=lambda *_: None).run()
    _archive(cast, told["archive"])
    _enter_paper(cast, told["paper"])
    _call_meeting(cast, told["meeting"])
    for entry in told["documents"]:
        tell(f"  {entry['kind']}: {entry['values']['subject']}")
        _make(cast, entry)


def _make(cast: Cast, entry: Entry) -> None:
    side, subject = SIDES[entry["from"]], entry["values"]["subject"]
    document = cast.find(side.code, Direction.OUTGOING, subject)
    if document is None:
        document = cast.act(side.official, "soạn thảo", lambda work: _draft(work, side, entry))
    if entry.get("altered"):
        cast.advance(side, document.id, until=Status.TO_RELEASE)
        deliver_altered(cast, document.id, to=entry["to"][0])
        return
    cast.advance(side, document.id, until=Status(entry["until"]))
    for key in entry.get("signed", ()):
        cast.act(key, "ký phiếu trình", lambda work: _sign_slip(work, document))
        cast.drain()
    if note := entry.get("returned"):
        cast.act(side.head, "trả lại", lambda work: workflow.return_document(work, document_id=document.id, note=note))
    if receiver := SIDES.get(entry.get("receiver", "")):
        arrived = cast.arrived(receiver, subject)
        if reason := entry.get("refused"):
            cast.act(
                receiver.clerk,
                "trả lại nơi gửi",
                lambda work: workflow.refuse(work, document_id=arrived.id, reason=reason),
            )
            cast.drain()
        else:
            cast.advance(receiver, arrived.id, until=Status(entry["received"]))


def _draft(work: Work, side: Side, entry: Entry) -> Document:
    values = dict(entry["values"])
    if "body" in values:
        values["body"] = blocks_from_text(values["body"])
    days = entry.get("due_in_days")
    document = workflow.draft(
        work,
        kind=entry["kind"],
        values=values,
        signer_post_id=post_of(work, side.leader),
        signatories=Naming(tuple(post_of(work, key) for key in entry["signatories"]))
        if "signatories" in entry
        else None,
        receiver_codes=entry["to"],
        urgency=Urgency(entry.get("urgency", Urgency.NORMAL)),
        due=work.today + timedelta(days=days) if days is not None else None,
    )
    if entry.get("annex"):
        taken = uploads.take_in(work.ports, name=ANNEX, data=_sample(ANNEX))
        workflow.attach(
            work,
            document_id=document.id,
            name=taken.name,
            sha256=taken.sha256,
            size=taken.size,
            media_type=taken.media_type,
        )
    return document


def _sign_slip(work: Work, document: Document) -> Document:
    version = queries.latest_version(work, document.id)
    if version is None:
        raise Stuck(document.subject)
    return workflow.sign_in_turn(work, document_id=document.id, consented_sha256=version.sha256)


def _enter_paper(cast: Cast, entry: Entry) -> None:
    """A page that is nothing but a picture, as a scanner makes it."""
    if cast.find(COMMUNE.code, Direction.INCOMING, entry["subject"]) is not None:
        return
    ports = cast.node.ports
    pictures = ports[Sandbox].run(pictures_of, _sample(entry["sample"]), dpi=120, pages=(0,))
    first, *others = (Image.open(io.BytesIO(picture)).convert("L") for picture in pictures)
    out = io.BytesIO()
    first.save(out, "PDF", resolution=120, save_all=True, append_images=others)
    taken = uploads.take_in(ports, name="ban-quet.pdf", data=out.getvalue(), is_scan=True)
    cast.act(
        COMMUNE.clerk,
        "nhận văn bản giấy",
        lambda work: workflow.enter_paper(
            work,
            scan_sha256=taken.sha256,
            scan_size=taken.size,
            kind_name=entry["kind_name"],
            subject=entry["subject"],
            origin_name=entry["origin_name"],
            origin_notation=entry["origin_notation"],
            issued_on=work.today - timedelta(days=1),
        ),
    )


def _call_meeting(cast: Cast, entry: Entry) -> None:
    """The commune's meeting of today, with the journey's report as its first paper."""
    with cast.node.transactions.reading(SYSTEM) as reading:
        if reading.session.scalar(select(Meeting.id).where(Meeting.title == entry["title"])) is not None:
            return

    def call(work: Work) -> None:
        meeting = meetings.call_meeting(
            work,
            title=entry["title"],
            place=entry["place"],
            starts_at=datetime.combine(work.today, time(14), VIETNAM),
            participant_post_ids=tuple(post_of(work, key) for key in ("c.leader", "c.deputy", "c.head", "c.checker")),
        )
        items = [meetings.add_item(work, meeting_id=meeting.id, title=title) for title in entry["items"]]
        wanted = queries.visible_to(work.actor).where(Document.subject == entry["tables"])
        meetings.table_document(work, item_id=items[1].id, document_id=work.session.scalars(wanted).one().id)

    cast.act(COMMUNE.clerk, "mời họp", call)
    cast.drain()


def _archive(cast: Cast, entry: Entry) -> None:
    """A case file handed to the archive, and somebody who asks to read it."""
    with cast.node.transactions.reading(SYSTEM) as reading:
        if reading.session.scalar(select(CaseFile.id).where(CaseFile.title == entry["title"])) is not None:
            return
        filed = reading.session.scalars(select(CaseFile)).first()

    def hand_over(work: Work) -> CaseFile:
        wanted = queries.visible_to(work.actor).where(Document.status == Status.DONE)
        done = work.session.scalars(wanted).first()
        case_file = records.open_case_file(
            work, title=entry["title"], retention="5 năm", document_ids=(done.id,) if done else ()
        )
        records.close_case_file(work, case_file_id=case_file.id)
        return records.offer_case_file(work, case_file_id=case_file.id)

    def hand_over_first(work: Work) -> None:
        if filed is not None:
            records.close_case_file(work, case_file_id=filed.id)
            records.offer_case_file(work, case_file_id=filed.id)

    cast.act(COMMUNE.official, "nộp lưu", hand_over_first)
    if filed is not None:
        cast.act("c.archivist", "nhận nộp lưu", lambda work: records.accept_case_file(work, case_file_id=filed.id))
        cast.act(
            "c.other",
            "xin khai thác",
            lambda work: records.ask_access(work, case_file_id=filed.id, purpose=entry["purpose"]),
        )
    cast.act(COMMUNE.official, "nộp lưu", hand_over)


def _sample(name: str) -> bytes:
    return files("docservice.demo").joinpath("samples", name).read_bytes()
