"""What this process counts, for Prometheus. Labels are names of routes, jobs and results: nobody's name, no id.

Several processes of one kind on one machine (web workers) write into one folder and any of them answers for all
(`share_figures`); others have a listener each.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_REGISTRY = CollectorRegistry()
# What the package chose when it was imported: values of one process, or of all that share a folder.
_IS_SHARED = values.ValueClass is not values.MutexValue

REQUESTS = Counter("docservice_requests", "Requests answered.", ["method", "route", "status"], registry=_REGISTRY)
REQUEST_SECONDS = Histogram(
    "docservice_request_seconds",
    "Time from the request to the last byte of its answer.",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30),
    registry=_REGISTRY,
)
JOBS = Counter("docservice_jobs_run", "Tries of jobs by their end.", ["name", "result"], registry=_REGISTRY)
JOB_SECONDS = Histogram(
    "docservice_job_seconds",
    "Time of one try of a job.",
    ["name"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300),
    registry=_REGISTRY,
)
JOB_LATE_SECONDS = Histogram(
    "docservice_job_late_seconds",
    "Time from when a job was due to when a try began.",
    buckets=(0.05, 0.1, 0.5, 1, 2, 5, 15, 30, 60, 300, 3600),
    registry=_REGISTRY,
)
SANDBOX = Counter(
    "docservice_sandbox_calls", "Calls of library functions in the fence.", ["function", "result"], registry=_REGISTRY
)
if not _IS_SHARED:
    ProcessCollector(registry=_REGISTRY)


def count_sandboxed(function: str, result: str) -> None:
    """A call in the fence, by its end: answered, refused (the library said no), unavailable, or a failure's code."""
    SANDBOX.labels(function, result).inc()


class Figures(Protocol):
    """What is read at the moment somebody asks (the database's figures, the ports' health)."""

    def collect(self) -> Iterable[Metric]: ...


def share_figures(folder: Path) -> None:
    """Let every process started from here on write into one folder, which is emptied first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left_over in folder.glob("*.db"):
        left_over.unlink()
    os.putenv(_SHARED, str(folder))  # for the children; this process counts for itself


def written(*more: Figures) -> bytes:
    """All figures in Prometheus' text format: this process's or, where they share a folder, those of all."""
    registry = _REGISTRY
    if _IS_SHARED:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the package leaves it untyped
    asked = CollectorRegistry(auto_describe=False)
    for figures in more:
        asked.register(figures)
    return generate_latest(registry) + generate_latest(asked)
