"""The composition root: settings become ports, ports become a node. Nobody else names a concrete class.

`LISTENERS` is the one table of who listens to which event; `PERIODIC` of what the clock starts.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from docservice.core.clock import Clock, SystemClock
from docservice.core.db import Database, DatabaseUnavailable, open_database
from docservice.core.errors import Conflict, Invalid
from docservice.core.hints import Hints
from docservice.core.intake import Intake
from docservice.core.logs import keep_secret
from docservice.core.metrics import count_sandboxed
from docservice.core.queue import ThreadQueue, open_queue
from docservice.core.runner import Runner
from docservice.core.sandbox import Sandbox
from docservice.core.words import N_
from docservice.core.work import Listener, Ports, Transactions
from docservice.documents import (
    copy_jobs,
    file_care,
    file_clearing,
    file_copies,
    first_reading,
    originals,
    register_keeping,
)
from docservice.documents import jobs as document_jobs
from docservice.documents.catalogue import Catalogue, read_catalogue
from docservice.documents.errors import FilesMisplaced, FilesUnavailable
from docservice.documents.events import (
    CallBackAsked,
    DocumentChanged,
    DocumentCompleted,
    DocumentDirected,
    DocumentRefused,
    DocumentRegistered,
    DocumentReleased,
    DocumentRendered,
    DocumentStarted,
    SentToPartner,
)
from docservice.exchange import examine as exchange_examine
from docservice.exchange import jobs as exchange_jobs
from docservice.exchange import service as exchange
from docservice.exchange.carrier import Carrier, FolderCarrier
from docservice.meetings import jobs as meeting_jobs
from docservice.migrations import migrate
from docservice.operations import alerts, backup_jobs, mail
from docservice.operations.backup import BackupPlan
from docservice.operations.backup_keys import recipients_of
from docservice.operations.conditions import Conditions, conditions
from docservice.operations.mail import Mail, MailUnavailable, open_mail
from docservice.operations.measures import Place
from docservice.records import jobs as record_jobs
from docservice.searching import indexing as search_indexing
from docservice.searching import saved as saved_searches
from docservice.settings import Settings
from docservice.signatures import jobs as signature_jobs
from docservice.signatures import journal_stamps, judging, lists, phone_jobs, preserving
from docservice.signatures.agent import FolderJobKey, JobKeys
from docservice.signatures.csc_signer import open_remote
from docservice.signatures.hsm import Hsm
from docservice.signatures.keys import FolderKeys, FolderTrust, KeySource, TrustSource
from docservice.signatures.remote import RemoteSigner
from docservice.signatures.stamps import StampSource, open_stamps
from docservice.workflow import service as workflow
from search import Index, IndexOutdated, IndexUnavailable, open_index
from signing.looking import SigningPolicy, policy_of
from storage import MasterKeys, StorageError, Store, StoreUnavailable, open_master_keys, open_store
from templates.convert import Converter, OfficePool
from templates.convert_socket import SocketConverter
from templates.families import written_families
from templates.papers import use_fonts

# Imported for the job functions they register.
JOB_MODULES = (
    document_jobs,
    file_care,
    file_clearing,
    file_copies,
    originals,
    register_keeping,
    record_jobs,
    first_reading,
    copy_jobs,
    signature_jobs,
    exchange_jobs,
    exchange_examine,
    meeting_jobs,
    journal_stamps,
    judging,
    lists,
    phone_jobs,
    preserving,
    alerts,
    mail,
    backup_jobs,
    saved_searches,
    search_indexing,
)

LISTENERS: Mapping[type[Any], Sequence[Listener]] = {
    DocumentChanged: (search_indexing.index_later,),
    DocumentRendered: (workflow.skip_missing_checks,),
    DocumentReleased: (exchange.send_parcels,),
    SentToPartner: (exchange.send_for_signature,),
    CallBackAsked: (exchange.ask_back,),
    DocumentRegistered: (exchange.report_registered,),
    DocumentRefused: (exchange.report_refused,),
    DocumentDirected: (exchange.report_directed,),
    DocumentStarted: (exchange.report_started,),
    DocumentCompleted: (exchange.report_completed,),
}

PERIODIC: Mapping[str, timedelta] = {
    file_care.CHECK: timedelta(hours=1),
    file_copies.COPY: timedelta(minutes=1),
    file_clearing.CLEAR: timedelta(days=1),
    register_keeping.KEEP: timedelta(hours=12),
    "exchange.collect_all": timedelta(seconds=30),
    "exchange.sweep_intake": timedelta(minutes=15),
    "operations.watch": timedelta(minutes=1),
    "operations.backup": timedelta(minutes=15),
    record_jobs.RETAIN: timedelta(days=1),
    "signatures.stamp_journal": timedelta(days=1),
    "signatures.preserve_due": timedelta(hours=1),
    "signatures.recheck_due": timedelta(hours=1),
    "signatures.fetch_lists": timedelta(hours=4),
    "searching.keep_index": timedelta(minutes=10),
}

# A server that is down, an index that has to be made anew first: no fault of the job that meets it.
OUTAGES = (DatabaseUnavailable, FilesUnavailable, IndexOutdated, IndexUnavailable, MailUnavailable, StoreUnavailable)

# What a sandboxed child imports before it is fenced in: everything a call might need later.
SANDBOX_PRELOAD = (
    "docservice.exchange.edxml",
    "signing.archive",
    "signing.gate",
    "signing.looking",
    "signing.rehearsal:rehearse",
    "signing.revisions",
    "templates.checker.mending",
    "templates.compare",
    "templates.copying",
    "templates.office",
    "templates.read",
    "templates.word",
)


@dataclass(frozen=True)
class Node:
    """One installation, ready to work."""

    settings: Settings
    transactions: Transactions
    runner: Runner
    ports: Ports
    database: Database
    closers: tuple[Callable[[], None], ...]

    @property
    def hints(self) -> Hints:
        """Who listens for changes in this process."""
        return self.transactions.hints

    def close(self) -> None:
        """Let go of every process, lock and connection this node opened."""
        for close in self.closers:
            close()


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    replace: Mapping[type[Any], object | Callable[[Any], object]] | None = None,
) -> Node:
    """Make a node and bring its schema up to date.

    `replace` puts another adapter in the place of a port (a fake in a test), or a function that wraps the
    adapter the settings name.
    """
    clock = clock or SystemClock()
    for secret in settings.secrets():
        keep_secret(secret)
    data = settings.base
    data.mkdir(mode=0o750, parents=True, exist_ok=True)
    _refuse_moved(settings)
    use_fonts(settings.fonts)
    database = open_settings_database(settings)
    migrate(database)
    adapters = _adapters(settings, clock)
    made: dict[type[Any], object] = {}
    closers: list[Callable[[], None]] = [database.close]
    for port, make in adapters.items():
        other = (replace or {}).get(port)
        if other is not None and not callable(other):
            made[port] = other
            continue
        own = make()
        closers += [own.close] if hasattr(own, "close") else []
        made[port] = other(own) if callable(other) else own
    ports = Ports(made)
    queue = open_queue(settings.queue_url, password=settings.secret(settings.queue_password_file))
    transactions = Transactions(database, clock=clock, ports=ports, queue=queue, listeners=LISTENERS)
    # With workers of their own nobody waits in this process, except who drains the table by hand.
    bell = queue if isinstance(queue, ThreadQueue) else ThreadQueue()
    runner = Runner(transactions, queue=bell, periodic=PERIODIC, outages=OUTAGES)
    closers.append(runner.close)
    if database.url.get_backend_name() == "sqlite":
        runner.take_over(data / "runner.lock")
    return Node(settings, transactions, runner, ports, database, tuple(reversed(closers)))


def _adapters(settings: Settings, clock: Clock) -> dict[type[Any], Callable[[], object]]:
    """Which adapter the settings name for each port; none is made before it is asked for."""
    keys = settings.path(settings.keys_dir)
    data = settings.base
    return {
        Store: lambda: open_settings_store(settings),
        file_care.FileCare: lambda: file_care.FileCare(
            open_settings_copies(settings), settings.file_check_days, sealed=bool(settings.storage_key_url)
        ),
        Index: lambda: open_index(
            settings.search_url, base=data, password=settings.secret(settings.search_password_file)
        ),
        Converter: lambda: open_converter(settings),
        Catalogue: lambda: read_catalogue(settings.path(settings.catalogue_file) if settings.catalogue_file else None),
        # Behind the fence nothing is read from the host: what the catalogue added is told there.
        Sandbox: lambda: Sandbox(
            size=settings.sandboxes,
            preload=(*SANDBOX_PRELOAD, f"templates.families:add_written:{written_families()}"),
            tell=count_sandboxed,
        ),
        Carrier: lambda: FolderCarrier(data / settings.carrier_url.removeprefix("folder:")),
        KeySource: lambda: FolderKeys(keys / "pkcs12"),
        Hsm: lambda: Hsm(settings.hsm_module),
        JobKeys: lambda: FolderJobKey(keys / "agent.key"),
        TrustSource: lambda: FolderTrust(settings.path(settings.trust_dir)),
        SigningPolicy: lambda: policy_of(settings.sign_refuses),
        RemoteSigner: lambda: open_remote(settings),
        StampSource: lambda: open_stamps(settings.tsa_url, keys=keys, clock=clock),
        Place: lambda: Place(
            data, settings.path(settings.tls_certificate_file) if settings.tls_certificate_file else None
        ),
        BackupPlan: lambda: _backup_plan(settings),
        Conditions: lambda: conditions(settings.path(settings.alerts_file) if settings.alerts_file else None),
        Mail: lambda: open_settings_mail(settings),
        Intake: lambda: Intake(data / "intake", limit_bytes=settings.intake_limit_mb * 1024 * 1024),
    }


class NodeMoved(Conflict):
    code = "node_moved"
    message = N_("Dữ liệu đã chuyển sang {to}; nơi cũ không dùng nữa. Xin đặt lại các thiết lập như tệp đã chuyển.")


MOVED = "moved.json"


def _refuse_moved(settings: Settings) -> None:
    """A node that was moved away (`docservice move`) is not opened by mistake: two would go on from one state."""
    mark = settings.base / MOVED
    if mark.is_file():
        facts = json.loads(mark.read_text("utf-8"))
        if facts["from"] == settings.database_url:
            raise NodeMoved(to=facts["to"])


class ConverterUnknown(Invalid):
    code = "converter_unknown"
    message = N_("CONVERT_URL phải là office: hoặc unix:ĐƯỜNG_DẪN.")


def open_converter(settings: Settings) -> Converter:
    """Our own office processes, or whoever listens on the socket the settings name; raises `ConverterUnknown`."""
    scheme, _, rest = settings.convert_url.partition(":")
    if scheme == "unix" and rest:
        return SocketConverter(settings.base / rest)
    if settings.convert_url != "office:":
        raise ConverterUnknown
    return office_pool(settings)


def office_pool(settings: Settings) -> OfficePool:
    """Office processes of this process's own, with the operator's fonts."""
    return OfficePool(size=settings.converters, fonts=settings.fonts)


def _backup_plan(settings: Settings) -> BackupPlan:
    keys = settings.path(settings.keys_dir)
    mail = settings.base / settings.carrier_url.removeprefix("folder:")
    return BackupPlan(
        place=settings.path(settings.backup_dir) if settings.backup_dir else None,
        recipients=tuple(recipients_of(settings.backup_recipient)) if settings.backup_recipient else (),
        keep=settings.backup_keep,
        every=timedelta(hours=settings.backup_hours),
        trees={"mail": mail} | ({"keys": keys} if settings.backup_keys else {}),
        naming_key=keys / "backup-names.key",
        settings=settings.model_dump(mode="json"),
    )


def open_settings_store(settings: Settings, url: str | None = None, password: str | None = None) -> Store:
    """The store the settings name, or another under the same master key; raises `FilesMisplaced`."""
    if url is None:
        url, password = settings.storage_url, settings.secret(settings.storage_password_file)
    try:
        return open_store(url, base=settings.base, password=password, masters=_masters(settings))
    except StorageError as error:
        raise FilesMisplaced(reason=error.code) from error


def open_settings_copies(settings: Settings) -> Store | None:
    """The store of second copies, where the settings name one."""
    if not settings.copy_url:
        return None
    return open_settings_store(settings, settings.copy_url, settings.secret(settings.copy_password_file))


def open_settings_mail(settings: Settings) -> Mail:
    """Who carries alerts; raises `MailUnknown`."""
    return open_mail(
        settings.mail_url,
        to=settings.mail_to,
        sender=settings.mail_from,
        password=settings.secret(settings.mail_password_file),
        page=f"{settings.public_url.rstrip('/')}/operations",
    )


def _masters(settings: Settings) -> MasterKeys | None:
    module = settings.path(settings.hsm_module) if settings.hsm_module else None
    pin = settings.secret(settings.storage_key_pin_file)
    return open_master_keys(settings.storage_key_url, base=settings.base, module=module, pin=pin)


def open_settings_database(settings: Settings) -> Database:
    """The database the settings name; its password comes from its file."""
    password = settings.secret(settings.database_password_file)
    return open_database(settings.database_url, base=settings.base, password=password)
