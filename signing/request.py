"""What is wanted of a signature, as frozen inputs in the standard's words."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Box:
    """A rectangle on a page: page from 0, lower left corner and size in PDF points (1/72 inch)."""

    page: int
    x: float
    y: float
    width: float
    height: float

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Lower left and upper right, as a PDF rectangle."""
        return self.x, self.y, self.x + self.width, self.y + self.height


class Level(StrEnum):
    """PAdES baseline levels (ETSI EN 319 142-1)."""

    B_B = "B-B"
    B_T = "B-T"


@dataclass(frozen=True)
class Appearance:
    """The picture a signature shows: a PNG with alpha, as large as the field's box lets it be, never distorted.

    `along` is where it lies in a box that is wider than it: from 0, at the left, to 1, at the right.
    """

    png: bytes
    along: float = 0.5


@dataclass(frozen=True)
class DrawnAppearance:
    """What a signature shows as a drawing: a PDF of one page, exactly as large as the field's box."""

    page: bytes


@dataclass(frozen=True)
class SignRequest:
    """One signature: into which field, at which level, with which appearance."""

    field: str
    level: Level
    appearance: Appearance | DrawnAppearance | None = None
    reason: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class TextSlot:
    """A whole line that is written after a signature: an empty read-only text field."""

    name: str
    box: Box


@dataclass(frozen=True)
class SignatureSlot:
    """A signature field; `leaves_open` are the fields that may still be filled after it, empty locks all.

    `label` is what viewers say of the field (/TU).
    """

    name: str
    box: Box | None
    leaves_open: tuple[str, ...] = ()
    label: str | None = None


@dataclass(frozen=True)
class TextValue:
    """What is written into a text slot: its value, and its picture as a one-page PDF of the slot's size."""

    value: str
    picture: bytes
