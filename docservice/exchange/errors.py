"""What exchange refuses."""

from docservice.core.errors import NotFound
from docservice.core.words import N_


class NothingHeld(NotFound):
    code = "nothing_held"
    message = N_("Không có gói tin nào đang bị giữ với mã này.")
