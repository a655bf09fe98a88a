"""Is the city all right? As claims, from its state and nothing else. Pure.

Looked at are air levels by district, means above what is recommended or allowed, roads against their usual speed, open alerts,
and silent sensors. "Normal" is said of
what was looked at and could be read; what could not is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from citycore.limits.model import Level
from dashboards.answers import Claim, Counted, Listed, Texts
from dashboards.model import Name


@dataclass(frozen=True, slots=True)
class District:
    """A district with the level of its worst station's air; ``value`` orders districts of one level."""

    name: Name
    level: Level
    value: float


@dataclass(frozen=True, slots=True)
class CityState:
    """What is looked at. ``slow`` are names of roads' sensors, the slowest first; ``unread`` keys under ``overview.unread``;
    ``above`` properties whose mean lies above its guideline or limit.
    """

    districts: Sequence[District]
    slow: Sequence[Name]
    alert_count: int
    silent: int
    total: int
    unread: Sequence[str] = ()
    above: Sequence[Name] = ()


def claims_of(city: CityState) -> list[Claim]:
    """What is unusual, the air first and said also when good; and that all else is normal, if anything reports at all."""
    if city.total == 0:
        return [Claim("answer.no_sensors")]
    claims = [*_air(city.districts)]
    if city.above:
        claims.append(Claim("overview.above", {"properties": Listed(tuple(city.above))}))
    if city.slow:
        claims.append(Claim("overview.slow", {"roads": Listed(tuple(city.slow))}))
    if city.alert_count:
        claims.append(Claim("overview.alerts", {"alerts": Counted("open_alerts", city.alert_count)}))
    if city.silent == city.total:
        return [*claims, Claim("overview.all_silent")]
    if city.silent:
        claims.append(Claim("overview.silent", {"sensors": Counted("overview.silent_sensors", city.silent)}))
    claims += [Claim(f"overview.unread.{area}") for area in city.unread]
    return [*claims, Claim("overview.else_normal" if claims else "overview.all_normal")]


def _air(districts: Sequence[District]) -> list[Claim]:
    """The worst level there is, and where; everywhere, where no district has a better one."""
    if not districts:
        return []
    rank = max(one.level.rank for one in districts)
    worst = sorted((one for one in districts if one.level.rank == rank), key=lambda one: -one.value)
    level = Texts(worst[0].level.name)
    if len(worst) == len(districts) > 1:
        return [Claim("overview.air_everywhere", {"level": level})]
    return [Claim("overview.air", {"level": level, "districts": Listed(tuple(one.name for one in worst))})]
