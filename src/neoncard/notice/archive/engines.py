"""Where the work is done: in this process and its children, or on a Dask cluster. The results come in order."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from neoncard.notice.engine import compiling


class Engine(Protocol):
    """Does `work(one, *shared)` for each of some, a few ahead of what is asked for; results in order."""

    def run(self, work: Callable[..., Any], some: Iterable[Any], *shared: Any) -> Iterator[Any]:
        """The results, in the order of `some`."""
        ...


class Here:
    """One process: this one."""

    def run(self, work: Callable[..., Any], some: Iterable[Any], *shared: Any) -> Iterator[Any]:
        """The results, in order."""
        return (work(one, *shared) for one in some)


class Ahead:
    """Any executor with `submit`: twice as many units under way as there are workers."""

    def __init__(
        self, submit: Callable[..., Any], workers: int, share: Callable[[Any], Any]
    ) -> None:
        self._submit, self._workers, self._share = submit, workers, share

    def run(self, work: Callable[..., Any], some: Iterable[Any], *shared: Any) -> Iterator[Any]:
        """The results, in order."""
        given = [self._share(one) for one in shared]
        waiting: deque[Any] = deque()
        for one in some:
            waiting.append(self._submit(work, one, *given))
            if len(waiting) >= 2 * self._workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def local(workers: int) -> Iterator[Engine]:
    """A pool of processes on this machine; with one worker, this process. They compile nothing, each for itself."""
    compiling.wait()
    if workers <= 1:
        yield Here()
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield Ahead(pool.submit, workers, lambda one: one)


@contextmanager
def dask(workers: int, scheduler: str | None) -> Iterator[Engine]:
    """A Dask cluster: the scheduler at an address, or one of this machine's own processes."""
    import distributed

    client_of: Any = distributed.Client
    cluster_of: Any = distributed.LocalCluster
    if scheduler:
        with client_of(scheduler, set_as_default=False) as client:
            ready = max(1, len(client.scheduler_info()["workers"]))
            yield _on(client, ready)
        return
    with (
        cluster_of(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=40
        ) as cluster,
        client_of(cluster, set_as_default=False) as client,
    ):
        yield _on(client, workers)


def _on(client: Any, workers: int) -> Ahead:
    def submit(work: Callable[..., Any], *given: Any) -> Any:
        return client.submit(work, *given, pure=False)

    return Ahead(submit, workers, lambda one: client.scatter(one, broadcast=True))
