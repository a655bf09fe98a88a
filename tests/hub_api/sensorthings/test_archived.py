"""SensorThings once the store has let go of observations: the same pages, orders, counts and expansions, whatever lies where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from citycore.archive.place import Place
from citycore.archive.settings import ArchivePlaceSettings
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.registry import register
from hub_api.standards.sensorthings import walking
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from stack.postgres import PrivatePostgres
from tests.conftest import Template
from tests.hub_api.conftest import START, Api, City, open_city, standing
from tests.hub_api.sensorthings.conftest import ROOT
from tests.hub_api.test_archive import Scene, prepare

OLD = (START - timedelta(hours=50)).isoformat().replace("+00:00", "Z")
DAY = (START - timedelta(hours=20)).isoformat().replace("+00:00", "Z")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROPERTIES = ("pm2_5", "pm10", "no2", "o3", "so2")
#: Of one datastream.
OF_ONE = (
    "$top=450&$count=true",
    "$orderby=phenomenonTime desc&$top=450&$skip=13&$count=true",
    f"$filter=phenomenonTime lt {OLD}&$orderby=result desc&$top=50&$count=true",
    f"$filter=result gt 20 and phenomenonTime ge {OLD}&$orderby=phenomenonTime&$top=270&$count=true",
    "$filter=result ne 3&$top=420&$skip=301",
)
OF_ALL = (
    "Observations?$top=900&$count=true",
    "Observations?$orderby=phenomenonTime&$top=900&$skip=3",
    "Observations?$orderby=phenomenonTime desc,id&$top=700",
    "Observations?$filter=result gt 55&$orderby=phenomenonTime desc&$top=90&$count=true",
    "Observations?$filter=Datastream/ObservedProperty/properties/code eq 'pm2_5' and result gt 50&$top=69&$count=true",
    "Observations/$count",
    f"Observations?$filter=Datastream/id le 5 and result gt 55 and phenomenonTime lt {OLD}&$orderby=result desc,id&$top=40",
    "Datastreams?$filter=id le 5&$select=id&$expand=Observations($top=3;$count=true)&$orderby=id",
    "Datastreams?$filter=id le 5&$select=id&$expand=Observations($top=2;$skip=400;$orderby=phenomenonTime desc)",
    "Datastreams?$filter=id le 5&$select=id&$expand=Observations($top=1;$orderby=phenomenonTime desc)",
    f"Things?$filter=id le 4&$expand=Datastreams($select=id;$expand=Observations($filter=phenomenonTime lt {OLD};$orderby=result;$top=1))",
    f"FeaturesOfInterest?$expand=Observations($top=2;$filter=phenomenonTime gt {DAY};$count=true)",
)


@dataclass(frozen=True)
class Before:
    """What the answers were while the store had all, and those of each later time that differ."""

    scene: Scene
    answers: dict[str, list[Any]]
    differing: dict[int, list[str]]
    #: From when until when there are observations of each datastream, before and after.
    spans: tuple[list[str | None], list[str | None]]
    #: All observations: those of the archive, and what came late.
    rows: Sequence[Row]
    archived_count: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    datastream: int
    time: datetime
    #: None where it is no number.
    result: float | None

    @property
    def id(self) -> str:
        return f"{self.datastream}-{(self.time - EPOCH) // timedelta(microseconds=1)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; ``streams`` are places in the list of datastreams with numbers, of none all are meant."""

    streams: tuple[int, ...]
    above: float | None
    since: int | None
    until: int | None
    order: str
    top: int
    skip: int


def key_of_result(one: Row) -> float:
    return -1.0 if one.result is None else one.result


ORDERS: dict[str, Callable[[Row], Any]] = {
    "id": lambda one: (one.datastream, one.time),
    "phenomenonTime": lambda one: (one.time, one.datastream),
    "phenomenonTime desc": lambda one: (EPOCH - one.time, one.datastream),
    "phenomenonTime desc,id": lambda one: (EPOCH - one.time, str(one.datastream)),
    "result": lambda one: (key_of_result(one), one.datastream, one.time),
    "result desc": lambda one: (-key_of_result(one), one.datastream, one.time),
}
asks = st.builds(
    Asked,
    streams=st.just(()) | st.lists(st.integers(0, 51), min_size=1, max_size=6, unique=True).map(tuple),
    above=st.none() | st.integers(0, 62).map(float),
    since=st.none() | st.integers(-70, 10),
    until=st.none() | st.integers(-60, 12),
    order=st.sampled_from(sorted(ORDERS)),
    top=st.integers(1, 400),
    skip=st.integers(0, 60) | st.integers(0, 900),
)


@pytest.fixture(scope="module")
def archived(
    postgres: PrivatePostgres,
    city_template: Template[dict[str, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Before]:
    """A city whose own days are in the archive only, and three more before them."""
    folder: Path = tmp_path_factory.mktemp("archive")
    place = ArchivePlaceSettings(url=SecretStr((folder / "archive").as_uri()), answer_rows_max=300)
    patient = SensorThingsSettings(walk_seconds_max=60, walk_after_seconds=30, count_seconds_max=60)
    with (
        open_city(postgres, city_template) as city,
        standing(city, archive=place, sensorthings=patient) as api,
    ):
        scene = Scene(city, api, Place(place), folder)
        add_many(city)
        prepare(scene)
        before, spans, rows = answers(scene), observed(api), rows_of(city)
        differing = {}
        for keep_days in (4, 3):
            assert scene.archive(keep_days).let_go > 0
            after = answers(scene)
            differing[keep_days] = [one for one in before if before[one] != after[one]]
        with city.database.superuser() as connection:
            (left,) = connection.execute("SELECT count(*) FROM observations").fetchone()
        assert left == 0
        spans = (spans, observed(api))
        late = add_late(city, rows)
        counts = Counter(one.datastream for one in rows)
        yield Before(scene, before, differing, spans, [*rows, *late], counts)


def add_many(city: City) -> None:
    """Fifty datastreams of another source, each with six observations of three days."""
    things = [
        ThingDescription(
            code=f"many-{number}", kind="air_quality_station", name_en=f"Many {number}", name_ar="كثير",
            longitude=58.2, latitude=23.66,
            datastreams=tuple(DatastreamDescription(observed_property=code) for code in PROPERTIES),
        )
        for number in range(10)
    ]  # fmt: skip
    source = SourceDescription(code="many", kind=SourceKind.SIMULATED, name_en="Many", name_ar="كثير")
    with city.database.connect("owner") as connection:
        register(connection, source, things)
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT datastream_id, 1 + n %% 3,"
            " %s::timestamptz - n * interval '10 hours 20 minutes' - datastream_id %% 7 * interval '1 hour', (datastream_id * n) %% 61, n"
            " FROM generate_series(1, 6) AS n, datastreams JOIN things USING (thing_id) WHERE things.code LIKE 'many-%%'",
            [START],
        )


def rows_of(city: City) -> list[Row]:
    with city.database.superuser() as connection:
        found = connection.execute(
            "SELECT datastream_id, phenomenon_time, result FROM observations UNION ALL"
            " SELECT datastream_id, phenomenon_time, NULL FROM observations_category UNION ALL"
            " SELECT datastream_id, phenomenon_time, NULL FROM observations_position"
        ).fetchall()
    return [Row(*one) for one in found]


def add_late(city: City, rows: Sequence[Row]) -> list[Row]:
    """What comes once all is in the archive: at instants of its own, and at such that the archive has, where the first counts."""
    numbers = [one for one in rows if one.result is not None]
    late = [Row(one.datastream, one.time + timedelta(seconds=3), 60.5) for one in numbers[::90]]
    with city.database.superuser() as connection:
        for one in late:
            for time in (one.time, one.time - timedelta(seconds=3)):
                connection.execute(
                    "INSERT INTO observations VALUES (%s, 1, %s, %s, 9)", [one.datastream, time, one.result]
                )
    return late


def observed(api: Api) -> list[str | None]:
    listed = api.get(f"{ROOT}/Datastreams?$select=phenomenonTime&$orderby=id").json()["value"]
    return [one.get("phenomenonTime") for one in listed]


def answers(scene: Scene) -> dict[str, list[Any]]:
    city = scene.city.datastreams
    numbers = [city[name] for name in ("air-01.pm2_5", "weather-01.weather", "bus-01.location")]
    asked = [
        f"Datastreams({number})/Observations?{one}"
        for number in numbers
        for one in OF_ONE[: 5 if number == numbers[0] else 2]
    ]
    return {one: pages(scene.api, one) for one in (*asked, *OF_ALL)}


def pages(api: Api, question: str) -> list[Any]:
    """All entities behind a question, and what is counted."""
    url, found = f"{ROOT}/{question}", []
    while url:
        answer = api.get(url)
        assert answer.status_code == 200, (question, answer.text)
        page = answer.json()
        if not isinstance(page, dict):
            return [page]
        found += [*page["value"], page.get("@iot.count")]
        url = page.get("@iot.nextLink", "").partition("http://hub.test")[2]
    return found


def test_the_answers_are_the_same(archived: Before) -> None:
    assert all(archived.answers.values())
    assert archived.differing == {4: [], 3: []}


def test_a_datastream_begins_with_what_is_in_the_archive(archived: Before) -> None:
    before, after = archived.spans
    assert before[0] == "2026-11-21T13:40:00Z/2026-11-24T09:59:00Z"
    assert before == after


def test_pages_and_counts_are_those_of_python(archived: Before, is_long: bool) -> None:
    numbers = sorted({one.datastream for one in archived.rows if one.result is not None})
    assert len(numbers) == 52

    @settings(
        max_examples=2_000 if is_long else 15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(asked=asks)
    def holds(asked: Asked) -> None:
        check(archived, asked, [numbers[place] for place in asked.streams])

    holds()


def check(archived: Before, asked: Asked, numbers: Sequence[int]) -> None:
    since, until = (
        None if hours is None else START + timedelta(hours=hours) for hours in (asked.since, asked.until)
    )
    conditions = []
    if numbers:
        conditions.append(f"Datastream/id in ({', '.join(map(str, numbers))})")
    for word, moment in (("ge", since), ("lt", until)):
        if moment is not None:
            conditions.append(f"phenomenonTime {word} {moment.isoformat().replace('+00:00', 'Z')}")
    if asked.above is not None:
        conditions.append(f"result gt {asked.above}")
    written = f"$filter={' and '.join(conditions)}&" if conditions else ""
    request = f"{ROOT}/Observations?{written}$orderby={asked.order}&$top={asked.top}&$skip={asked.skip}"
    fitting = [
        one
        for one in archived.rows
        if (not numbers or one.datastream in numbers)
        and (since is None or one.time >= since)
        and (until is None or one.time < until)
        and (asked.above is None or (one.result is not None and one.result > asked.above))
    ]
    wanted = [one.id for one in sorted(fitting, key=ORDERS[asked.order])]
    counted = archived.scene.api.get(f"{ROOT}/Observations/$count?{written}")
    assert (counted.status_code, counted.text) == (200, str(len(wanted))), request
    answer = archived.scene.api.get(request)
    if answer.status_code == 400:
        most = sum(archived.archived_count[one] for one in numbers or archived.archived_count)
        assert asked.order.startswith("result"), answer.text
        assert "300" in answer.json()["message"]
        assert most > 300, request
        return
    found: list[str] = []
    expected = wanted[asked.skip :]
    for _ in range(3):
        assert answer.status_code == 200, (request, answer.text)
        page = answer.json()
        found += [one["@iot.id"] for one in page["value"]]
        onward = page.get("@iot.nextLink", "").partition("http://hub.test")[2]
        if not onward:
            break
        answer = archived.scene.api.get(onward)
    assert found == expected[: len(found)], request
    assert onward or len(found) == len(expected), request


def test_an_observation_of_the_archive_has_its_address(archived: Before) -> None:
    every = archived.answers["Observations?$top=900&$count=true"]
    shown = [one for one in every if isinstance(one, dict)]
    for one in (shown[0], shown[-1]):
        api, key = archived.scene.api, one["@iot.id"]
        assert api.get(f"{ROOT}/Observations('{key}')").json() == one
        number = key.partition("-")[0]
        assert api.get(f"{ROOT}/Observations('{key}')/Datastream").json()["@iot.id"] == int(number)
        there = api.get(f"{ROOT}/Datastreams({number})/Observations('{key}')/result")
        assert there.json() == {"result": one["result"]}
        assert api.get(f"{ROOT}/Observations('{number}-7')").status_code == 404


def test_an_order_that_would_have_to_hold_too_much_says_what_to_do(archived: Before) -> None:
    number = archived.scene.city.datastreams["air-01.pm2_5"]
    for path in (f"Datastreams({number})/Observations", "Observations"):
        for language in ("en", "ar"):
            answer = archived.scene.api.get(
                f"{ROOT}/{path}?$orderby=result desc", headers={"accept-language": language}
            )
            assert answer.status_code == 400
            assert "300" in answer.json()["message"]


@pytest.mark.parametrize(
    ("asked", "is_answered"),
    [
        ("Datastreams?$filter=Observations/result gt 40", False),
        ("Datastreams?$filter=Observations/any(o: o/result gt 40)", False),
        ("Datastreams/$count?$filter=Observations/any(o: o/result gt 40)", False),
        ("Datastreams?$orderby=Observations/result", False),
        ("Things?$filter=Datastreams/any(d: d/Observations/any(o: o/result gt 40))", False),
        ("Things?$expand=Datastreams($filter=Observations/result gt 40)", False),
        ("Observations?$filter=Datastream/Observations/result gt 40", False),
        ("Datastreams?$filter=Observations/all(o: o/phenomenonTime gt 2026-12-20T00:00:00Z)", False),
        ("Datastreams?$filter=not (Observations/phenomenonTime lt 2026-12-20T00:00:00Z)", False),
        ("Datastreams?$filter=Observations/result gt 4 and Observations/phenomenonTime ge 2026-12-20T00:00:00Z", True),
        ("Datastreams?$filter=Observations/any(o: o/result gt 4 and o/phenomenonTime ge 2026-12-20T00:00:00Z)", True),
        ("Datastreams?$filter=Thing/name ne 'x'", True),
    ],
)  # fmt: skip
def test_conditions_of_other_entities_name_a_time(archived: Before, asked: str, is_answered: bool) -> None:
    answer = archived.scene.api.get(f"{ROOT}/{asked}")
    assert (answer.status_code == 200) == is_answered, answer.text
    if not is_answered:
        assert (answer.status_code, answer.json()["code"]) == (400, 400)
        assert "phenomenonTime is ge 2026-11-24T20:00:00Z" in answer.json()["message"]


def test_more_than_one_answer_may_expand_is_told(archived: Before, make_with: Callable[..., Api]) -> None:
    api = make_with(SensorThingsSettings(walk_seconds_max=0.001, walk_after_seconds=30))
    answer = api.get(f"{ROOT}/Datastreams?$expand=Observations($filter=result gt 1e9)")
    assert answer.status_code == 400
    assert "$top" in answer.json()["message"]


@pytest.fixture
def make_with(archived: Before) -> Iterator[Callable[..., Api]]:
    """The API with other limits, for one test."""
    state = archived.scene.api.app.state
    before = state.sensorthings

    def make(settings: SensorThingsSettings) -> Api:
        state.sensorthings = settings
        return archived.scene.api

    yield make
    state.sensorthings = before


@pytest.mark.parametrize("order", ["id", "phenomenonTime", "phenomenonTime desc,id"])
def test_a_search_that_takes_long_goes_on_where_it_ended(
    archived: Before, make_with: Callable[..., Api], order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "SECONDS_MIN", 10.0)
    question = f"Observations?$filter=result gt 61 and result lt 70&$orderby={order}&$select=id"
    whole = pages(archived.scene.api, f"{question}&$top=1000")
    api = make_with(SensorThingsSettings(walk_seconds_max=0.001, walk_after_seconds=30))
    found, asked = [], f"{ROOT}/{question}&$top=9"
    is_patient = False
    while asked:
        answer = api.get(asked)
        assert answer.status_code in {200, 503}
        is_patient |= answer.status_code == 503
        found += answer.json().get("value", ())
        onward = answer.json().get("@iot.nextLink", "").partition("http://hub.test")[2]
        assert onward != asked, "each page goes further"
        asked = onward
    assert is_patient
    assert found == [one for one in whole if one is not None]


@pytest.mark.parametrize("order", ["id", "phenomenonTime desc"])
def test_links_lead_from_a_page_larger_than_allowed_to_every_observation_once(
    archived: Before, make_with: Callable[..., Api], order: str
) -> None:
    api = make_with(SensorThingsSettings(top_max=397, walk_seconds_max=60, walk_after_seconds=30))
    found = pages(api, f"Observations?$orderby={order}&$top=100000&$select=id")
    assert [one["@iot.id"] for one in found if one is not None] == [
        one.id for one in sorted(archived.rows, key=ORDERS[order])
    ]
