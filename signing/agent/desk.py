"""What stands between the agent and its person: one place where things are shown, asked and confirmed."""

import getpass
import sys
from typing import Protocol

from signing.agent.jobs import Job


class Desk(Protocol):
    """The agent's own window or terminal; never the browser."""

    def show_code(self, code: str) -> None:
        """Show the pairing code."""
        ...

    def confirm_pairing(self, origin: str, key: str) -> bool:
        """Show who wants to be paired and the fingerprint of its key; whether the person agrees."""
        ...

    def ask_pin(self, job: Job) -> str | None:
        """Show person, server and every number and title, and ask the token's PIN once; None refuses."""
        ...

    def say(self, code: str) -> None:
        """Tell the person what went wrong, by its code."""
        ...


_SAID = {
    "pin_wrong": "Sai mã PIN. Hệ thống không tự thử lại; hãy kiểm tra rồi ký lại.",
    "pin_locked": "Thiết bị đã bị khóa do nhập sai mã PIN nhiều lần; liên hệ nơi cấp để mở khóa.",
    "token_missing": "Không tìm thấy thiết bị ký số; hãy cắm thiết bị rồi ký lại.",
    "token_removed": "Thiết bị ký số đã bị rút; những văn bản chưa ký có thể ký tiếp.",
    "certificate_missing": "Thiết bị không có chứng thư số đã đăng ký.",
}


class Terminal:
    """A desk on the agent's terminal."""

    def show_code(self, code: str) -> None:
        self._write(f"Mã ghép nối (có hiệu lực 2 phút, nhập vào trang web): {code}")

    def confirm_pairing(self, origin: str, key: str) -> bool:
        self._write(f"Ghép nối với {origin}\nDấu vân tay khóa: {key}")
        return self._read("Đồng ý? (c/k): ").strip().lower() in {"c", "có", "co"}

    def ask_pin(self, job: Job) -> str | None:
        self._write(f"{job.origin}: {job.person} ký {len(job.items)} văn bản")
        for item in job.items:
            self._write(f"  {item.number}  {item.title}")
        return getpass.getpass("Mã PIN (để trống: không ký): ") or None

    def say(self, code: str) -> None:
        self._write(_SAID.get(code, f"Không ký được ({code})."))

    def _write(self, text: str) -> None:
        sys.stderr.write(text + "\n")

    def _read(self, question: str) -> str:
        sys.stderr.write(question)
        return sys.stdin.readline()
