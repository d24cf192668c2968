"""For whoever runs the node: traces, metrics, health, and jobs that are tried again, called off and brought back."""

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from docservice.bootstrap import Node
from docservice.core import outbox
from docservice.core.journal import JournalLine
from docservice.core.logs import JsonLines
from docservice.core.outbox import MAX_ATTEMPTS, Job
from docservice.core.work import SYSTEM
from docservice.web.app import create_app
from tests.node import Office
from tests.web.conftest import ADDRESS, HERE, Enter, Visitor

FAILS = "exchange.examine"


def figures(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def parked(office: Office) -> UUID:
    """A job that failed as often as it may."""
    with office.node.transactions.work(SYSTEM) as work:
        work.later(FAILS, item_id=uuid4())
    for _ in range(MAX_ATTEMPTS):
        office.node.runner.run_one()
        with office.node.transactions.database.writing() as session:
            (job,) = outbox.unfinished(session, most=9)
            job.run_at = office.clock.now()
    assert job.parked_at is not None
    return job.id


def job(office: Office, job_id: UUID) -> Job:
    with office.reading() as reading:
        return reading.session.get_one(Job, job_id)


def test_many_jobs_are_paged_what_is_parked_first(enter: Enter, office: Office, parked: UUID) -> None:
    with office.node.transactions.work(SYSTEM) as work:
        for number in range(70):
            work.later(FAILS, delay=timedelta(hours=1, minutes=number), item_id=uuid4())
    admin = enter("c.admin")
    first, second, beyond = (admin.get(f"/operations?page={page}").text for page in (1, 2, 9))
    assert [text.count(f">{FAILS}") for text in (first, second)] == [50, 21]
    assert f"/operations/jobs/{parked}/retry" in first
    assert f"/operations/jobs/{parked}/retry" not in second
    assert "Trang 1/2" in first
    assert "Trang 2/2" in second
    assert "Trang 2/2" in beyond
    assert admin.get("/operations?page=0").status_code == 422


def test_every_answer_names_its_trace_and_every_line_has_it(
    stranger: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(JsonLines())
    with caplog.at_level(logging.INFO, "docservice"):
        first, second = stranger.get("/sign-in"), stranger.get(f"/documents/{uuid4()}")
    traces = [answer.headers["X-Trace-Id"] for answer in (first, *second.history)]
    assert len(set(traces)) == len(traces)
    said = [json.loads(line) for line in caplog.text.splitlines()]
    lines = [line for line in said if line["message"] == "request"]
    assert [line["trace"] for line in lines][:2] == traces[:2]
    assert [line["route"] for line in lines] == ["/sign-in", "/documents/{document_id}", "/sign-in"]
    for line in lines:
        assert set(line) == {"at", "level", "logger", "message", "method", "route", "status", "ms", "trace"}


def test_a_request_s_jobs_carry_its_trace(enter: Enter, office: Office) -> None:
    document_id = office.draft()
    official = enter("c.official")
    answer = official.post(f"/documents/{document_id}/acts/submit", {"revision": "1"}, follow_redirects=False)
    with office.reading() as reading:
        jobs = outbox.unfinished(reading.session, most=9)
    assert "documents.render" in {job.name for job in jobs}
    assert {job.trace for job in jobs if job.name == "documents.render"} == {answer.headers["X-Trace-Id"]}
    # What a job promises in its turn still belongs to the click.
    office.drain()
    with office.reading() as reading:
        indexing = reading.session.query(Job).where(
            Job.name == "searching.index", Job.trace == answer.headers["X-Trace-Id"]
        )
        assert indexing.count() >= 1


def test_a_crash_shows_the_trace_and_no_detail(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(office.node)

    def fail() -> None:
        raise RuntimeError("bi-mat-cua-may")

    app.get("/fail")(fail)
    with TestClient(app, base_url=ADDRESS, client=HERE, raise_server_exceptions=False) as client:
        answer = client.get("/fail")
    assert answer.status_code == 500
    trace = answer.headers["X-Trace-Id"]
    assert trace in answer.text
    assert "bi-mat" not in answer.text
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert vars(line)["trace"] == trace
    # A page that refuses an ordinary mistake does not bother people with it.
    with TestClient(app, base_url=ADDRESS, client=HERE) as client:
        assert 'id="trace"' not in client.get("/no-such-page").text


def test_metrics_count_routes_by_their_template(stranger: Visitor) -> None:
    before = figures(stranger.get("/metrics").text)
    for _ in range(3):
        stranger.get(f"/documents/{uuid4()}", follow_redirects=False)
    stranger.get(f"/no/{uuid4()}")
    after = figures(stranger.get("/metrics").text)
    key = ("docservice_requests_total", ("GET", "/documents/{document_id}", "303"))
    assert after[key] - before.get(key, 0) == 3
    assert after["docservice_request_seconds_count", ("GET", "/documents/{document_id}")] >= 3
    unknown = ("docservice_requests_total", ("GET", "none", "404"))
    assert after[unknown] - before.get(unknown, 0) == 1
    assert after["docservice_figures_read", ()] == 1
    assert after["docservice_port_down", ("storage",)] == 0
    assert {name for name, _ in after} >= {
        "docservice_jobs_waiting", "docservice_jobs_parked", "docservice_jobs_late_seconds",
        "docservice_index_late_seconds", "docservice_disk_free_bytes", "docservice_certificate_days",
        "docservice_signings_unstamped", "docservice_intake_held", "docservice_job_seconds_count",
    }  # fmt: skip


def test_jobs_are_counted_by_name_and_result(office: Office, stranger: Visitor) -> None:
    def counts() -> dict[str, float]:
        found = figures(stranger.get("/metrics").text)
        return {labels[1]: value for (name, labels), value in found.items()
                if name == "docservice_jobs_run_total" and labels[0] == FAILS}  # fmt: skip

    before = counts()
    with office.node.transactions.work(SYSTEM) as work:
        work.later(FAILS, item_id=uuid4())
    office.node.runner.run_one()
    assert counts()["failed"] - before.get("failed", 0) == 1


def test_metrics_are_nobody_elses_business(app: Any, office: Office) -> None:
    with TestClient(app, base_url=ADDRESS, client=("10.0.0.9", 5000)) as elsewhere:
        assert elsewhere.get("/metrics").status_code == 404
    with TestClient(app, base_url=ADDRESS, client=HERE) as proxied:
        assert proxied.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404
    (office.node.settings.base / "token").write_text("ma-do-may", encoding="utf-8")
    settings = office.node.settings.model_copy(update={"metrics_token_file": office.node.settings.base / "token"})
    node = Node(
        settings, *(getattr(office.node, n) for n in ("transactions", "runner", "ports", "database", "closers"))
    )
    with TestClient(create_app(node), base_url=ADDRESS, client=("10.0.0.9", 5000)) as elsewhere:
        assert elsewhere.get("/metrics").status_code == 404
        assert elsewhere.get("/metrics", headers={"Authorization": "Bearer ma-do-ma"}).status_code == 404
        assert elsewhere.get("/metrics", headers={"Authorization": "Bearer ma-do-may"}).status_code == 200


def test_machines_that_watch_may_use_any_name(stranger: Visitor) -> None:
    for path in ("/health", "/ready"):
        assert stranger.get(path, headers={"Host": "web:8000"}).status_code == 200
    assert stranger.get("/metrics", headers={"Host": "web:8000"}).status_code == 404
    assert stranger.get("/sign-in", headers={"Host": "web:8000"}).status_code == 400


def test_alive_and_ready(stranger: Visitor) -> None:
    assert stranger.get("/health").json() == {"alive": True}
    answer = stranger.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "failing": []})


def test_a_parked_job_is_tried_again_called_off_and_brought_back(office: Office, enter: Enter, parked: UUID) -> None:
    admin = enter("c.admin")
    page = admin.get("/operations").text
    assert "Kiểm tra văn bản đến" in page
    assert "bị dừng" in page
    assert job(office, parked).last_error is not None
    assert "Đã hủy tác vụ" in admin.post(f"/operations/jobs/{parked}/cancel").text
    assert job(office, parked).cancelled_at is not None
    assert not office.node.runner.run_one(parked)
    assert admin.post(f"/operations/jobs/{parked}/cancel").status_code == 409
    assert admin.post(f"/operations/jobs/{parked}/retry").status_code == 409
    assert "Đã khôi phục" in admin.post(f"/operations/jobs/{parked}/restore").text
    assert job(office, parked).done_at is None
    assert office.node.runner.run_one(parked)
    assert "Tác vụ sẽ được chạy lại" in admin.post(f"/operations/jobs/{parked}/retry").text
    with office.reading() as reading:
        lines = reading.session.query(JournalLine).where(JournalLine.subject == str(parked)).order_by(JournalLine.seq)
        assert [line.verb for line in lines] == ["cancel_job", "restore_job", "retry_job"]
        assert json.loads(lines[0].details) == {"job": FAILS}


def test_the_page_tells_what_needs_somebody(enter: Enter, parked: UUID) -> None:
    page = enter("c.admin").get("/operations").text
    assert "1 tác vụ bị dừng sau nhiều lần lỗi." in page
    assert "Chưa có bản sao lưu nào." in page
    assert "Đĩa dữ liệu còn trống" in page
    assert enter("c.clerk").get("/operations").status_code == 403


def test_the_page_tells_that_nobody_watches(office: Office, enter: Enter) -> None:
    office.node.runner.enqueue("operations.watch")
    office.drain()
    assert "không ai trông coi hệ thống" not in enter("c.admin").get("/operations").text
    office.clock.move(timedelta(minutes=6))
    assert "không ai trông coi hệ thống" in enter("c.admin").get("/operations").text


def test_a_trial_mail_needs_somebody_to_go_to(enter: Enter) -> None:
    admin = enter("c.admin")
    assert "Cảnh báo chưa được gửi qua thư" in admin.get("/operations").text
    answer = admin.post("/operations/mail")
    assert answer.status_code == 422
    assert "MAIL_TO" in answer.text
    assert enter("c.clerk").post("/operations/mail").status_code == 403
