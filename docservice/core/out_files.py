"""Files that a command writes where the person asked for them."""

from pathlib import Path

from docservice.core.errors import Invalid
from docservice.core.words import N_


class PlaceUnwritable(Invalid):
    code = "place_unwritable"
    message = N_("Không ghi được vào “{place}”.")


def write(place: Path, data: bytes) -> None:
    """Write a file, making its folder; raises `PlaceUnwritable`."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    except OSError as error:
        raise PlaceUnwritable(place=str(place)) from error
