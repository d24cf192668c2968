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
from docservice.operations.watcher import AGAIN, Watcher
from docservice.settings import Settings
from scripts.local_servers import Place, Purpose, use
from scripts.local_servers.running import crash, restart
from tests.journeys.profile import OwnPostgres, OwnRedis
from tests.node import MORNING, Office
from tests.operations.test_mail import Box, mail_server
from tests.operations.test_mail import opened as mail_at

OUT = "HỎNG: không ai trông coi hệ thống, tác vụ nền không chạy"
OVER = "Đã hết: các tác vụ định kỳ lại chạy."


class Watched:
    """A node as a process of its pages sees it."""

    def __init__(self, node: Node) -> None:
        self.readiness = Readiness(node.transactions, node.ports, kept=0)
        vitals = Vitals(node.transactions, self.readiness)
        self.figures = NodeFigures(vitals)
        self.watcher = Watcher(node.transactions, vitals, lock=node.settings.base / "watcher.lock")

    def alerts(self) -> set[tuple[str, str]]:
        families = {family.name: family for family in self.figures.collect()}
        return {(s.labels["code"], s.labels["subject"]) for s in families["docservice_alert"].samples}

    def close(self) -> None:
        self.readiness.close()
        self.watcher.close()


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def mail(box: Box) -> Iterator[Mail]:
    with mail_server(box) as port:
        yield mail_at(port)


def test_jobs_that_stand_still_are_told_past_the_jobs(
    tmp_path: Path, box: Box, mail: Mail, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SetClock(MORNING, step=timedelta(milliseconds=1))
    # Nobody runs this node's jobs: as a web process whose worker and beat are dead.
    alone = build(Settings(data_dir=tmp_path / "alone"), clock=clock, replace={Mail: mail})
    with closing(alone), closing(Watched(alone)) as seen:
        assert ("watch_late", "") not in seen.alerts()
        assert not seen.watcher.look()
        clock.move(timedelta(minutes=6))
        assert ("watch_late", "") in seen.alerts()
        with alone.transactions.reading(SYSTEM) as reading:
            assert open_alerts(reading) == [], "no job has raised any"
        with caplog.at_level(logging.ERROR):
            assert [seen.watcher.look() for _ in range(3)] == [True] * 3
        assert [record.alert for record in caplog.records if hasattr(record, "alert")] == ["watch_late"]
        assert [mail["Subject"] for mail in box.mails] == [OUT]
        assert "Xem worker, beat" in box.mails[0].get_content()
        clock.move(AGAIN)
        seen.watcher.look()
        assert [mail["Subject"] for mail in box.mails] == [OUT, OUT]
        alone.runner.enqueue("operations.watch")
        alone.runner.drain()
        assert not seen.watcher.look()
        assert box.mails[-1]["Subject"] == OVER
        assert ("watch_late", "") not in seen.alerts()


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
            assert [mail["Subject"] for mail in box.mails] == [OUT]
            said = {"database": "cơ sở dữ liệu", "queue": "hàng đợi"}[part]
            assert f"“{said}” không trả lời" in box.mails[0].get_content()
            restart(server)
            assert not seen.watcher.look()
            assert box.mails[-1]["Subject"] == OVER
            assert ("port_down", part) not in seen.alerts()


def test_one_process_of_all_watches(office: Office) -> None:
    with closing(Watched(office.node)) as first, closing(Watched(office.node)) as second:
        assert first.watcher.takes_over()
        assert first.watcher.takes_over()
        assert not second.watcher.takes_over()
        first.watcher.close()
        assert second.watcher.takes_over()
