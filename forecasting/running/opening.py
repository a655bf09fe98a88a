"""Which runner the settings ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from forecasting.running.model import Runner
from forecasting.running.processes import Inline, Processes
from forecasting.running.settings import DaskSettings, RunningSettings

log = structlog.get_logger()


@contextmanager
def open_runner(settings: RunningSettings, dask: DaskSettings, niceness: int = 0) -> Iterator[Runner]:
    """The cluster if one is named and answers, else processes of this machine; what runs at the end is ended."""
    runner = _cluster(dask) or (Processes(settings, niceness) if settings.processes else Inline())
    try:
        yield runner
    finally:
        runner.close()


def _cluster(dask: DaskSettings) -> Runner | None:
    if dask.scheduler is None:
        return None
    from forecasting.running.cluster import Cluster

    try:
        return Cluster.at(dask.scheduler, dask.connect_seconds_max)
    except (OSError, ValueError) as error:
        # A city without a cluster still wants its forecasts.
        log.warning("cluster_away", scheduler=dask.scheduler, reason=str(error).splitlines()[0])
        return None
