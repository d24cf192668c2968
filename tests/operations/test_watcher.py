"""Told even when nothing runs that could tell: by the figures at once, by the watcher's log and mail within minutes."""

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from docservice.bootstrap import Node, build
from docservice.core.clock import SetClock
from docservice.core.work import SYSTEM
from docservice.operations.alerts import open_alerts
from docservice.operations.figures import NodeFigures
from docservice.operations.mail import Mail
from docservice.operations.readiness import Readiness
from docservice.operations.vitals import Vitals
from docservice.operations.watcher import AGAIN, GOOD_LOOKS, Watcher
from docservice.settings import Settings
from scripts.local_servers import Place, Purpose, use
from scripts.local_servers.running import crash, restart
from tests.core.crew import wait_for
from tests.journeys.profile import OwnPostgres, OwnRedis
from tests.node import MORNING, Office
from tests.operations.test_mail import Box, mail_server
from tests.operations.test_mail import opened as mail_at

OUT = "HỎNG: không ai trông coi hệ thống, tác vụ nền không chạy"
OVER = "Đã hết: các tác vụ định kỳ lại chạy."


class Watched:
    """A node as a process of its pages sees it."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.readiness = Readiness(node.transactions, node.ports, patience=30, kept=0)
        vitals = Vitals(node.transactions, self.readiness)
        self.figures = NodeFigures(vitals)
        self.watcher = Watcher(node.transactions, vitals, lock=node.settings.base / "watcher.lock", every=0.05)

    def alerts(self) -> set[tuple[str, str]]:
        families = {family.name: family for family in self.figures.collect()}
        return {(s.labels["code"], s.labels["subject"]) for s in families["docservice_alert"].samples}

    def run_watch(self) -> None:
        self.node.runner.enqueue("operations.watch")
        self.node.runner.drain()

    def look(self, times: int) -> set[bool]:
        return {self.watcher.look() for _ in range(times)}

    def close(self) -> None:
        self.watcher.close()
        self.readiness.close()


def subjects(box: Box) -> list[str]:
    """Of the watcher's own mails; a job that is run again mails alerts of its own."""
    return [mail["Subject"] for mail in box.mails if mail["Message-ID"].startswith("<watcher.")]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The conditions that the watcher wrote."""
    own = [record for record in caplog.records if record.name == "docservice.operations.watcher"]
    return [record.alert for record in own if hasattr(record, "alert")]


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def mail(box: Box) -> Iterator[Mail]:
    with mail_server(box) as port:
        yield mail_at(port)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MORNING, step=timedelta(milliseconds=1))


@pytest.fixture
def alone(tmp_path: Path, mail: Mail, clock: SetClock) -> Iterator[Watched]:
    """Nobody runs this node's jobs: as a web process whose worker and beat are dead."""
    node = build(Settings(data_dir=tmp_path / "alone"), clock=clock, replace={Mail: mail})
    with closing(node), closing(Watched(node)) as seen:
        yield seen


def test_jobs_that_stand_still_are_told_past_the_jobs(
    alone: Watched, clock: SetClock, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    assert ("watch_late", "") not in alone.alerts()
    assert not alone.watcher.look()
    clock.move(timedelta(minutes=6))
    assert ("watch_late", "") in alone.alerts()
    with alone.node.transactions.reading(SYSTEM) as reading:
        assert open_alerts(reading) == [], "no job has raised any"
    with caplog.at_level(logging.ERROR):
        assert [alone.watcher.look() for _ in range(3)] == [True] * 3
    assert logged(caplog) == ["watch_late"]
    assert subjects(box) == [OUT]
    assert "Xem worker, beat" in box.mails[0].get_content()
    clock.move(AGAIN)
    alone.watcher.look()
    assert subjects(box) == [OUT, OUT]
    alone.run_watch()
    assert alone.look(GOOD_LOOKS) == {False}
    assert subjects(box) == [OUT, OUT, OVER]
    assert ("watch_late", "") not in alone.alerts()


def test_trouble_that_comes_and_goes_is_told_once_an_hour(
    alone: Watched, clock: SetClock, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        clock.move(timedelta(minutes=6))
        assert alone.look(2) == {True}
        alone.run_watch()
        assert alone.look(GOOD_LOOKS - 1) == {False}
    assert subjects(box) == [OUT], "a few good looks do not say that it is over"
    assert alone.look(1) == {False}
    assert subjects(box) == [OUT, OVER]
    clock.move(timedelta(minutes=6))
    assert alone.look(2) == {True}
    alone.run_watch()
    assert alone.look(GOOD_LOOKS) == {False}
    assert subjects(box) == [OUT, OVER], "nor does that it was over begin the hour anew"
    assert logged(caplog) == ["watch_late"]
    clock.move(AGAIN)
    assert alone.look(2) == {True}
    assert subjects(box) == [OUT, OVER, OUT]


def test_a_mail_that_was_not_taken_is_tried_again(
    alone: Watched, clock: SetClock, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    box.refuses = True
    clock.move(timedelta(minutes=6))
    assert alone.look(3) == {True}
    assert logged(caplog) == ["watch_late"], "logged once"
    box.refuses = False
    assert alone.look(2) == {True}
    assert subjects(box) == [OUT]
    box.refuses = True
    alone.run_watch()
    assert alone.look(GOOD_LOOKS) == {False}
    box.refuses = False
    assert alone.look(2) == {False}
    assert subjects(box) == [OUT, OVER]


def test_nothing_is_over_that_nobody_was_told_of(alone: Watched, clock: SetClock, box: Box) -> None:
    box.refuses = True
    clock.move(timedelta(minutes=6))
    assert alone.look(2) == {True}
    box.refuses = False
    alone.run_watch()
    assert alone.look(GOOD_LOOKS) == {False}
    assert subjects(box) == []


def test_figures_that_cannot_be_read_are_told_with_their_cause(
    tmp_path: Path, mail: Mail, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    node = build(Settings(data_dir=tmp_path, tls_certificate_file=tmp_path / "gone.pem"), replace={Mail: mail})
    with closing(node), closing(Watched(node)) as seen:
        assert seen.look(2) == {True}
    assert "Không đọc được số đo" in box.mails[0].get_content()
    assert "FileNotFoundError" in caplog.text
    assert "in _certificates" in caplog.text


def test_the_thread_goes_on_after_a_look_that_failed(
    alone: Watched, clock: SetClock, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    folder = alone.node.settings.base
    away = folder.rename(folder.with_name("away"))
    alone.watcher.start()
    wait_for(lambda: "a look of the watcher failed" in caplog.text)
    assert box.mails == []
    away.rename(folder)
    clock.move(timedelta(minutes=6))
    wait_for(lambda: subjects(box) == [OUT])


@pytest.mark.servers
@pytest.mark.parametrize("part", ["database", "queue"])
def test_a_server_that_is_killed_is_seen_and_told(part: str, tmp_path: Path, box: Box, mail: Mail) -> None:
    place = Place(Purpose.TEST)
    database, queue = OwnPostgres(place), OwnRedis(place)
    with use(database), use(queue), database.database() as url:
        settings = Settings(
            data_dir=tmp_path,
            database_url=url,
            queue_url=queue.settings()["QUEUE_URL"],
            queue_password_file=queue.password_file,
        )
        node = build(settings, replace={Mail: mail})
        with closing(node), closing(Watched(node)) as seen:
            assert not seen.watcher.look()
            server = {"database": database, "queue": queue}[part]
            crash(server)
            assert ("port_down", part) in seen.alerts()
            assert seen.watcher.look()
            assert box.mails == [], "it may just be restarted"
            assert seen.watcher.look()
            assert subjects(box) == [OUT]
            said = {"database": "cơ sở dữ liệu", "queue": "hàng đợi"}[part]
            assert f"“{said}” không trả lời" in box.mails[0].get_content()
            restart(server)
            wait_for(lambda: not seen.watcher.look())
            wait_for(lambda: not seen.watcher.look() and subjects(box) == [OUT, OVER])
            assert ("port_down", part) not in seen.alerts()


def test_one_process_of_all_watches(office: Office) -> None:
    with closing(Watched(office.node)) as first, closing(Watched(office.node)) as second:
        assert first.watcher.takes_over()
        assert first.watcher.takes_over()
        assert not second.watcher.takes_over()
        first.watcher.close()
        assert second.watcher.takes_over()
