"""What is counted for whoever runs the broker, and the text a Prometheus server reads.

Decides the numbers and their labels. INVARIANT: a label's value is one of a closed list (an address's pattern, a
method, a class of answers, a step of the door), never a person, a key, an organisation or anything that was sent.
Each process counts for itself; where `PROMETHEUS_MULTIPROC_DIR` is set the text adds all of them up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from broker.errors import BrokerError
from broker.usecases.backlog import read_backlog
from broker.usecases.world import World

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
NO_ROUTE: Final = "none"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_REQUESTS: Final = Counter(
    "broker_requests", "Requests answered, by the pattern of the address.", ("route", "method", "status")
)
_REFUSED: Final = Counter("broker_refusals", "Requests that the signed door refused, by its step.", ("step",))
_SECONDS: Final = Histogram(
    "broker_request_seconds", "From a request's head to its answer.", ("route",), buckets=_BOUNDS
)


def method_word(method: str) -> str:
    """The method where it is one that anybody knows: whoever asks may spell it as they like."""
    return method if method in _METHODS else "other"


def count_answer(route: str, method: str, status: int, seconds: float) -> None:
    """Counts one answer; `route` is a pattern or NO_ROUTE, `method` one of `method_word`."""
    _REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    _SECONDS.labels(route).observe(seconds)


def count_refusal(step: str) -> None:
    """Counts one refusal at the door."""
    _REFUSED.labels(step).inc()


class _BacklogCollector(Collector):
    """Reads what waits when it is asked for; a database that is away leaves the two out, and says so."""

    def __init__(self, world: World) -> None:
        self._world = world

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        up = GaugeMetricFamily("broker_database_up", "Whether the database answered.")
        try:
            found = read_backlog(self._world)
        except BrokerError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        entries = GaugeMetricFamily("broker_log_entries_waiting", "Committed entries not yet in the tree.")
        entries.add_metric((), found.entries)
        yield entries
        notices = GaugeMetricFamily("broker_notices_waiting", "Notices that are due and not closed.")
        notices.add_metric((), found.notices)
        yield notices


def metrics_text(world: World) -> bytes:
    """Everything that is counted, of every process."""
    registry = CollectorRegistry()
    registry.register(_BacklogCollector(world))
    if folder := os.environ.get(FOLDER):
        registry.register(_every_process(folder))
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)


def _every_process(folder: str) -> Collector:
    collector: Collector = MultiProcessCollector(None, folder)  # type: ignore[no-untyped-call]
    return collector
