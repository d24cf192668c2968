"""`docservice backup` and `docservice backup-key`: a backup by hand, its verification, the keys it is made for."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from docservice.bootstrap import build
from docservice.core.errors import Conflict
from docservice.core.words import N_
from docservice.files import answered
from docservice.operations.backup import BackupPlan, back_up
from docservice.operations.backup_keys import identities_in, make_identity, recipients_of
from docservice.operations.vault import Vault
from docservice.operations.verifying import verify_snapshot
from docservice.settings import Settings


class IdentityThere(Conflict):
    code = "identity_there"
    message = N_("Tệp {name} đã có; khóa cũ còn cần để mở các bản sao lưu cũ, hãy đặt tên khác.")


def run_backup(settings: Settings, *, place: Path | None, recipient: str | None, keep: int | None) -> int:
    """Make a backup; 1 when some file of the node is not whole (the rest is backed up all the same)."""
    given = {"backup_dir": place, "backup_recipient": recipient, "backup_keep": keep}
    settings = settings.model_copy(update={name: value for name, value in given.items() if value is not None})
    # Which keys it is for is asked before anything is opened.
    recipients_of(settings.backup_recipient)
    node = build(settings)
    try:
        with answered():
            done = back_up(node.transactions, node.ports, node.ports[BackupPlan], tell=_progress)
    finally:
        node.close()
    snapshot = done.snapshot
    if snapshot is not None:
        sys.stdout.write(
            f"Bản {snapshot.name}: {snapshot.files} tệp, {snapshot.rows} dòng dữ liệu; "
            f"ghi thêm {done.added} đối tượng, {done.added_bytes / 2**20:.1f} MB.\n"
        )
    for problem in done.problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if done.problems else 0


def run_verify_backup(*, place: Path, identity: Path | None) -> int:
    """Every object of every snapshot as it was written; with the identity the newest is opened and read through."""
    vault = Vault(place)
    snapshots = vault.snapshots()
    for snapshot in snapshots:
        sys.stdout.write(f"{snapshot.name}: {snapshot.files} tệp, {snapshot.rows} dòng, {snapshot.objects} đối tượng\n")
    faults = list(vault.faults())
    if identity is not None and snapshots and not faults:
        faults += verify_snapshot(vault, snapshots[-1].name, identities_in(identity), tell=_progress)
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    read = "đã mở và đọc trọn bản mới nhất" if identity is not None else "chưa mở (không có --identity)"
    sys.stdout.write(f"{len(snapshots)} bản, {len(faults)} lỗi; {read}.\n")
    return 1 if faults or not snapshots else 0


def run_backup_key(file: Path) -> int:
    """Make the identity that opens backups; raises `IdentityThere`."""
    try:
        public = make_identity(file, now=datetime.now(UTC))
    except FileExistsError as error:
        raise IdentityThere(name=file.name) from error
    sys.stdout.write(f"Đã tạo {file}: cất tệp này NGOÀI máy chủ, mất nó là không mở được bản sao lưu nào.\n")
    sys.stdout.write(f"BACKUP_RECIPIENT={public}\n")
    return 0


def _progress(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
