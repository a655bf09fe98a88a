"""Which roads are slower than usual: the last whole hour against the same hour of the weeks before. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from dashboards.settings import dashboard_settings

SETTINGS = dashboard_settings()
#: What a road's speed is observed as.
SPEED = "vehicle_speed"


def slower(now: Mapping[str, float], weeks: Sequence[Mapping[str, float]]) -> list[str]:
    """Things whose mean lies ``slower_share`` or more below the median of the weeks, the slowest by comparison first.

    Means are by thing, in one unit. What has too few weeks has no usual, and is not called slow.
    """
    shares: dict[str, float] = {}
    for thing, mean in now.items():
        before = [week[thing] for week in weeks if thing in week]
        usual = median(before) if len(before) >= SETTINGS.usual_weeks_min else 0.0
        if usual > 0 and mean <= usual * (1 - SETTINGS.slower_share):
            shares[thing] = mean / usual
    return sorted(shares, key=lambda thing: (shares[thing], thing))
