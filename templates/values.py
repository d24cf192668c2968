"""Untrusted form values are read here, piece by piece; what is wrong is gathered, so that one answer names it all.

Text is normalised to NFC at entry: the same letters always give the same bytes, whatever keyboard they came from.
"""

import re
import unicodedata
from collections.abc import Mapping

from templates.errors import FormInvalid

MOST_LETTERS = 2_000_000
_MOST_NAMED = 20
# Latin letters that look like the Vietnamese Đ and đ, typed by foreign keyboards and old converters.
_LOOK_ALIKES = str.maketrans({"\u00d0": "\u0110", "\u0189": "\u0110", "\u00f0": "\u0111"})
# Signs without width that come along when text is copied from web pages.
_WIDTHLESS = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
# Controls, half surrogates, private and unassigned letters, and signs that turn the direction of writing.
_REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn"}


def normal(text: str) -> str:
    """NFC, Vietnamese Đ, no widthless signs."""
    return unicodedata.normalize("NFC", text.translate(_WIDTHLESS).translate(_LOOK_ALIKES))


class Gathering:
    """Reads values and remembers what is wrong with them, in the order of reading."""

    def __init__(self) -> None:
        self._wrong: list[tuple[str, str, dict[str, str | int]]] = []
        self._letters = 0

    def refuse(self, code: str, field: str, **params: str | int) -> None:
        """Remember that a field is wrong."""
        self._wrong.append((code, field, params))

    def finish(self) -> None:
        """Raise `FormInvalid` for what was refused: the first by its code, all by their names."""
        if not self._wrong:
            return
        code, field, params = self._wrong[0]
        named = ",".join(name for _, name, _ in self._wrong[:_MOST_NAMED])
        raise FormInvalid(code, field=field, count=len(self._wrong), fields=named, **params)

    def lines(self, value: object, field: str, *, longest: int) -> tuple[str, ...]:
        """The lines of a text that are not empty, blanks folded; none when it is refused."""
        if value is None:
            self.refuse("value_missing", field)
            return ()
        if not isinstance(value, str):
            self.refuse("value_wrong_type", field)
            return ()
        self._letters += len(value)
        if len(value) > longest or self._letters > MOST_LETTERS:
            self.refuse("value_too_long", field, limit=min(longest, MOST_LETTERS))
            return ()
        lines = tuple(line for line in (" ".join(part.split()) for part in normal(value).splitlines()) if line)
        if any(unicodedata.category(letter) in _REFUSED for line in lines for letter in line):
            self.refuse("value_control_character", field)
            return ()
        return lines

    def paragraphs(self, value: object, field: str, *, longest: int) -> tuple[str, ...]:
        """The lines of a text that must not be empty."""
        before = len(self._wrong)
        lines = self.lines(value, field, longest=longest)
        if not lines and len(self._wrong) == before:
            self.refuse("value_missing", field)
        return lines

    def line(self, value: object, field: str, *, longest: int, without: re.Pattern[str] | None = None) -> str:
        """A text of one line that must not be empty, even when what `without` finds is taken off."""
        before = len(self._wrong)
        text = " ".join(self.paragraphs(value, field, longest=longest))
        if without is not None:
            text = without.sub("", text)
        if not text and len(self._wrong) == before:
            self.refuse("value_missing", field)
        return text

    def items(self, value: object, field: str, *, most: int) -> list[object]:
        """The members of a list that is not empty."""
        if value is None or value == []:
            self.refuse("value_missing", field)
        elif not isinstance(value, list):
            self.refuse("value_wrong_type", field)
        elif len(value) > most:
            self.refuse("value_too_long", field, limit=most)
        else:
            return value
        return []

    def mapping(self, value: object, field: str, *, known: frozenset[str]) -> Mapping[str, object]:
        """An object whose names are all known."""
        if not isinstance(value, Mapping):
            self.refuse("value_wrong_type", field)
            return {}
        for name in value:
            if name not in known:
                self.refuse("field_unknown", f"{field}.{name}" if field else str(name))
        return value
