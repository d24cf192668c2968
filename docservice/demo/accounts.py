"""Accounts of the fictional people: one random password for all, kept in a file only its owner can read."""

import json
import os
from collections.abc import Callable
from secrets import choice

from sqlalchemy import select

from docservice.bootstrap import Node
from docservice.core.work import SYSTEM
from docservice.demo import people, showcase
from docservice.identity import accounts
from docservice.identity.models import Account

FILE = "demo.json"
# No letters or digits that are taken for one another when read aloud.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def prepare(node: Node, *, tell: Callable[[str], None]) -> None:
    """Make agencies, people, accounts and the documents that fill their screens; later starts find them there."""
    people.seed(node, keys=node.settings.path(node.settings.keys_dir))
    _open_accounts(node)
    showcase.play(node, tell=tell)


def account_lines(node: Node) -> list[str]:
    """Name, post and password of each, for the terminal."""
    known = json.loads((node.settings.base / FILE).read_text("utf-8"))
    lines = [
        f"  {seed.key:12} {seed.full_name}, {seed.title}, {agency.name}"
        for agency in people.AGENCIES
        for seed in agency.people
        if seed.same_as is None
    ]
    return [*lines, f"  mật khẩu chung: {known['password']}"]


def _open_accounts(node: Node) -> None:
    path = node.settings.base / FILE
    if not path.exists():
        password = "-".join("".join(choice(_LETTERS) for _ in range(4)) for _ in range(4))
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as out:
            json.dump({"password": password}, out)
    password = json.loads(path.read_text("utf-8"))["password"]
    with node.transactions.reading(SYSTEM) as reading:
        if reading.session.scalar(select(Account.person_id).where(Account.is_demo).limit(1)) is not None:
            return
    with node.transactions.work(SYSTEM) as work:
        for agency in people.AGENCIES:
            for seed in agency.people:
                person_id = people.actor(work, seed.key).person_id
                if seed.same_as is None and person_id is not None:
                    accounts.open_account(work, person_id=person_id, login=seed.key, password=password, is_demo=True)
