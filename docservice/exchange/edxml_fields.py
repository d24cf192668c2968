"""One value out of a tree: found by name and namespace, else by name alone, and every oddity noted.

The warnings gathered here travel with the message, so that an operator can tell a partner what its software does.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import IntEnum
from typing import TypeVar

from docservice.exchange.edxml_codes import DOCUMENT_ID_LENGTH, LENGTHS, ORGAN_ID_LENGTH, code_direction
from docservice.exchange.edxml_model import EdxmlInvalid
from docservice.exchange.edxml_text import read_date, read_time
from docservice.exchange.edxml_tree import Node

E = TypeVar("E", bound=IntEnum)

_TRUE, _FALSE = frozenset({"1", "true"}), frozenset({"0", "false"})


class Fields:
    """Reads values and remembers what was odd about them, each oddity once."""

    def __init__(self, warnings: tuple[str, ...]) -> None:
        self._warnings = dict.fromkeys(warnings)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(self._warnings)

    def warn(self, code: str, where: str = "") -> None:
        """Note an oddity as `code` or `code:where`."""
        self._warnings[f"{code}:{where}" if where else code] = None

    def children(self, node: Node | None, name: str) -> list[Node]:
        """The children of this name: the standard's own if there are any, otherwise whoever bears the name."""
        return self._preferred(child for child in (node.children if node else ()) if child.name == name)

    def anywhere(self, root: Node, name: str) -> list[Node]:
        """As `children`, at any depth: systems differ in what they nest where."""
        return self._preferred(node for node in root.walk() if node.name == name)

    def only(self, found: list[Node], name: str) -> Node | None:
        """The one node found; raises `EdxmlInvalid` (`element_repeated`), since readers would choose differently."""
        if len(found) > 1:
            raise EdxmlInvalid("element_repeated", element=name)
        return found[0] if found else None

    def child(self, node: Node | None, name: str) -> Node | None:
        return self.only(self.children(node, name), name)

    def text(self, node: Node | None, name: str, *, rule: str = "") -> str | None:
        """A child's text; None when it is missing, empty, or the word "null" some gateways write."""
        child = self.child(node, name)
        return self.value(child, rule=rule) if child else None

    def value(self, node: Node, *, rule: str = "") -> str | None:
        """A node's own text, as `text` reads it."""
        text = node.text
        if text.casefold() == "null":
            self.warn("null_text", node.name)
            return None
        limit = LENGTHS.lengths.get(rule or node.name)
        if limit is not None and len(text) > limit:
            self.warn("value_too_long", rule or node.name)
        return text or None

    def organ_id(self, node: Node | None, name: str = "OrganId") -> str | None:
        """An agency's code; raises `value_too_long`, since a cut code would be another agency's."""
        code = self.text(node, name)
        if code is None:
            return None
        if len(code) > ORGAN_ID_LENGTH:
            raise EdxmlInvalid("value_too_long", element=name, limit=ORGAN_ID_LENGTH, length=len(code))
        if code_direction(code) is None:
            self.warn("organ_id_unusual", code)
        return code

    def document_id(self, node: Node | None) -> str | None:
        """A document's id; raises `value_too_long`, since a cut id would be another document's."""
        found = self.text(node, "DocumentId")
        if found is not None and len(found) > DOCUMENT_ID_LENGTH:
            raise EdxmlInvalid("value_too_long", element="DocumentId", limit=DOCUMENT_ID_LENGTH, length=len(found))
        return found

    def number(self, node: Node | None, name: str) -> int | None:
        """A whole number, None with a warning for anything else."""
        text = self.text(node, name)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text):
            self.warn("value_unreadable", name)
            return None
        return int(text)

    def choice(self, node: Node | None, name: str, kind: type[E]) -> E | None:
        """A member of a closed list, None with a warning for a number not in it."""
        number = self.number(node, name)
        if number is None:
            return None
        try:
            return kind(number)
        except ValueError:
            self.warn("value_unknown", f"{name}={number}")
            return None

    def flag(self, node: Node | None, name: str) -> bool | None:
        text = (self.text(node, name) or "").casefold()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if text:
            self.warn("value_unreadable", name)
        return None

    def date(self, node: Node | None, name: str) -> date | None:
        """A day, None with a warning when it is none; other spellings than the standard's are noted."""
        text = self.text(node, name)
        found = read_date(text) if text else None
        if text and not found:
            self.warn("value_unreadable", name)
        elif found and not found[1]:
            self.warn("date_unusual", name)
        return found[0] if found else None

    def time(self, node: Node | None, name: str) -> datetime | None:
        """An instant in UTC, read as `date` is."""
        text = self.text(node, name)
        found = read_time(text) if text else None
        if text and not found:
            self.warn("value_unreadable", name)
        elif found and not found[1]:
            self.warn("date_unusual", name)
        return found[0] if found else None

    def texts(self, node: Node | None, name: str, *, rule: str = "") -> tuple[str, ...]:
        """The text of every child of this name that has any."""
        return tuple(text for child in self.children(node, name) if (text := self.value(child, rule=rule)))

    def _preferred(self, nodes: Iterator[Node]) -> list[Node]:
        found = list(nodes)
        standard = [node for node in found if node.standard]
        if found and not standard:
            self.warn("namespace_unusual")
        return standard or found
