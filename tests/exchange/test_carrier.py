import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docservice.exchange.carrier import Carrier, CarrierUnavailable, FolderCarrier, MemoryCarrier, MessageRefused

ROOT = Path(__file__).parents[2]
SMALL = 1000


@pytest.fixture(params=["folder", "memory"])
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> Carrier:
    if request.param == "folder":
        return FolderCarrier(tmp_path / "mail", limit_bytes=SMALL)
    return MemoryCarrier(limit_bytes=SMALL)


def contents(carrier: Carrier, code: str) -> list[bytes]:
    return [message.data for message in carrier.collect(code=code)]


# --- the contract, on every carrier


def test_a_message_reaches_its_agency_and_no_other(carrier: Carrier) -> None:
    before = datetime.now(UTC)
    carrier.send(to_code="H99", message_id="H99.71,2026/03/05,12/BC-UBND", data=b"<edXML/>")
    (message,) = carrier.collect(code="H99")
    assert message.data == b"<edXML/>"
    assert message.from_hint is None
    assert before - timedelta(seconds=2) <= message.arrived_at <= datetime.now(UTC)
    assert contents(carrier, "H99.71") == []
    assert contents(carrier, "h99") == []


def test_it_says_for_whom_something_waits(carrier: Carrier) -> None:
    codes = ["H99.1", "H99.2", "H99"]
    assert carrier.waiting(codes) == frozenset()
    carrier.send(to_code="H99.2", message_id="1", data=b"one")
    carrier.send(to_code="elsewhere", message_id="2", data=b"two")
    assert carrier.waiting(codes) == {"H99.2"}
    (message,) = carrier.collect(code="H99.2")
    assert carrier.waiting(codes) == {"H99.2"}
    carrier.fail(message.ref, "why not")
    assert carrier.waiting(codes) == frozenset()


def test_it_waits_until_it_is_done(carrier: Carrier) -> None:
    carrier.send(to_code="H99", message_id="1", data=b"one")
    (first,), (again,) = list(carrier.collect(code="H99")), list(carrier.collect(code="H99"))
    assert first == again
    carrier.done(first.ref)
    carrier.done(first.ref)
    assert contents(carrier, "H99") == []


def test_sending_twice_delivers_once_and_under_the_same_reference(carrier: Carrier) -> None:
    carrier.send(to_code="H99", message_id="1", data=b"one")
    carrier.send(to_code="H99", message_id="1", data=b"one")
    (message,) = carrier.collect(code="H99")
    carrier.done(message.ref)
    carrier.send(to_code="H99", message_id="1", data=b"one")
    assert [m.ref for m in carrier.collect(code="H99")] == [message.ref]


def test_other_bytes_under_the_same_id_are_not_dropped(carrier: Carrier) -> None:
    carrier.send(to_code="H99", message_id="1", data=b"one")
    carrier.send(to_code="H99", message_id="1", data=b"mended")
    assert sorted(contents(carrier, "H99")) == [b"mended", b"one"]


def test_the_oldest_comes_first(carrier: Carrier) -> None:
    sent = [f"{n}".encode() for n in range(5)]
    for data in sent:
        carrier.send(to_code="H99", message_id=data.decode(), data=data)
        time.sleep(0.01)
    assert contents(carrier, "H99") == sent


def test_what_failed_is_put_aside_and_counted(carrier: Carrier) -> None:
    for name in ("1", "2"):
        carrier.send(to_code="H99", message_id=name, data=name.encode())
    first, second = carrier.collect(code="H99")
    carrier.fail(first.ref, "không đọc được")
    carrier.fail(first.ref, "không đọc được")
    assert [m.ref for m in carrier.collect(code="H99")] == [second.ref]
    health = carrier.check()
    assert (health.waiting, health.failed, health.oldest_waiting) == (1, 1, second.arrived_at)
    assert health.ready
    assert "messages_put_aside" in health.warnings
    carrier.done(first.ref)
    assert carrier.check().failed == 1


def test_failing_what_is_done_changes_nothing(carrier: Carrier) -> None:
    carrier.send(to_code="H99", message_id="1", data=b"one")
    (message,) = carrier.collect(code="H99")
    carrier.done(message.ref)
    carrier.fail(message.ref, "too late")
    assert (carrier.check().waiting, carrier.check().failed) == (0, 0)


def test_one_mailbox_failing_leaves_the_other(carrier: Carrier) -> None:
    carrier.send(to_code="H99", message_id="1", data=b"one")
    carrier.send(to_code="H99.71", message_id="1", data=b"one")
    (message,) = carrier.collect(code="H99")
    carrier.done(message.ref)
    assert contents(carrier, "H99.71") == [b"one"]


@pytest.mark.parametrize(
    ("to_code", "message_id", "data", "code"),
    [
        (" ", "1", b"x", "address_missing"),
        ("H99", "", b"x", "address_missing"),
        ("H99", "1", b"", "message_empty"),
        ("H99", "1", b"x" * (SMALL + 1), "message_too_large"),
    ],
)
def test_what_can_never_be_carried_is_refused(
    carrier: Carrier, to_code: str, message_id: str, data: bytes, code: str
) -> None:
    with pytest.raises(MessageRefused) as refused:
        carrier.send(to_code=to_code, message_id=message_id, data=data)
    assert refused.value.code == code
    assert contents(carrier, "H99") == []


@pytest.mark.parametrize("ref", ["../../etc/passwd", "..", "x", "../" + "a" * 32 + "-" + "b" * 32, ""])
def test_a_reference_never_given_out_is_refused(carrier: Carrier, ref: str) -> None:
    acts: tuple[Callable[[str], None], ...] = (carrier.done, lambda ref: carrier.fail(ref, "why"))
    for act in acts:
        with pytest.raises(MessageRefused, match="ref_unknown"):
            act(ref)


def test_strange_codes_and_ids_stay_inside_their_mailbox(carrier: Carrier) -> None:
    codes = ["../../x", "H99/..", "H99\0", "....", "Đ99", "x" * 300, "H99:1", "H99 "]
    for code in codes:
        carrier.send(to_code=code, message_id="../" * 50 + code, data=code.encode())
    for code in codes:
        (message,) = carrier.collect(code=code)
        assert message.data == code.encode()
        assert len(message.ref) <= 130
        carrier.done(message.ref)


def test_many_senders_at_once_lose_and_repeat_nothing(carrier: Carrier) -> None:
    messages = [f"{n % 40}".encode() for n in range(120)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: carrier.send(to_code="H99", message_id=data.decode(), data=data), messages))
    assert sorted(contents(carrier, "H99")) == sorted(set(messages))


# --- the folder


def test_a_message_another_collector_took_is_passed_over(tmp_path: Path) -> None:
    carrier = FolderCarrier(tmp_path)
    for name in ("1", "2", "3"):
        carrier.send(to_code="H99", message_id=name, data=name.encode())
        time.sleep(0.01)
    first, second, third = carrier.collect(code="H99")
    collecting = carrier.collect(code="H99")
    assert next(collecting) == first
    FolderCarrier(tmp_path).done(second.ref)
    assert list(collecting) == [third]


def test_two_nodes_share_a_folder(tmp_path: Path) -> None:
    FolderCarrier(tmp_path).send(to_code="H99", message_id="1", data=b"one")
    (message,) = FolderCarrier(tmp_path).collect(code="H99")
    FolderCarrier(tmp_path).done(message.ref)
    assert contents(FolderCarrier(tmp_path), "H99") == []


def test_the_reason_lies_beside_what_failed(tmp_path: Path) -> None:
    carrier = FolderCarrier(tmp_path)
    carrier.send(to_code="H99", message_id="1", data=b"one")
    (message,) = carrier.collect(code="H99")
    carrier.fail(message.ref, "không đọc được")
    mailbox, _, name = message.ref.partition("/")
    aside = tmp_path / mailbox / "failed"
    assert (aside / name).read_bytes() == b"one"
    assert (aside / f"{name}.reason").read_text("utf-8") == "không đọc được"


def test_what_others_put_into_the_folder_is_put_aside(tmp_path: Path) -> None:
    carrier = FolderCarrier(tmp_path, limit_bytes=SMALL)
    carrier.send(to_code="H99", message_id="1", data=b"one")
    (message,) = carrier.collect(code="H99")
    mailbox, _, name = message.ref.partition("/")
    waiting = tmp_path / mailbox / "waiting"
    (waiting / name).write_bytes(b"changed")
    (waiting / f"{'a' * 32}-{'b' * 32}").write_bytes(b"x" * (SMALL + 1))
    (waiting / f"{'c' * 32}-{'d' * 32}").symlink_to("/etc/hostname")
    (waiting / "half-written.part").write_bytes(b"x")
    assert contents(carrier, "H99") == []
    assert (carrier.check().waiting, carrier.check().failed) == (0, 3)


def test_left_overs_of_killed_senders_go_after_a_day(tmp_path: Path) -> None:
    carrier = FolderCarrier(tmp_path)
    carrier.send(to_code="H99", message_id="1", data=b"one")
    (new,) = tmp_path.glob("*/new")
    (new / "fresh").write_bytes(b"half")
    (new / "old").write_bytes(b"half")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(new / "old", (two_days_ago, two_days_ago))
    assert contents(carrier, "H99") == [b"one"]
    assert [path.name for path in new.iterdir()] == ["fresh"]


def test_a_place_that_cannot_be_reached_says_so(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    carrier = FolderCarrier(tmp_path / "mail")
    with pytest.raises(CarrierUnavailable):
        carrier.send(to_code="H99", message_id="1", data=b"one")
    health = carrier.check()
    assert not health.ready
    assert health.warnings


SENDER = """
import sys
from pathlib import Path
from docservice.exchange.carrier import FolderCarrier
carrier = FolderCarrier(Path(sys.argv[1]))
for n in range(int(sys.argv[2]), 1_000_000):
    data = bytes([n % 251]) * 1_000_000
    carrier.send(to_code="H99", message_id=str(n), data=data)
    print(n, flush=True)
"""


@pytest.mark.crash
def test_a_sender_killed_at_any_point_leaves_whole_messages_only(tmp_path: Path) -> None:
    chance = random.Random(20260305)  # noqa: S311 - seeded on purpose
    acknowledged: list[int] = []
    for _ in range(5):
        start = acknowledged[-1] + 1 if acknowledged else 0
        with subprocess.Popen(
            [sys.executable, "-c", SENDER, str(tmp_path), str(start)], stdout=subprocess.PIPE, cwd=ROOT
        ) as sender:
            assert sender.stdout is not None
            acknowledged.append(int(sender.stdout.readline()))
            time.sleep(chance.uniform(0, 0.05))
            sender.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in sender.stdout.read().split()]
    collected = contents(FolderCarrier(tmp_path), "H99")
    assert all(data == data[:1] * 1_000_000 for data in collected)
    assert FolderCarrier(tmp_path).check().failed == 0
    sent = {hashlib.sha256(bytes([n % 251]) * 1_000_000).digest() for n in acknowledged}
    assert sent <= {hashlib.sha256(data).digest() for data in collected}
