"""`docservice doctor`: a line for each port, the journal's chain, the jobs, and whatever is unsafe said aloud.

Exit code 0 when everything answers, 1 when something does not.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from docservice.bootstrap import Node, build
from docservice.core import journal, outbox
from docservice.core.clock import VIETNAM
from docservice.core.intake import IntakeItem
from docservice.core.sandbox import Sandbox
from docservice.core.words import say
from docservice.core.work import SYSTEM, Reading
from docservice.documents import queries
from docservice.documents.file_care import FileCare, current_round, open_troubles, share_done
from docservice.documents.file_clearing import strays
from docservice.documents.file_copies import uncopied
from docservice.documents.models import Document, DocumentReader
from docservice.documents.readers import readers_by_facts
from docservice.documents.status import derive
from docservice.exchange.carrier import Carrier
from docservice.identity.models import Certificate
from docservice.operations.conditions import SUBJECTS, Conditions, Severity
from docservice.operations.mail import Mail
from docservice.operations.measures import measures
from docservice.records import retaining
from docservice.records.jobs import retaining_stores
from docservice.searching import indexing
from docservice.settings import Settings
from docservice.signatures.hsm import HSM, Hsm, HsmRefused
from docservice.signatures.journal_stamps import broken_stamps
from docservice.signatures.keys import KeySource, TrustSource
from docservice.signatures.remote import RemoteSigner, problem_sentence
from docservice.signatures.stamps import StampSource
from docservice.signatures.verdicts import trust_problem
from search import Index
from signing.errors import TrustUnreadable
from signing.remote.errors import RemoteFailed
from storage import Store
from templates.convert import Converter


@dataclass(frozen=True)
class Finding:
    """`ok` is None for a warning: it works, and somebody should know."""

    port: str
    ok: bool | None
    text: str


def run_doctor(settings: Settings, *, recount: bool) -> int:
    """Ask every port and print what it says."""
    node = build(settings)
    try:
        findings = list(examine_node(node, recount=recount))
    finally:
        node.close()
    marks = {True: "tốt", False: "HỎNG", None: "chú ý"}
    for finding in findings:
        sys.stdout.write(f"{finding.port:12} {marks[finding.ok]:6} {finding.text}\n")
    return 1 if any(finding.ok is False for finding in findings) else 0


def examine_node(node: Node, *, recount: bool) -> Iterator[Finding]:
    """Every port's answer, then the promises kept in the database."""
    yield from _database(node)
    for port, question in _QUESTIONS.items():
        try:
            yield from question(node)
        except Exception as error:  # noqa: BLE001 - a port that cannot even answer is what doctor is for
            yield Finding(port, ok=False, text=f"{type(error).__name__}: {error}")
    with node.transactions.reading(SYSTEM) as reading:
        yield from _alerts(reading)
        if recount:
            yield _recount(reading)


def _database(node: Node) -> Iterator[Finding]:
    with node.transactions.reading(SYSTEM) as reading:
        dialect = reading.session.get_bind().dialect.name
        yield Finding("database", ok=True, text=dialect)
        chain = journal.verify_chain(reading.session)
        if chain.broken_at is None:
            yield Finding("journal", ok=True, text=f"{chain.lines} dòng, chuỗi nguyên vẹn, đầu chuỗi {chain.head[:16]}")
        else:
            yield Finding("journal", ok=False, text=f"chuỗi bị đứt ở dòng {chain.broken_at}")
        forged = broken_stamps(reading)
        yield Finding("stamps", ok=not forged, text=f"dấu thời gian nhật ký lệch ở dòng {forged}" if forged else "khớp")
        waiting = outbox.backlog(reading.session, now=reading.now)
        late = f", sớm nhất từ {waiting.oldest_due:%H:%M:%S %d/%m/%Y} UTC" if waiting.oldest_due else ""
        yield Finding(
            "jobs",
            ok=None if waiting.parked else True,
            text=f"{waiting.waiting} đang chờ{late}; {waiting.parked} bị dừng sau nhiều lần lỗi",
        )
        held = reading.session.scalars(select(IntakeItem).where(IntakeItem.closed_at.is_(None))).all()
        stopped = sum(1 for item in held if item.held_at)
        yield Finding("intake", ok=None if stopped else True, text=f"{len(held)} chưa xong, {stopped} bị giữ")


def _store(node: Node) -> Iterator[Finding]:
    yield from _place("storage", node.ports[Store])
    second = node.ports[FileCare].second
    if second is None:
        yield Finding("copies", ok=None, text="không có bản thứ hai của tệp (COPY_URL)")
        return
    yield from _place("copies", second)
    with node.transactions.reading(SYSTEM) as reading:
        missing = uncopied(reading)
    yield Finding("copies", ok=True if not missing else None, text=f"{missing} tệp chưa có bản thứ hai")


def _place(name: str, store: Store) -> Iterator[Finding]:
    health = store.check()
    room = "" if health.free_bytes is None else f", còn {health.free_bytes // 2**20} MB"
    able = f", có {', '.join(health.abilities)}" if health.abilities else ""
    sealed = f", niêm phong bằng khóa {health.sealed}" if health.sealed else ", không niêm phong"
    yield Finding(name, ok=health.writable, text=f"{health.place}{room}{able}{sealed}")
    for warning in health.warnings:
        # Without the lock it is asked for, a place takes no originals: nothing is signed or received.
        ok = False if warning == "store_lock_missing" else None
        yield Finding(name, ok=ok, text=_PLACE_WARNINGS.get(warning, warning))


_PLACE_WARNINGS = {
    "store_room_low": "còn dưới 1 GB",
    "store_forgets": "chỉ ở trong bộ nhớ, mất khi dừng",
    "store_not_encrypted": "được yêu cầu mã hóa (sse) nhưng máy chủ không mã hóa",
    "store_lock_missing": "được yêu cầu khóa giữ (lock) nhưng bucket không có object lock: bản gốc không lưu được",
    "store_without_tls": "đi qua mạng không có TLS",
    "store_sealed_without_key": "có tệp đã niêm phong mà không đặt STORAGE_KEY_URL",
    "master_key_missing": "không thấy khóa chủ",
    "master_key_pin_wrong": "sai mã PIN của khe giữ khóa chủ; không tự thử lại",
    "master_key_unusable": "thiết bị giữ khóa chủ không trả lời",
}


def _files(node: Node) -> Iterator[Finding]:
    """Whether every file was looked at in its days, what is wrong and not mended, what nobody names."""
    days = node.ports[FileCare].check_days
    with node.transactions.reading(SYSTEM) as reading:
        now, row = reading.now, current_round(reading)
        troubles, marked = open_troubles(reading), strays(reading)
    if troubles:
        named = ", ".join(f"{trouble.key[:16]} ({trouble.wrong}, {trouble.place})" for trouble in troubles[:5])
        yield Finding("files", ok=False, text=f"{len(troubles)} tệp mất hoặc sai, chưa sửa được: {named}")
    if row is None:
        yield Finding("files", ok=True, text="chưa đến lần kiểm tra đầu tiên")
    else:
        since = f"{row.begun_at.astimezone(VIETNAM):%d/%m/%Y}"
        is_late = share_done(row) < 1 and row.begun_at + timedelta(days=days + 2) < now
        seen = f"vòng từ {since}: đã xem {share_done(row):.0%}, {row.checked} tệp, {row.bad} sai, {row.mended} đã sửa"
        yield Finding("files", ok=None if is_late else True, text=f"{seen}, mỗi vòng {days} ngày")
    yield Finding("files", ok=True, text=f"{len(marked)} tệp không dòng nào ghi tên, chờ xóa")


def _retention(node: Node) -> Iterator[Finding]:
    """Whether anybody could take away what a case file or a register book still needs."""
    if not retaining_stores(node.ports):
        yield Finding("retention", ok=True, text="kho tệp không khóa giữ bản gốc (chỉ kho S3, với lock=…)")
        return
    with node.transactions.reading(SYSTEM) as reading:
        locked, waiting = retaining.counts(reading)
    text = f"{locked} hồ sơ đã kết thúc và sổ đăng ký được khóa giữ, {waiting} chờ khóa"
    yield Finding("retention", ok=None if waiting else True, text=text)


def _queue(node: Node) -> Iterator[Finding]:
    problem = node.transactions.queue.check()
    yield Finding("queue", ok=problem is None, text=problem or node.settings.queue_url)


def _mail(node: Node) -> Iterator[Finding]:
    mail = node.ports[Mail]
    if mail.is_wanted:
        problem = mail.check()
        yield Finding("mail", ok=problem is None, text=problem or f"cảnh báo gửi tới {node.settings.mail_to}")
    else:
        yield Finding("mail", ok=None, text="không ai nhận cảnh báo qua thư (MAIL_URL)")


def _index(node: Node) -> Iterator[Finding]:
    health = node.ports[Index].check()
    with node.transactions.reading(SYSTEM) as reading:
        documents = reading.session.scalar(select(func.count()).select_from(Document)) or 0
        behind, progress = indexing.lag(reading), indexing.last_rebuild(reading)
        now = reading.now
    if health.outdated:
        yield Finding("search", ok=False, text=f"{health.place}, của bản cũ, cần lập lại: docservice reindex")
    else:
        missing = documents - health.entries - behind.waiting - behind.parked
        lost = f"; thiếu {missing}, cần lập lại: docservice reindex" if missing > 0 else ""
        yield Finding(
            "search", ok=None if lost else True, text=f"{health.place}, {health.entries}/{documents} văn bản{lost}"
        )
    late = f", chậm {max(0, int((now - behind.oldest).total_seconds()))} giây" if behind.oldest else ""
    is_slow = behind.oldest is not None and now - behind.oldest > _INDEX_LAG
    text = f"{behind.waiting} văn bản chờ vào chỉ mục{late}; {behind.parked} bị dừng"
    yield Finding("search lag", ok=None if behind.parked or is_slow else True, text=text)
    if progress is not None and progress.ended_at is None:
        yield Finding("search", ok=None, text=f"đang lập lại: {progress.done}/{progress.total} ({progress.percent} %)")


def _converter(node: Node) -> Iterator[Finding]:
    health = node.ports[Converter].check()
    told = f"{health.processes} tiến trình, {health.restarts} lần khởi động lại, đã chuyển thử ra PDF/A-2b"
    yield Finding("converter", ok=health.ready, text=health.problem or told)
    if health.ready:
        yield _fonts(node, health.fonts)


def _fonts(node: Node, found: Sequence[str]) -> Finding:
    """Which letters are embedded: the operator's Times New Roman, or the family with its measures."""
    if found and all(name.lower().startswith("timesnewroman") for name in found):
        return Finding("fonts", ok=True, text="Times New Roman được nhúng")
    if not found or not all(name.startswith("LiberationSerif") for name in found):
        return Finding("fonts", ok=False, text=f"chữ in ra không phải Times New Roman: {', '.join(found)}")
    if node.settings.fonts_dir is not None:
        return Finding(
            "fonts", ok=None, text="FONTS_DIR không có đủ bốn kiểu Times New Roman; đang dùng Liberation Serif"
        )
    return Finding("fonts", ok=True, text="Liberation Serif (cùng số đo với Times New Roman)")


def _sandbox(node: Node) -> Iterator[Finding]:
    health = node.ports[Sandbox].check()
    yield Finding("sandbox", ok=health.ready, text=health.problem or f"{health.slots} chỗ, cách ly hoạt động")


def _carrier(node: Node) -> Iterator[Finding]:
    health = node.ports[Carrier].check()
    yield Finding("carrier", ok=health.ready, text=f"{health.place}, {health.waiting} đang chờ, {health.failed} hỏng")
    yield from (Finding("carrier", ok=None, text=warning) for warning in health.warnings)


def _keys(node: Node) -> Iterator[Finding]:
    ports = node.ports
    for name, warnings in (
        ("keys", ports[KeySource].check()),
        ("timestamps", ports[StampSource].check()),
    ):
        if not warnings:
            yield Finding(name, ok=True, text="sẵn sàng")
        yield from (Finding(name, ok=None, text=warning) for warning in warnings)
    try:
        yield Finding("hsm", ok=True, text=ports[Hsm].describe() or "không dùng HSM")
    except HsmRefused as error:
        yield Finding("hsm", ok=False, text=error.sentence())


def _trust(node: Node) -> Iterator[Finding]:
    try:
        warnings = node.ports[TrustSource].check()
    except TrustUnreadable as error:
        yield Finding("trust", ok=False, text=trust_problem(error))
        return
    yield from (Finding("trust", ok=None, text=warning) for warning in warnings)
    if not warnings:
        yield Finding("trust", ok=True, text="sẵn sàng")


def _key_places(node: Node) -> Iterator[Finding]:
    """Where the keys of registered certificates are: whether an HSM elsewhere is lawful, the province decides."""
    with node.transactions.reading(SYSTEM) as reading:
        in_use = (Certificate.revoked_at.is_(None), Certificate.valid_to > reading.now)
        rows = reading.session.execute(
            select(Certificate.source, func.count(Certificate.person_id), func.count(Certificate.agency_id))
            .where(*in_use)
            .group_by(Certificate.source)
            .order_by(Certificate.source)
        ).all()
        ending = reading.session.scalar(
            select(func.count()).where(
                Certificate.revoked_at.is_(None),
                Certificate.valid_to > reading.now,
                Certificate.valid_to <= reading.now + _ENDS_SOON,
            )
        )
    held = "; ".join(f"{source}: {people} của người ký, {agencies} của cơ quan" for source, people, agencies in rows)
    yield Finding("key places", ok=bool(rows) or None, text=held or "chưa đăng ký chứng thư số nào")
    sealing = sum(agencies for source, _, agencies in rows if source == HSM)
    if sealing:
        yield Finding("key places", ok=None, text=_HSM_ADVICE.format(count=sealing))
    if ending:
        yield Finding("key places", ok=None, text=f"{ending} chứng thư số hết hạn trong {_ENDS_SOON.days} ngày tới")


def _alerts(reading: Reading) -> Iterator[Finding]:
    """The conditions that hold at this moment, measured now and not when the alerts were last looked at."""
    held = list(reading.ports[Conditions].held(measures(reading)))
    if not held:
        yield Finding("alerts", ok=True, text="không có cảnh báo")
    for condition, measure in held:
        subject = say(SUBJECTS.get(measure.subject, measure.subject))
        text = say(condition.sentence, subject=subject, figure=measure.figure)
        is_broken = condition.severity == Severity.BROKEN
        yield Finding("alerts", ok=False if is_broken else None, text=f"{text} {say(condition.advice)}")


_ENDS_SOON = timedelta(days=60)
_HSM_ADVICE = (
    "{count} khóa của cơ quan nằm trong HSM của máy chủ; đặt HSM ngoài trụ sở cơ quan có được không do tỉnh quyết định "
    "(Điều 32 Nghị định 30/2020/NĐ-CP)"
)
# A change is found within seconds; longer means that nobody runs the jobs, or that the index does not answer.
_INDEX_LAG = timedelta(minutes=1)


def _phone(node: Node) -> Iterator[Finding]:
    """Which signing service asks its people on their phones, and whether it answers and knows this node."""
    signer = node.ports[RemoteSigner]
    if not signer.is_configured:
        yield Finding("phone", ok=True, text="không dùng dịch vụ ký từ xa")
        return
    try:
        yield Finding("phone", ok=True, text=f"{signer.describe()}, chờ tối đa {signer.patience.seconds} giây")
    except RemoteFailed as error:
        yield Finding("phone", ok=False, text=f"{problem_sentence(error.code)} ({error.code})")


_QUESTIONS: dict[str, Callable[[Node], Iterator[Finding]]] = {
    "queue": _queue,
    "storage": _store,
    "files": _files,
    "retention": _retention,
    "search": _index,
    "converter": _converter,
    "sandbox": _sandbox,
    "carrier": _carrier,
    "keys": _keys,
    "trust": _trust,
    "mail": _mail,
    "phone": _phone,
    "key places": _key_places,
}


def _recount(reading: Reading) -> Finding:
    """Derive status and readers of every document from its facts, and compare with the kept copies."""
    wrong = []
    count = 0
    for document in reading.session.scalars(select(Document).order_by(Document.id)):
        count += 1
        steps = queries.steps(reading, document.id)
        wanted = readers_by_facts(reading, document, steps)
        kept = set(
            reading.session.scalars(select(DocumentReader.token).where(DocumentReader.document_id == document.id))
        )
        if derive(step.verb for step in steps) != document.status or kept != wanted:
            wrong.append(str(document.id))
    if wrong:
        return Finding("recount", ok=False, text=f"{len(wrong)}/{count} văn bản lệch: {', '.join(wrong[:5])}")
    return Finding("recount", ok=True, text=f"{count} văn bản khớp với sự kiện")
