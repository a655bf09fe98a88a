"""Which interval spacings show, and whether it stands against the one that was declared: pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.presence.settings import PresenceSettings

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
#: What devices are set to, in seconds.
NATURAL = (
    *(1, 2, 3, 5, 10, 15, 20, 30, 45),
    *(n * _MINUTE for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 45)),
    *(n * _HOUR for n in (1, 2, 3, 4, 6, 8, 12)),
    *(n * _DAY for n in (1, 7)),
)


def learned(times: Sequence[float], settings: PresenceSettings) -> int | None:
    """The interval of values at these instants (in seconds); None where there are too few or they are irregular."""
    if len(times) < settings.learn_values_min:
        return None
    ordered = sorted(times)
    spacings = [after - before for before, after in pairwise(ordered)]
    middle = median(spacings)
    nearest = min(NATURAL, key=lambda natural: abs(natural - middle))
    interval = nearest if abs(nearest - middle) <= settings.learn_snap_part * nearest else round(middle)
    if interval < 1:
        return None
    near = sum(abs(spacing - interval) <= settings.learn_snap_part * interval for spacing in spacings)
    return interval if near >= settings.learn_regular_part * len(spacings) else None


def contradicts(learned_seconds: int, declared_seconds: int, settings: PresenceSettings) -> bool:
    """Whether they differ so much that both cannot be true."""
    larger, smaller = (
        max(learned_seconds, declared_seconds),
        min(learned_seconds, declared_seconds),
    )
    return larger > settings.contradiction_factor * smaller


def decide(
    known: int | None,
    newest: Sequence[float],
    older: Sequence[float],
    settings: PresenceSettings,
) -> tuple[int, float] | None:
    """The interval that holds instead of the known one, and since when; None where the known one stays.

    Without a known one the newest values decide. A known one yields only to what both the newest values and those of
    long ago show, so an outage or a burst changes nothing.
    """
    now = learned(newest, settings)
    if now is None:
        return None
    if known is None:
        return now, min(newest)
    if not contradicts(now, known, settings) or learned(older, settings) != now:
        return None
    return now, min(older)
