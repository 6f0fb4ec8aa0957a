"""Figures for Prometheus. Routes, never paths: nothing in them belongs to one person."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from neoncard.kit.jobs import queries

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_registry = CollectorRegistry()

pages = Histogram(
    "neoncard_page_seconds",
    "Time to answer a page",
    ["method", "route", "status"],
    registry=_registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def seen(method: str | None, route: str, status: int, seconds: float) -> None:
    """Count a page. A method a stranger made up counts as "other", so that labels stay few."""
    pages.labels(method if method in METHODS else "other", route, status).observe(seconds)


class _Jobs(Collector):
    """Jobs by state and the age of the worker's last sign of life, read when asked. Three queries."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        jobs = GaugeMetricFamily("neoncard_jobs", "Jobs by state", labels=["state"])
        for state, count in queries.counts().items():
            jobs.add_metric([state], count)
        yield jobs
        yield GaugeMetricFamily("neoncard_jobs_overdue", "Due for 10 minutes", queries.overdue())
        pulse = queries.pulse()
        age = pulse.ago.total_seconds() if pulse else float("inf")
        yield GaugeMetricFamily("neoncard_worker_silent_seconds", "Since its last sign", age)


def text() -> bytes:
    """Everything, as Prometheus reads it."""
    return generate_latest(_registry)


_registry.register(_Jobs())
