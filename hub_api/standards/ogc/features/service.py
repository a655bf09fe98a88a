"""Pages of features and single ones, whatever their collection is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from psycopg import sql
from shapely import from_wkt
from shapely.geometry import shape

from hub_api.serving.hub import Hub
from hub_api.serving.parameters import Box
from hub_api.standards.ogc.cql2 import model
from hub_api.standards.ogc.cql2.statements import Areas, Condition
from hub_api.standards.ogc.features import observations, repository
from hub_api.standards.ogc.features.model import GEOMETRY, LATEST, THINGS, Collection
from hub_api.standards.ogc.features.question import Question
from hub_api.standards.ogc.features.repository import Extent, Json, Where
from hub_api.standards.ogc.parameters import Warned
from hub_api.standards.ogc.state import Ogc

WHOLE_DIGITS_MAX = 18
RELATIONS = {
    "s_intersects": "intersects",
    "s_within": "within",
    "s_disjoint": "disjoint",
    "s_equals": "equals",
    "s_contains": "contains",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Features, the key to go on from if there are more, how many fit in all if that is known, and what looks odd."""

    features: Sequence[Json]
    next_key: Sequence[object] | None = None
    count: int | None = None
    warned: Sequence[Warned] = field(default=())


async def read_page(hub: Hub, ogc: Ogc, asked: Question) -> Page:
    """One page of a collection."""
    if asked.is_void:
        return Page([], None, 0, asked.warned)
    if asked.collection.is_observations:
        features, key, warned = await observations.read_page(hub, ogc.settings, asked)
        is_whole = key is None and asked.after is None
        return Page(features, key, len(features) if is_whole else None, [*asked.warned, *warned])
    collection, where = asked.collection, await _where(hub, ogc, asked)
    behind = where
    if asked.after is not None:
        condition = Condition(await _areas_of(hub, ogc, collection))
        parts = await _parts(asked, condition)
        parts.append(repository.after_key(collection, asked.after, condition))
        behind = Where(sql.SQL(" AND ").join(parts), condition.values)
    rows = await repository.fetch_page(hub.database, collection, behind, asked.limit + 1)
    features = repository.features_of(collection, rows[: asked.limit])
    key = key_of(collection, features[-1]) if len(rows) > asked.limit else None
    if key is None and asked.after is None:
        return Page(features, None, len(features), asked.warned)
    count = await _count(hub, ogc, asked, where)
    return Page(features, key, count, asked.warned)


def key_of(collection: Collection, feature: Json) -> list[object]:
    """What orders a feature in its collection."""
    return [feature["id"] if name == "id" else feature["properties"][name] for name, _ in collection.key]


async def _where(hub: Hub, ogc: Ogc, asked: Question) -> Where:
    condition = Condition(await _areas_of(hub, ogc, asked.collection))
    parts = await _parts(asked, condition)
    return Where(sql.SQL(" AND ").join(parts), condition.values) if parts else repository.everything()


async def _parts(asked: Question, condition: Condition) -> list[sql.Composable]:
    parts: list[sql.Composable] = []
    if asked.filter is not None:
        parts.append(condition.of(asked.filter))
    if asked.window.start is not None or asked.window.end is not None:
        parts.append(repository.in_window(asked.collection, asked.window, condition))
    return parts


async def _count(hub: Hub, ogc: Ogc, asked: Question, where: Where) -> int | None:
    """How many fit, asked again after as long as a cache may keep live values."""
    key = (asked.collection.name, asked.filter, asked.window)
    known = ogc.counts.recall(key)
    if known is None:
        most = ogc.settings.count_features_max
        counted = await repository.fetch_count(hub.database, asked.collection, where, most)
        known = -1 if counted is None else counted
        ogc.counts.keep(key, known, hub.settings.live_cache_seconds)
    return None if known < 0 else known


async def read_one(hub: Hub, collection: Collection, identifier: str) -> Json | None:
    """The feature with this id, or None."""
    if "\0" in identifier:
        return None
    if collection.is_observations:
        return await observations.read_one(hub, identifier)
    value: object = identifier
    if collection.has_whole_ids:
        if not (identifier.isascii() and identifier.isdigit()) or len(identifier) > WHOLE_DIGITS_MAX:
            return None
        value = int(identifier)
    condition = Condition()
    bound = condition.bind(value, "int8" if collection.has_whole_ids else "text")
    where = Where(sql.SQL("feature.id = {}").format(bound), condition.values)
    rows = await repository.fetch_page(hub.database, collection, where, 1)
    found = repository.features_of(collection, rows)
    return found[0] if found else None


async def extent_of(hub: Hub, ogc: Ogc, collection: Collection) -> Extent:
    """Where and when a collection has something; looked up as often as the registry."""
    known = ogc.extents.recall(collection.name)
    if known is None:
        known = await _extent(hub, ogc, collection)
        ogc.extents.keep(collection.name, known, hub.settings.registry_cache_seconds)
    return known


async def _extent(hub: Hub, ogc: Ogc, collection: Collection) -> Extent:
    if collection.is_observations:
        box, _, _ = await extent_of(hub, ogc, THINGS)
        _, _, last = await repository.fetch_extent(hub.database, LATEST)
        return box, await repository.fetch_first_observation(hub.database), last
    if collection.geometry == "area":
        bounds = [area.bounds for area in (await _outlines(hub, ogc)).values()]
        if not bounds:
            return None, None, None
        west, south, east, north = zip(*bounds, strict=True)
        return Box(min(west), min(south), max(east), max(north)), None, None
    return await repository.fetch_extent(hub.database, collection)


async def _outlines(hub: Hub, ogc: Ogc) -> Mapping[str, Any]:
    known = ogc.areas.recall("all")
    if known is None:
        known = {code: shape(geometry) for code, geometry in await repository.fetch_areas(hub.database)}
        ogc.areas.keep("all", known, hub.settings.registry_cache_seconds)
    return known


async def _areas_of(hub: Hub, ogc: Ogc, collection: Collection) -> Areas | None:
    """How areas lie to a geometry, where the features of a collection are areas: there are few."""
    if collection.geometry != "area":
        return None
    outlines = await _outlines(hub, ogc)

    def lying(node: model.Spatial) -> list[str]:
        assert node.left.name == GEOMETRY
        other, relation = from_wkt(node.geometry), RELATIONS[node.relation]
        return [code for code, area in outlines.items() if getattr(area, relation)(other)]

    return lying


def written(features: Sequence[Json]) -> bytes:
    """Features as JSON; instants end in ``Z``."""
    return orjson.dumps(features, option=orjson.OPT_UTC_Z)
