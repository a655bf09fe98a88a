"""The data that a challenge links: by name, how fresh, and the requests that fetch them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from citycore.clock import CITY_ZONE
from citycore.errors import StoreUnavailable
from citycore.language import Language
from citycore.model import SourceKind
from citycore.store.queries import load_queries
from hackathon.contest.challenges.model import Named
from hub_api.city.status.model import FeedState
from hub_api.city.status.rules import state_by_counts
from hub_api.city.status.settings import StatusSettings
from hub_api.serving.database import Row
from hub_api.serving.errors import QueryTooLong, TooManyRequests
from hub_api.serving.hub import Hub

QUERIES = load_queries("hub_api.programme.contest.challenges")


@dataclass(frozen=True, slots=True)
class Linked:
    """``noun`` is dataset or thing; ``state`` is None while nobody can tell, or where nothing is measured."""

    noun: str
    code: str
    name_en: str
    name_ar: str
    state: FeedState | None = None
    newest_at: datetime | None = None

    def name(self, language: Language) -> str:
        return self.name_ar if language == "ar" else self.name_en

    @property
    def url(self) -> str:
        return f"/v1/{self.noun}s/{quote(self.code, safe='')}"

    @property
    def latest_url(self) -> str:
        """Its newest values."""
        parameter = "source" if self.noun == "dataset" else "thing"
        return f"/v1/latest?{parameter}={quote(self.code, safe='')}&limit=10"


async def linked_data(
    hub: Hub, limits: StatusSettings, datasets: Sequence[str], things: Sequence[str]
) -> list[Linked]:
    """In the order of the challenge, datasets first; by their codes alone while the database is away."""
    bare = [Linked("dataset", code, code, code) for code in datasets]
    bare += [Linked("thing", code, code, code) for code in things]
    if not bare:
        return []
    parameters = {
        "datasets": list(datasets),
        "things": list(things),
        "now": hub.clock(),
        "late": limits.late_intervals,
        "silent": limits.silent_intervals,
        "interval": limits.interval_seconds_default,
    }
    try:
        rows = await hub.database.fetch(QUERIES["linked"], parameters)
    except (StoreUnavailable, QueryTooLong, TooManyRequests):
        return bare
    found = {(one.noun, one.code): one for one in map(_linked, rows)}
    return [found.get((one.noun, one.code), one) for one in bare]


async def city_first(hub: Hub, datasets: Sequence[Named]) -> tuple[list[Named], list[Named]]:
    """The city's own datasets, and those that were recorded elsewhere; all count as its own while nobody can tell."""
    parameters = {"datasets": [one.code for one in datasets], "city_zone": CITY_ZONE.key}
    try:
        rows = await hub.database.fetch(QUERIES["elsewhere"], parameters)
    except (StoreUnavailable, QueryTooLong, TooManyRequests):
        rows = []
    elsewhere = {code for (code,) in rows}
    return (
        [one for one in datasets if one.code not in elsewhere],
        [one for one in datasets if one.code in elsewhere],
    )


def _linked(row: Row) -> Linked:
    noun, code, name_en, name_ar, kind, datastreams, fresh, late, never, newest_at = row
    state = (
        state_by_counts(SourceKind(kind), datastreams, fresh=fresh, late=late, never=never)
        if datastreams
        else None
    )
    return Linked(noun, code, name_en, name_ar, state, newest_at)
