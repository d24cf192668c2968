"""The keys of backups (age): the public ones they are made for, and the identity file that opens them."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage

from docservice.core.errors import Invalid
from docservice.core.words import N_


class RecipientWrong(Invalid):
    code = "recipient_wrong"
    message = N_("Khóa công khai nhận bản sao lưu phải có dạng age1…; tạo bằng `docservice backup-key TỆP`.")


class IdentityUnreadable(Invalid):
    code = "identity_unreadable"
    message = N_("Tệp {name} không phải tệp khóa đọc được.")


def recipients_of(text: str) -> list[Any]:
    """The public keys of a setting, parted by commas; raises `RecipientWrong`, also for none."""
    try:
        found = [pyrage.x25519.Recipient.from_str(part.strip()) for part in text.split(",") if part.strip()]
    except pyrage.RecipientError as error:
        raise RecipientWrong from error
    if not found:
        raise RecipientWrong
    return found


def identities_in(file: Path) -> list[Any]:
    """The secret keys of an identity file as `age-keygen` writes it; raises `IdentityUnreadable`."""
    try:
        lines = file.read_text("utf-8").splitlines()
        found = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise IdentityUnreadable(name=file.name) from error
    if not found:
        raise IdentityUnreadable(name=file.name)
    return found


def make_identity(file: Path, *, now: datetime) -> str:
    """Write a new identity to a file nobody else reads, which must not be there yet; returns its public key."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(f"# created: {now.isoformat(timespec='seconds')}\n# public key: {public}\n{identity}\n")
    return public
