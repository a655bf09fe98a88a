"""What is learned together, and when a study of it is due. Pure.

A family is the series of one property and one kind of origin: a simulated city teaches nothing about a measured one, and
a recording from elsewhere is a family with the others of its source. Large families are cut into panels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TypeVar
from zlib import crc32

from citycore.clock import CITY_ZONE, day_start
from forecasting.running.settings import ServingSettings

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Due:
    """A datastream whose forecast is to be issued now; ``panel`` is what it was studied in, if it was."""

    datastream_id: int
    family: str
    is_recorded: bool
    origin: datetime
    panel: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A series that can be forecast: the end of its newest hour, and what its last whole study has seen; ``has_gone`` says that
    a series it was studied with counts no more.
    """

    datastream_id: int
    family: str
    is_recorded: bool
    origin: datetime
    studied_at: datetime | None
    until: datetime | None
    has_gone: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some series of a panel. ``is_new``: nobody has studied them yet; ``half_of``: the panel that failed as a whole."""

    panel: str
    datastreams: tuple[int, ...]
    is_new: bool = False
    half_of: str | None = None

    def halves(self) -> tuple[Part, Part]:
        """Where the whole failed, to find out which series it is."""
        middle = len(self.datastreams) // 2
        whole = self.half_of or self.panel
        return (
            replace(self, panel=f"{self.panel}.0", datastreams=self.datastreams[:middle], half_of=whole),
            replace(self, panel=f"{self.panel}.1", datastreams=self.datastreams[middle:], half_of=whole),
        )


def parts_to_issue(due: Sequence[Due], settings: ServingSettings) -> list[Part]:
    """In the order of the most urgent series of each."""
    by_panel: dict[tuple[str, bool], list[int]] = {}
    for one in due:
        key = (common_of(one), True) if one.panel is None else (one.panel, False)
        by_panel.setdefault(key, []).append(one.datastream_id)
    found: list[Part] = []
    for (name, is_new), datastreams in by_panel.items():
        if is_new:
            found += [
                Part(f"{name}/new/{some[0]}", tuple(some), is_new=True)
                for some in _cut(sorted(datastreams), settings.panel_series_max)
            ]
        else:
            found.append(Part(name, tuple(sorted(datastreams))))
    return found


def parts_to_study(
    known: Iterable[Known], now: datetime, settings: ServingSettings, *, is_asked_for: bool = False
) -> list[Part]:
    """Panels whose study is due, or all if somebody asks: those that nobody has studied first (recordings before the city), then the oldest."""
    due: list[tuple[bool, bool, datetime, Part]] = []
    ordered = sorted(known, key=lambda one: (common_of(one), one.datastream_id))
    for common, members in groupby(ordered, key=common_of):
        for number, some in enumerate(_cut(list(members), settings.panel_series_max)):
            part = Part(f"{common}/{number}", tuple(one.datastream_id for one in some))
            if is_asked_for or is_study_due(part.panel, some, now, settings):
                studied = [one.studied_at for one in some if one.studied_at is not None]
                is_first = len(studied) < len(some)
                due.append((not is_first, not some[0].is_recorded, min(studied, default=now), part))
    return [part for *_, part in sorted(due, key=lambda one: one[:3])]


def is_study_due(panel: str, members: Sequence[Known], now: datetime, settings: ServingSettings) -> bool:
    """A series without a study, or one that counts no more, makes it due, not too often; a recording that has gone on; else the night."""
    studied = [one.studied_at for one in members if one.studied_at is not None]
    if len(studied) < len(members) or any(one.has_gone for one in members):
        pause = timedelta(seconds=settings.study_pause_seconds)
        return not studied or now - max(studied) >= pause
    if members[0].is_recorded:
        grown = timedelta(hours=settings.study_grown_hours)
        return any(one.until is not None and one.origin - one.until >= grown for one in members)
    return min(studied) < turn_of(panel, now, settings)


def common_of(one: Due | Known) -> str:
    """What a panel is cut from: a family, of recordings those that end on the same day."""
    return f"{one.family}/{one.origin:%Y%m%d}" if one.is_recorded else one.family


def turn_of(panel: str, now: datetime, settings: ServingSettings) -> datetime:
    """The newest instant at which it was the panel's turn: once a local night, spread over some hours by its name."""
    spread = timedelta(hours=settings.study_spread_hours) * (crc32(panel.encode()) / 2**32)
    offset = timedelta(hours=settings.study_from_hour) + spread
    day = now.astimezone(CITY_ZONE).date()
    tonight = day_start(day, CITY_ZONE) + offset
    return (tonight if tonight <= now else day_start(day - timedelta(days=1), CITY_ZONE) + offset).astimezone(
        UTC
    )


def _cut(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[first : first + size] for first in range(0, len(items), size)]
