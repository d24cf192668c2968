"""Sentences for people: Vietnamese is the source text, English a complete catalogue.

The catalogue is read as it is written (`locales/en.po`), so no compiled file can lag behind it.
"""

from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a marked text
    """Mark a Vietnamese text for translation; returns it unchanged."""
    return message


@cache
def _english() -> dict[str, str]:
    with files("docservice").joinpath("locales/en.po").open("rb") as source:
        return {
            message.id: message.string
            for message in read_po(source, locale="en")
            if isinstance(message.id, str) and message.id and isinstance(message.string, str)
        }


def say(message: str, language: str = "vi", **values: object) -> str:
    """Fill a marked text in the wanted language (`vi` or `en`); a text without translation stays Vietnamese."""
    text = _english().get(message) or message if language == "en" else message
    return text.format(**values) if values else text
