"""OGC API and NGSI-LD over a history of several chunks, part of it archived and part of it late: answers are those of Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from citycore.archive.place import Place
from citycore.archive.settings import ArchivePlaceSettings
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.registry import register
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings
from hub_api.standards.ogc.settings import OgcSettings
from stack.postgres import PrivatePostgres
from tests.conftest import Template
from tests.hub_api.conftest import START, Api, City, open_city, standing
from tests.hub_api.test_archive import Scene, prepare

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OGC, TEMPORAL = "/ogc/collections/observations", "/ngsi-ld/v1/temporal/entities"
#: What one answer of each standard may have here: little, so that pages end.
ANSWER_ROWS, SCAN_ROWS, VALUES, INSTANCES = 120, 150, 900, 25
PLACES = {f"hist-{number}": (58.2 + number / 50, 23.6) for number in range(5)}
FIXED = ("air-01", "weather-01", "hist-sky", *PLACES)
THINGS = (*FIXED, "bus-01", "hist-bus")
PROPERTIES = ("pm2_5", "pm10", "weather", "location")
PAGES_MAX = 4
MISSING = 9
ENTITY_OF = {
    **{thing: f"urn:ngsi-ld:AirQualityObserved:{thing}" for thing in ("air-01", *PLACES)},
    **{thing: f"urn:ngsi-ld:WeatherObserved:{thing}" for thing in ("weather-01", "hist-sky")},
    **{thing: f"urn:ngsi-ld:Vehicle:{thing}" for thing in ("bus-01", "hist-bus")},
}

Value = float | str | list[float] | None


@dataclass(frozen=True, slots=True)
class Row:
    datastream: int
    thing: str
    observed_property: str
    time: datetime
    value: Value
    quality: int

    @property
    def id(self) -> str:
        return f"{self.datastream}-{(self.time - EPOCH) // timedelta(microseconds=1)}"

    @property
    def number(self) -> float | None:
        """What a comparison with a number has of it: of what is missing nothing."""
        if isinstance(self.value, float) and isfinite(self.value) and self.quality < MISSING:
            return self.value
        return None

    @property
    def is_told(self) -> bool:
        """Whether it has a value by NGSI-LD, which has no null."""
        if self.observed_property in {"weather", "location"}:
            return self.value is not None
        return self.number is not None


@dataclass(frozen=True, slots=True)
class History:
    city: City
    api: Api
    rows: Sequence[Row]


@pytest.fixture(scope="module")
def history(
    postgres: PrivatePostgres,
    city_template: Template[dict[str, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[History]:
    folder: Path = tmp_path_factory.mktemp("archive")
    place = ArchivePlaceSettings(url=SecretStr((folder / "archive").as_uri()), answer_rows_max=ANSWER_ROWS)
    bounds = {
        "archive": place,
        "ogc": OgcSettings(scan_rows_max=SCAN_ROWS, values_max=VALUES),
        "ngsi_ld": NgsiLdSettings(instances_max=INSTANCES),
    }
    with open_city(postgres, city_template) as city, standing(city, **bounds) as api:
        add_things(city)
        scene = Scene(city, api, Place(place), folder)
        prepare(scene)
        before = rows_of(city)
        assert scene.archive(keep_days=5).let_go > 0
        stored = {one.id for one in rows_of(city)}
        archived = [one for one in before if one.id not in stored]
        assert len(archived) > 4 * ANSWER_ROWS
        assert len(stored) > 4 * ANSWER_ROWS
        add_late(city, archived)
        known = {one.id for one in before}
        late = [one for one in rows_of(city) if one.id not in known]
        assert len(late) > 20
        yield History(city, api, [*before, *late])


def add_things(city: City) -> None:
    """Things of another source with flags of all kinds, some three months old, and values that are no numbers."""
    air = tuple(DatastreamDescription(observed_property=code) for code in ("pm2_5", "pm10"))
    things = [
        ThingDescription(
            code=code,
            kind="air_quality_station",
            name_en=code,
            name_ar="محطة",
            longitude=longitude,
            latitude=latitude,
            datastreams=air,
        )
        for code, (longitude, latitude) in PLACES.items()
    ]
    sky = DatastreamDescription(observed_property="weather", result_type="category")
    track = DatastreamDescription(observed_property="location", result_type="position")
    things += [
        ThingDescription(
            code="hist-sky",
            kind="weather_station",
            name_en="Sky",
            name_ar="سماء",
            longitude=58.21,
            latitude=23.61,
            datastreams=(sky,),
        ),
        ThingDescription(code="hist-bus", kind="bus", name_en="Bus", name_ar="حافلة", datastreams=(track,)),
    ]
    source = SourceDescription(code="history", kind=SourceKind.SIMULATED, name_en="History", name_ar="سجل")
    with city.database.connect("owner") as connection:
        register(connection, source, things)
    when = (
        "%(start)s::timestamptz - n * interval '107 minutes' - datastream_id * interval '1.5 seconds'"
        " - CASE WHEN n > 40 THEN interval '38 days' ELSE interval '0' END"
    )
    flag = "(ARRAY[1, 2, 3, 4, 9])[1 + (n + datastream_id) %% 5]"
    with city.database.superuser() as connection:
        for table, kind, columns in (
            ("observations", "measurement", "CASE WHEN n %% 17 = 3 THEN 'NaN' ELSE (n * 7) %% 23 + 0.25 END"),
            ("observations_category", "category", "(ARRAY['clear', 'rain', 'dust'])[1 + n %% 3]"),
            ("observations_position", "position", "58.3 + n * 0.001, 23.6"),
        ):
            connection.execute(
                f"INSERT INTO {table} SELECT datastream_id, {flag}, {when}, {columns}, n"  # of this file
                " FROM generate_series(1, 48) AS n, datastreams JOIN things USING (thing_id)"
                " WHERE things.code LIKE 'hist-%%' AND result_type = %(kind)s",
                {"start": START, "kind": kind},
            )


def add_late(city: City, archived: Sequence[Row]) -> None:
    """What comes for archived days: at instants of its own, and at such that the archive has, where the first counts."""
    measured = [one for one in archived if one.observed_property in {"pm2_5", "pm10"}]
    with city.database.superuser() as connection:
        for one in measured[::20]:
            for time in (one.time, one.time + timedelta(seconds=3)):
                connection.execute(
                    "INSERT INTO observations VALUES (%s, 1, %s, 60.5, 9)", [one.datastream, time]
                )


def rows_of(city: City) -> list[Row]:
    rows = []
    with city.database.superuser() as connection:
        for table, value in (
            ("observations", "result"),
            ("observations_category", "result"),
            ("observations_position", "ARRAY[own.longitude, own.latitude]"),
        ):
            found = connection.execute(
                f"SELECT datastream_id, code, observed_property_code, phenomenon_time, {value}, quality"  # of these
                f" FROM {table} AS own JOIN datastreams USING (datastream_id) JOIN things USING (thing_id)"
            ).fetchall()
            rows += [Row(*row) for row in found]
    return rows


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for, of whatever standard; hours are counted from the beginning of the city's day."""

    things: tuple[str, ...]
    properties: tuple[str, ...]
    since: int | None
    until: int | None
    above: int | None
    worst: int | None
    last: int | None
    limit: int
    form: int

    @property
    def start(self) -> datetime | None:
        return None if self.since is None else START + timedelta(hours=self.since)

    @property
    def end(self) -> datetime | None:
        return None if self.until is None else START + timedelta(hours=self.until)


hours = st.integers(-120, 12) | st.integers(-2_000, 24)
asks = st.builds(
    Asked,
    things=st.just(()) | st.lists(st.sampled_from(THINGS), min_size=1, max_size=4, unique=True).map(tuple),
    properties=st.just(())
    | st.lists(st.sampled_from(PROPERTIES), min_size=1, max_size=2, unique=True).map(tuple),
    since=st.none() | hours,
    until=st.none() | hours,
    above=st.none() | st.integers(0, 40),
    worst=st.none() | st.sampled_from([1, 2, 4]),
    last=st.none() | st.integers(1, 30),
    limit=st.integers(1, 300),
    form=st.integers(0, 5),
)


def written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def interval_of(asked: Asked) -> dict[str, str]:
    """``datetime``, both ends included."""
    if asked.start is None and asked.end is None:
        return {}
    ends = [".." if moment is None else written(moment) for moment in (asked.start, asked.end)]
    return {"datetime": "/".join(ends)}


def within(asked: Asked, one: Row, *, has_end: bool) -> bool:
    if asked.start is not None and one.time < asked.start:
        return False
    return asked.end is None or one.time < asked.end or (has_end and one.time == asked.end)


def chosen(history: History, asked: Asked) -> list[Row]:
    return [
        one
        for one in history.rows
        if (not asked.things or one.thing in asked.things)
        and (not asked.properties or one.observed_property in asked.properties)
    ]


def listed(names: Sequence[str]) -> str:
    return ",".join(f"'{name}'" for name in names)


def check_features(history: History, asked: Asked) -> None:
    """Pages of ``items``, newest first."""
    conditions = []
    if asked.things:
        conditions.append(f"thing IN ({listed(asked.things)})")
    if asked.properties:
        conditions.append(f"observed_property IN ({listed(asked.properties)})")
    if asked.above is not None:
        conditions.append(f"result>{asked.above}")
    if asked.worst is not None:
        conditions.append(f"quality<={asked.worst}")
    query = {"limit": str(asked.limit), **interval_of(asked)}
    if conditions:
        query["filter"] = " AND ".join(conditions)
    wanted = [
        one.id
        for one in sorted(chosen(history, asked), key=lambda one: (one.time, one.datastream), reverse=True)
        if within(asked, one, has_end=True)
        and (asked.above is None or (one.number is not None and one.number > asked.above))
        and (asked.worst is None or one.quality <= asked.worst)
    ]
    url, found = f"{OGC}/items?{urlencode(query)}", list[str]()
    request = url
    for _ in range(PAGES_MAX):
        answer = history.api.get(url)
        assert answer.status_code == 200, (request, answer.text)
        page = answer.json()
        assert len(page["features"]) <= asked.limit
        assert page.get("numberMatched", len(wanted)) == len(wanted), request
        found += [one["id"] for one in page["features"]]
        url = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
        if not url:
            break
    assert found == wanted[: len(found)], request
    assert url or len(found) == len(wanted), request


def check_coverages(history: History, asked: Asked) -> None:
    """Environmental data: of a thing, of the nearest one, of those around a point and in an area."""
    places = {"air-01": (58.54, 23.6), "weather-01": (58.18, 23.67), "hist-sky": (58.21, 23.61), **PLACES}
    thing = next((one for one in asked.things if one in places), "hist-1")
    longitude, latitude = places[thing]
    if asked.form < 2:
        path, query, things = f"locations/{thing}", {}, {thing}
    elif asked.form == 2:
        path, query, things = "position", {"coords": f"POINT({longitude} {latitude})"}, {thing}
    elif asked.form == 3:
        west, east = 58.19, 58.205 + (asked.limit % 5) / 50
        ring = f"{west} 23.5,{east} 23.5,{east} 23.7,{west} 23.7,{west} 23.5"
        path, query = "area", {"coords": f"POLYGON(({ring}))"}
        things = {code for code, (x, y) in places.items() if west <= x <= east and 23.5 <= y <= 23.7}
    else:
        path = "radius"
        query = {"coords": f"POINT({longitude} {latitude})", "within": "200", "within-units": "km"}
        things = set(places)
    names = [name for name in asked.properties if name != "location"]
    query |= interval_of(asked)
    if names:
        query["parameter-name"] = ",".join(names)
    kind = ("CSV", "GeoJSON", "CoverageJSON")[asked.limit % 3]
    fitting = [
        one
        for one in history.rows
        if one.thing in things
        and one.observed_property != "location"
        and (not names or one.observed_property in names)
    ]
    if "datetime" in query:
        fitting = [one for one in fitting if within(asked, one, has_end=True)]
    elif fitting:
        newest = max(one.time for one in fitting)
        fitting = [one for one in fitting if one.time > newest - timedelta(hours=24)]
    wanted = sorted(fitting, key=lambda one: (one.time, one.datastream))
    request = f"{OGC}/{path}?{urlencode({**query, 'f': kind})}"
    answer = history.api.get(request)
    if answer.status_code != 200:
        named = names and not any(
            one.thing in things and one.observed_property in names for one in history.rows
        )
        assert len(wanted) > VALUES or named, (request, answer.text)
        return
    assert len(wanted) <= VALUES, request
    if kind == "CSV":
        lines = answer.text.splitlines()[1:]
        assert [(line.split(",")[-1], line.split(",")[5]) for line in lines] == [
            (str(one.datastream), written(one.time)) for one in wanted
        ], request
    elif kind == "GeoJSON":
        page = answer.json()
        assert [one["id"] for one in page["features"]] == [one.id for one in wanted], request
        assert page["numberReturned"] == len(wanted)
    else:
        check_coverage(answer.json(), wanted, request)


def check_coverage(told: dict[str, Any], wanted: Sequence[Row], request: str) -> None:
    expected: dict[tuple[str, str], dict[str, Value]] = {}
    for one in wanted:
        value = one.value if one.observed_property == "weather" else one.number
        series = expected.setdefault((one.thing, one.observed_property), {})
        series[written(one.time)] = None if one.quality in {4, MISSING} else value
    found = {}
    for coverage in told.get("coverages", [told] if "ranges" in told else []):
        moments = coverage["domain"]["axes"]["t"]["values"]
        for name, values in coverage["ranges"].items():
            series = dict(zip(moments, values["values"], strict=True))
            known = expected.get((coverage["falaj:thing"], name), {})
            # Moments of another property of the same thing are null here.
            found[coverage["falaj:thing"], name] = {
                moment: value for moment, value in series.items() if value is not None or moment in known
            }
    assert found == expected, request


def check_entities(history: History, asked: Asked) -> None:
    """Entities over time, by all their pages."""
    start, end = asked.start, asked.end
    if start is not None and end is not None and end <= start:
        start, end = end - timedelta(hours=1), start
    if start is None and end is None:
        end = START + timedelta(hours=24)
    inside = [
        one
        for one in history.rows
        if (start is None or one.time >= start) and (end is None or one.time < end) and one.is_told
    ]
    things = members(history, asked, inside)
    limit = 1 + asked.limit % 4
    url, request = f"{TEMPORAL}?{urlencode(entities_query(asked, start, end, limit))}", asked
    for offset in range(0, max(1, len(things)), limit):
        answer = history.api.get(url)
        if answer.status_code == 400:
            assert asked.above is not None, (request, answer.text)
            assert "archive" in answer.json()["detail"], answer.text
            return
        assert answer.headers["NGSILD-Results-Count"] == str(len(things)), request
        check_page(answer, series_of(inside, things[offset : offset + limit], asked), asked)
        onward = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("link", ""))
        assert (onward is not None) == (offset + limit < len(things)), request
        url = "" if onward is None else onward[1]


def entities_query(asked: Asked, start: datetime | None, end: datetime | None, limit: int) -> dict[str, str]:
    things = ",".join(ENTITY_OF[thing] for thing in asked.things)
    query = {"id": things} if things else {"type": "AirQualityObserved,WeatherObserved,Vehicle"}
    if start is not None:
        query |= {"timerel": "after" if end is None else "between", "timeAt": written(start)}
        query |= {} if end is None else {"endTimeAt": written(end)}
    elif end is not None:
        query |= {"timerel": "before", "timeAt": written(end)}
    if asked.properties:
        query["attrs"] = ",".join(asked.properties)
    if asked.last is not None:
        query["lastN"] = str(asked.last)
    if asked.above is not None:
        query["q"] = f"pm2_5>{asked.above}"
    return {**query, "limit": str(limit), "count": "true", "options": "temporalValues"}


def members(history: History, asked: Asked, inside: Sequence[Row]) -> list[str]:
    """The things that fit in their order, also such of which nothing was observed in that time."""
    observing = {one.thing for one in chosen(history, asked)}
    if "location" in asked.properties:  # whatever stands somewhere has one
        observing |= {thing for thing in asked.things or THINGS if thing in FIXED}
    if asked.above is not None:
        observing &= {
            one.thing
            for one in inside
            if one.observed_property == "pm2_5" and (one.number or 0) > asked.above
        }
    return sorted(observing)


def series_of(inside: Sequence[Row], things: Sequence[str], asked: Asked) -> dict[tuple[str, str], list[Row]]:
    """What was observed, by entity and property, in the order of the answer."""
    series: dict[tuple[str, str], list[Row]] = {}
    for one in sorted(inside, key=lambda one: one.time, reverse=asked.last is not None):
        if one.thing in things and (not asked.properties or one.observed_property in asked.properties):
            series.setdefault((ENTITY_OF[one.thing], one.observed_property), []).append(one)
    return {key: rows[: asked.last] for key, rows in series.items()}


def check_page(answer: Any, series: dict[tuple[str, str], list[Row]], asked: Asked) -> None:
    """All instances, or with 206 all that lie in the range that the answer names."""
    is_cut = max(map(len, series.values()), default=0) > INSTANCES
    assert answer.status_code == (206 if is_cut else 200), (answer.url, answer.text)
    least = series
    if is_cut:
        ends = re.fullmatch(r"date-time (.{20})-(.{20})/(.+)", answer.headers["content-range"])
        assert ends is not None
        edge, is_back = datetime.fromisoformat(ends[2]), asked.last is not None
        # Of the second of the edge itself some may be told.
        least = {
            key: [one for one in rows if (one.time >= edge if is_back else one.time < edge)]
            for key, rows in series.items()
        }
        assert any(least.values())
    told = {
        (entity["id"], name): [moment for _, moment in values["values"]]
        for entity in answer.json()
        for name, values in entity.items()
        if name not in {"id", "type"}
    }
    assert told.keys() <= series.keys(), answer.url
    for key, rows in series.items():
        moments = told.get(key, [])
        assert moments == [written(one.time) for one in rows][: len(moments)], (str(answer.url), key)
        assert len(least[key]) <= len(moments) <= INSTANCES, (str(answer.url), key)


CHECKS = (check_features, check_coverages, check_entities)


SEVERAL_PAGES = Asked(("hist-1", "hist-2", "hist-bus"), (), -1_716, None, 31, None, None, 273, 0)


@pytest.mark.parametrize("check", CHECKS, ids=["features", "coverages", "entities"])
def test_answers_are_those_of_python(
    history: History, check: Callable[[History, Asked], None], is_long: bool
) -> None:
    @settings(
        max_examples=1_000 if is_long else 15,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        # To make a question smaller that was answered wrongly takes minutes.
        phases=tuple(Phase) if is_long else (Phase.explicit, Phase.generate),
    )
    @given(asked=asks)
    @example(asked=SEVERAL_PAGES)
    def holds(asked: Asked) -> None:
        check(history, asked)

    holds()
