"""Alerts: raised once, updated, cleared; limits as data; what the page and the doctor say is what holds now."""

from datetime import timedelta
from pathlib import Path

import pytest

from docservice.core.outbox import Job
from docservice.core.work import SYSTEM
from docservice.doctor import examine_node
from docservice.operations.alerts import cleared_alerts, compare, open_alerts
from docservice.operations.conditions import TABLE, AlertsUnreadable, conditions
from docservice.operations.measures import Measure, measures
from tests.node import Office


def look(office: Office, *found: Measure) -> list[tuple[str, str, float]]:
    with office.node.transactions.work(SYSTEM) as work:
        compare(work, found)
    with office.reading() as reading:
        return [(alert.code, alert.subject, alert.figure) for alert in open_alerts(reading)]


def test_an_alert_is_raised_once_updated_and_cleared(office: Office) -> None:
    assert look(office, Measure("disk_free_share", 0.5, "data")) == []
    assert look(office, Measure("disk_free_share", 0.09, "data")) == [("disk_low", "data", 0.09)]
    with office.reading() as reading:
        (first,) = open_alerts(reading)
    office.clock.move(timedelta(minutes=1))
    both = look(office, Measure("disk_free_share", 0.02, "data"))
    assert both == [("disk_low", "data", 0.02), ("disk_full", "data", 0.02)]
    with office.reading() as reading:
        assert open_alerts(reading)[0].raised_at == first.raised_at
    assert look(office, Measure("disk_free_share", 0.5, "data")) == []
    with office.reading() as reading:
        assert {alert.code for alert in cleared_alerts(reading, most=9)} == {"disk_low", "disk_full"}
    assert look(office, Measure("disk_free_share", 0.09, "data")) == [("disk_low", "data", 0.09)]


def test_each_subject_is_an_alert_of_its_own(office: Office) -> None:
    found = look(
        office, Measure("port_down", 1, "search"), Measure("port_down", 1, "queue"), Measure("port_down", 0, "x")
    )
    assert {subject for _, subject, _ in found} == {"search", "queue"}


def test_the_watch_measures_a_running_node(office: Office) -> None:
    with office.node.transactions.work(SYSTEM) as work:
        work.later("operations.watch")
    office.drain()
    with office.reading() as reading:
        assert {alert.code for alert in open_alerts(reading)} >= {"backup_missing"}
        codes = {measure.code for measure in measures(reading)}
    assert {"jobs_waiting", "index_late_seconds", "disk_free_bytes", "certificate_days", "intake_held"} <= codes
    # Whatever a condition looks at is something that is measured.
    elsewhere = {"port_down", "clock_seconds", "backup_age_hours"}
    assert {c.measure for c in TABLE} - codes <= elsewhere


def test_a_stamp_tells_how_far_the_clocks_are_apart(office: Office) -> None:
    with office.node.transactions.work(SYSTEM) as work:
        work.note("test", "x")
        work.later("signatures.stamp_journal")
    office.drain()
    with office.reading() as reading:
        found = {(m.code, m.subject): m.figure for m in measures(reading)}
    assert found["clock_seconds", "stamps"] < 2
    assert found["certificate_days", "stamps"] > 0


def test_the_doctor_names_what_holds_and_what_to_do(office: Office) -> None:
    with office.node.transactions.database.writing() as session:
        session.add(Job(id=office.post("c.leader"), name="x", ids={}, run_at=office.clock.now() - timedelta(hours=1),
                        created_at=office.clock.now(), attempts=0))  # fmt: skip
    (late,) = [f for f in examine_node(office.node, recount=False) if f.port == "alerts" and f.ok is False]
    assert "chưa ai chạy" in late.text
    assert "worker" in late.text


def test_a_watch_that_stands_still_is_named_though_no_job_waits(office: Office) -> None:
    def named() -> list[bool | None]:
        found = examine_node(office.node, recount=False)
        return [f.ok for f in found if f.port == "alerts" and "không ai trông coi" in f.text]

    office.node.runner.enqueue("operations.watch")
    office.drain()
    assert named() == []
    # The beat is dead: nothing is due, nothing is late.
    office.clock.move(timedelta(minutes=6))
    assert named() == [False]
    office.node.runner.enqueue("operations.watch")
    office.drain()
    assert named() == []
    with office.reading() as reading:
        raised = open_alerts(reading) + cleared_alerts(reading, most=9)
        assert "watch_late" not in {alert.code for alert in raised}, "whoever looks is not late"


def test_an_operators_limits_take_the_place_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text("[jobs_late]\nlimit = 600\n[backup_missing]\noff = true\n", encoding="utf-8")
    found = conditions(file)
    assert [c.limit for c in found.table if c.code == "jobs_late"] == [600]
    assert not [c for c in found.table if c.code == "backup_missing"]
    assert list(found.held([Measure("jobs_late_seconds", 500)])) == []
    for wrong in ("[no_such]\nlimit = 1", "[jobs_late]\nlimit = true", "[jobs_late]\nx = 1", "jobs_late = 3", "[["):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(AlertsUnreadable):
            conditions(file)


def test_every_alert_code_is_one_condition() -> None:
    assert len({c.code for c in TABLE}) == len(TABLE)
