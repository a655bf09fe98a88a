"""Which days are due, and which parts are old enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from ingest.archive.settings import OTHERS, ArchiveSettings
from ingest.bulk.model import Datastream

#: Under which what cannot be done is set aside.
JOB = "archive"


def due_parameters(now: datetime, settings: ArchiveSettings) -> dict[str, object]:
    """What decides at an instant whether a day is due, as the statements name it."""
    return {
        "job": JOB,
        "now": now,
        "closed_at": now - timedelta(seconds=settings.closed_after_seconds),
        "quiet_since": now - timedelta(seconds=settings.quiet_seconds),
        **ages(now, settings.keep_days),
    }


def ages(now: datetime, keep_days: Mapping[str, int]) -> dict[str, object]:
    """Up to when parts are old enough, by sector; ``others``: of the sectors that are not named, None for never."""
    named = {sector: days for sector, days in keep_days.items() if sector != OTHERS}
    others = keep_days.get(OTHERS)
    return {
        "sectors": list(named),
        "old_before": [now - timedelta(days=days) for days in named.values()],
        "others_old_before": None if others is None else now - timedelta(days=others),
    }


def by_sector(found: Sequence[tuple[str, Datastream]]) -> dict[str, tuple[Datastream, ...]]:
    """Datastreams, each with its sector, gathered; within a sector they stay in order."""
    grouped = groupby(sorted(found, key=lambda one: (one[0], one[1].number)), key=lambda one: one[0])
    return {sector: tuple(datastream for _, datastream in some) for sector, some in grouped}
