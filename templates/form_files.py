"""The committed forms: which file a kind has. How they are made is told in `templates.forms`."""

from functools import cache
from importlib.resources import files

from templates.catalogue import ALL_KINDS, Kind

# Every kind that two agencies may issue has the same one.
JOINT_FORM = "1.4-joint"


@cache
def form_bytes(kind: str, *, joint: bool = False) -> bytes:
    """The committed form of a kind, alone or with another agency; kinds of one layout share it."""
    name = JOINT_FORM if joint else form_name(ALL_KINDS[kind])
    return files("templates").joinpath(f"forms/{name}.docx").read_bytes()


def form_name(kind: Kind) -> str:
    """The decree's number of the form, and what sets a layout apart from others of that number."""
    addressed = kind.form == "1.4" and any(field.name == "addressees" for field in kind.fields)
    if addressed:
        return f"{kind.form}-addressees"
    # Two forms that differ in nothing but the sentences of the kind.
    return "1.8" if kind.form == "1.10" else kind.form
