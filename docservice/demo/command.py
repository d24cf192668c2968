"""`docservice journey`: one document's whole life on this machine, and the papers it leaves behind."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from docservice.bootstrap import Node, build
from docservice.core.work import SYSTEM, Actor, Reading
from docservice.demo import journey as story
from docservice.demo import people, script
from docservice.demo.cast import Stuck
from docservice.demo.journey import Journey
from docservice.documents import queries, storing
from docservice.documents.models import Direction, Document, Stage
from docservice.exchange import queries as exchange
from docservice.exchange.timeline import timeline
from docservice.identity import queries as identity
from docservice.meetings import queries as meetings
from docservice.settings import Settings
from templates.convert import Converter

WARNING = "Dữ liệu mẫu: cơ quan, người và chữ ký đều là giả định, không có giá trị pháp lý."


def run_journey(settings: Settings, *, out: Path, data: Path | None, script_file: Path | None) -> int:
    """Run the journey in `data`, or in a folder that is thrown away; leave its papers in `out`."""
    told = script.load(script_file)
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="docservice-journey-") as throwaway:
        folder = data or Path(throwaway)
        begun = monotonic()
        node = build(settings.model_copy(update={"data_dir": folder}))
        try:
            node.ports[Converter].warm()
            people.seed(node, keys=node.settings.path(node.settings.keys_dir))
            tell = _teller(begun)
            tell("chuẩn bị", monotonic() - begun)
            Journey(node, told, tell=tell).run()
            names = write_papers(node, told, out)
        finally:
            node.close()
    _say(f"Xong sau {monotonic() - begun:.1f} giây. {WARNING}")
    _say(f"Giấy tờ ở thư mục {out}/:")
    for name, words in names.items():
        _say(f"  {name:22} {words}")
    return 0


def write_papers(node: Node, told: script.Script, out: Path) -> dict[str, str]:
    """Copy what the journey made out of the node: file name to what it is."""
    with node.transactions.reading(SYSTEM) as reading:
        clerk, province_clerk = people.actor(reading, "c.clerk"), people.actor(reading, "p.clerk")
    with node.transactions.reading(clerk) as reading:
        request = _document(reading, clerk, Direction.INCOMING, told.request.subject)
        report = _document(reading, clerk, Direction.OUTGOING, told.report.subject)
        _copy_report(node, reading, report, out)
        commune = {
            "agency": people.COMMUNE,
            "request": timeline(reading, request.id),
            "report": timeline(reading, report.id),
        }
        lines = {"xã, sổ đến": _line(reading, request), "xã, sổ đi": _line(reading, report)}
    with node.transactions.reading(province_clerk) as reading:
        asked = _document(reading, province_clerk, Direction.OUTGOING, told.request.subject)
        received = _document(reading, province_clerk, Direction.INCOMING, told.report.subject)
        province = {
            "agency": people.PROVINCE,
            "request": timeline(reading, asked.id),
            "report": timeline(reading, received.id),
        }
        lines |= {"tỉnh, sổ đi": _line(reading, asked), "tỉnh, sổ đến": _line(reading, received)}
        verdicts = {
            "xã nhận công văn": _verdict_of(node, clerk, request),
            "tỉnh nhận báo cáo": _verdict(reading, received),
        }
        pack = meetings.latest_pack(reading, story.meeting_of(reading, told).id)
    if pack is None:
        raise Stuck("bộ tài liệu họp chưa được tạo")
    (out / "pack.pdf").write_bytes(storing.get(node.ports, pack.sha256))
    _write_json(out / "verdicts.json", verdicts)
    _write_json(out / "registers.json", lines)
    _write_json(out / "timeline.json", {"commune": commune, "province": province})
    trust = node.settings.path(node.settings.trust_dir)
    shutil.copytree(trust, out / "trust", dirs_exist_ok=True)
    return {
        "draft.docx": "dự thảo báo cáo (mẫu 1.4, Nghị định 30/2020)",
        "report.pdf": "báo cáo đã ký, cấp số, ký số cơ quan (PDF/A-2b, hai chữ ký PAdES)",
        "parcel.edxml": "gói tin edXML gửi tỉnh",
        "verdicts.json": "kết quả kiểm tra chữ ký số khi nhận",
        "registers.json": "các dòng sổ đăng ký",
        "pack.pdf": "bộ tài liệu họp",
        "timeline.json": "diễn biến như hai cơ quan nhìn thấy",
        "trust/": "gốc tin cậy mẫu, để kiểm tra: docservice verify --trust " + f"{out}/trust {out}/report.pdf",
    }


def _copy_report(node: Node, reading: Reading, report: Document, out: Path) -> None:
    sealed = queries.latest_version(reading, report.id, stage=Stage.SEALED)
    if sealed is None or sealed.source_sha256 is None:
        raise Stuck(report.subject)
    (out / "draft.docx").write_bytes(storing.get(node.ports, sealed.source_sha256))
    (out / "report.pdf").write_bytes(storing.get(node.ports, sealed.sha256))
    for state in exchange.parcels_of(reading, report.id):
        if state.parcel.original_sha256:
            (out / "parcel.edxml").write_bytes(storing.get(node.ports, state.parcel.original_sha256))


def _document(reading: Reading, actor: Actor, direction: Direction, subject: str) -> Document:
    wanted = queries.visible_to(actor).where(Document.direction == direction, Document.subject == subject)
    return reading.session.scalars(wanted).one()


def _line(reading: Reading, document: Document) -> dict[str, Any]:
    line = queries.register_line_of(reading, document.id)
    columns = dict(line.columns) if line else {}
    for answer in queries.answers_to(reading, document.id):
        columns["Văn bản trả lời"] = f"{answer.notation} ngày {answer.on.strftime('%d/%m/%Y')}"
    return columns


def _verdict_of(node: Node, actor: Actor, document: Document) -> dict[str, Any]:
    with node.transactions.reading(actor) as reading:
        return _verdict(reading, document)


def _verdict(reading: Reading, document: Document) -> dict[str, Any]:
    version = queries.latest_version(reading, document.id)
    agency = identity.agency(reading, document.agency_id)
    return {"agency": agency.name, **(version.verdict or {} if version else {})}


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _teller(begun: float) -> Callable[[str, float], None]:
    def tell(words: str, seconds: float) -> None:
        _say(f"{monotonic() - begun:6.2f} s  {seconds:6.3f} s  {words}")

    return tell


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
