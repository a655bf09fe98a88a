"""Entities of a question: which kinds there are, pages, one entity, and entities over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, Final

from citycore.model import Quality
from hub_api.city.observations.archived import fetch_gone
from hub_api.city.observations.model import Reading
from hub_api.city.observations.rules import Position
from hub_api.city.observations.service import read_page
from hub_api.city.selection.service import select
from hub_api.serving.errors import UnknownName, invalid
from hub_api.serving.hub import Hub
from hub_api.serving.memory import Memory
from hub_api.standards.ngsi_ld.geometry import swapped
from hub_api.standards.ngsi_ld.model import Entity, Question, Span
from hub_api.standards.ngsi_ld.repository import (
    Series,
    count_entities,
    fetch_entities,
    fetch_kinds,
    fetch_measured,
    has_let_go,
)
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings
from hub_api.standards.ngsi_ld.statements import FIRST, LAST, Conditions
from hub_api.standards.ngsi_ld.vocabulary import type_of

Instants = dict[int, list[tuple[Any, ...]]]
#: Flags of what has a value.
OF_VALUES: Final = tuple(one for one in Quality if one is not Quality.MISSING)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of things with their entity types, and what the things of each type observe."""

    types: Mapping[str, str]
    codes: Mapping[str, Sequence[str]]

    def of(self, types: Sequence[str]) -> dict[str, str]:
        """Those of some types; of none given all."""
        return {kind: name for kind, name in self.types.items() if not types or name in types}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the entities, and whether they are counted."""

    limit: int
    offset: int = 0
    is_counted: bool = False
    #: Over which time, where that is asked.
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Page:
    entities: Sequence[Entity]
    has_more: bool
    count: int | None


class Entities:
    """One per application."""

    def __init__(self, settings: NgsiLdSettings) -> None:
        self.settings = settings
        self._kinds: Memory[str, Kinds] = Memory(1)

    async def kinds(self, hub: Hub) -> Kinds:
        known = self._kinds.recall("")
        if known is None:
            rows = await fetch_kinds(hub.database)
            types = {kind: type_of(kind, codes) for kind, codes in rows}
            codes: dict[str, set[str]] = {}
            for kind, some in rows:
                codes.setdefault(types[kind], set()).update(some)
            known = Kinds(types, {name: sorted(some) for name, some in sorted(codes.items())})
            self._kinds.keep("", known, self.settings.kinds_seconds)
        return known

    async def page(self, hub: Hub, question: Question, wanted: Wanted) -> Page:
        if wanted.offset > self.settings.offset_max:
            raise invalid("offset", "ngsi_ld_maximum", maximum=self.settings.offset_max)
        if wanted.limit == 0 and not wanted.is_counted:
            raise invalid("limit", "ngsi_ld_no_page")
        limit = wanted.limit
        kinds = (await self.kinds(hub)).of(question.types)
        conditions = Conditions(question, wanted.span)
        await self._check_there(hub, conditions, wanted.span)
        found = (
            await fetch_entities(hub.database, conditions, kinds, limit + 1, wanted.offset) if limit else []
        )
        count = await count_entities(hub.database, conditions, kinds) if wanted.is_counted else None
        return Page(found[:limit], len(found) > limit, count)

    @staticmethod
    async def _check_there(hub: Hub, conditions: Conditions, span: Span | None) -> None:
        """What has left the store cannot be asked for by its values, and must not seem to be none."""
        if span is None or not conditions.asks_span or not await hub.has_gone():
            return
        if await has_let_go(hub.database, span):
            raise invalid("q", "ngsi_ld_archived")

    async def is_swapped(self, hub: Hub, question: Question) -> bool:
        """Whether something would be found if latitude and longitude stood the other way round."""
        area = None if question.area is None else swapped(question.area)
        if area is None:
            return False
        kinds = (await self.kinds(hub)).of(question.types)
        return bool(await fetch_entities(hub.database, Conditions(Question(area=area)), kinds, 1, 0))

    async def one(self, hub: Hub, entity_id: str) -> Entity:
        """``UnknownName`` for an id that no thing has."""
        page = await self.page(hub, Question(ids=(entity_id,)), Wanted(1))
        if not page.entities:
            known = await fetch_entities(
                hub.database,
                Conditions(Question()),
                (await self.kinds(hub)).of(()),
                hub.settings.known_names_max,
                0,
            )
            raise UnknownName("entity", entity_id, [each.id for each in known])
        return page.entities[0]

    async def over_time(
        self, hub: Hub, entities: Sequence[Entity], attributes: Sequence[str], span: Span
    ) -> tuple[Instants, bool]:
        """Instants of the entities' datastreams, and whether some of them did not fit."""
        series = [
            one
            for entity in entities
            for one in entity.series
            if not attributes or one["observed_property"] in attributes
        ]
        if len(series) > self.settings.series_max:
            raise invalid("limit", "ngsi_ld_series", count=len(series), maximum=self.settings.series_max)
        rows = min(span.last or self.settings.instances_max, self.settings.instances_max)
        # One more shows whether something is left; of the last so many nothing more is asked for.
        wanted = rows if span.last == rows else rows + 1
        found = await self._read(hub, series, span, wanted)
        kept = {number: instants[:rows] for number, instants in found.items()}
        cut = [instants[-1][0] for number, instants in kept.items() if len(found[number]) > rows]
        if not cut:
            return kept, False
        # What is told ends at one instant for all, so that whoever goes on from there misses nothing of any.
        edge, is_back = (min(cut), False) if span.last is None else (max(cut), True)
        return {
            number: [one for one in instants if (one[0] >= edge if is_back else one[0] <= edge)]
            for number, instants in kept.items()
        }, True

    async def _read(self, hub: Hub, series: Sequence[Series], span: Span, rows: int) -> Instants:
        if not await hub.has_gone():
            return await fetch_measured(hub.database, series, span, rows)
        # Each datastream for itself: which parts of it are in the archive is looked up, and these are read there.
        stored, found = list[Series](), Instants()
        for one in series:
            reading = await reading_of(hub, one, span)
            if reading is not None and await fetch_gone(hub, hub.database, reading):
                found[one["datastream"]] = await _read_values(hub, one, reading, rows)
            else:
                stored.append(one)
        return found | await fetch_measured(hub.database, stored, span, rows)


async def reading_of(hub: Hub, one: Series, span: Span) -> Reading | None:
    """What is to be read of a datastream; None where it is no more."""
    selection = await select(hub, {"datastream": one["datastream"]}, is_one=True)
    if not selection.datastreams:
        return None
    return Reading(
        selection=selection,
        bucket="raw",
        series=one["result_type"],
        start=span.start,
        end=span.end,
        order="asc" if span.last is None else "desc",
        qualities=OF_VALUES if one["result_type"] == "measurement" else None,
    )


async def _read_values(hub: Hub, one: Series, reading: Reading, rows: int) -> list[tuple[Any, ...]]:
    """At most so many instants of a datastream that have a value."""
    found: list[tuple[Any, ...]] = []
    after: Position | None = None
    while len(found) < rows:
        page, _ = await read_page(hub, reading, after, rows)
        instants = (_instant(one, row) for row in page)
        found += [instant for instant in instants if instant[2] is None or isfinite(instant[2])]
        if len(page) < rows:
            break
        after = page[-1][0], one["datastream"]
    return found[:rows]


def _instant(one: Series, row: Sequence[Any]) -> tuple[Any, ...]:
    """From a row of a page of observations: instant, flag, number, text, longitude and latitude."""
    if one["result_type"] == "position":
        at, longitude, latitude, quality = row[:4]
        return at, quality, None, None, longitude, latitude
    at, result, quality = row[:3]
    is_number = one["result_type"] == "measurement"
    return at, quality, result if is_number else None, None if is_number else result, None, None


def _ceiling(moment: datetime) -> datetime:
    """The first whole second from an instant on."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


def content_range(found: Instants, span: Span) -> str:
    """What a temporal answer covers that does not hold all (6.3.10)."""
    times = [row[0] for instants in found.values() for row in instants]
    first = min(times, default=datetime.fromisoformat(FIRST))
    last = max(times, default=datetime.fromisoformat(LAST))
    ends, size = (span.start or first, last), "*"
    if span.last is not None:
        # The newest come first, from the end of what was asked for backwards: to the second that has all of them.
        ends, size = (span.end or last, _ceiling(first)), str(span.last)
    return "date-time {}-{}/{}".format(*(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in ends), size)
