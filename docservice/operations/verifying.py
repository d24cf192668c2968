"""Reading a backup through with its identity: what a restore would need is there and is what it says."""

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from docservice.operations.rows import Tell
from docservice.operations.vault import BackupDamaged, Vault, unpacked

_Open = Callable[[str], bytes]


def verify_snapshot(
    vault: Vault, name: str, identities: Sequence[Any], *, tell: Tell = lambda _line: None
) -> Iterator[str]:
    """What is wrong with a snapshot's tables, files and folders; raises `IdentityWrong`."""
    manifest = vault.manifest(name, identities)
    naming = vault.naming(b64decode(manifest["naming_key"]))

    def opened(one: str) -> bytes:
        return vault.open(one, identities)

    for table, facts in manifest["tables"].items():
        yield from _table_faults(table, facts, opened)
        tell(f"{table}: {facts['rows']} dòng")
    lists = [*manifest["files"]["lists"], *(one for names in manifest["trees"].values() for one in names)]
    contents = [line.decode().split()[0] for line in _lines(lists, opened)]
    for number, content in enumerate(contents, start=1):
        yield from _file_faults(content, naming(content), opened)
        if number % 500 == 0:
            tell(f"{number}/{len(contents)} tệp")


def _table_faults(table: str, facts: Mapping[str, Any], opened: _Open) -> Iterator[str]:
    digest, rows = sha256(), 0
    try:
        for line in _lines(facts["chunks"], opened):
            digest.update(line)
            rows += 1
    except BackupDamaged as error:
        yield f"{table}: {error.details['what']}"
        return
    if (rows, digest.hexdigest()) != (facts["rows"], facts["sha256"]):
        yield f"{table}: {rows}/{facts['rows']} dòng"


def _file_faults(content: str, name: str, opened: _Open) -> Iterator[str]:
    try:
        if sha256(opened(name)).hexdigest() != content:
            yield f"{content}: nội dung khác với tên"
    except BackupDamaged:
        yield f"{content}: không mở được"


def _lines(names: Sequence[str], opened: _Open) -> Iterator[bytes]:
    for one in names:
        yield from unpacked(opened(one)).splitlines(keepends=True)
