"""How much one answer may have, and that no more is made before it is refused."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import pytest

from hub_api.standards.sensorthings.budget import Budget
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.formats import READ_MIB_MAX, as_csv, geojson
from hub_api.standards.sensorthings.model import ENTITIES
from hub_api.standards.sensorthings.service import Collection
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.shaping import Shaping
from hub_api.standards.sensorthings.syntax.options import Options
from tests.hub_api.conftest import Api, City
from tests.hub_api.sensorthings.conftest import ROOT

MIB = 2**20
#: The same few hundred observations stand in each of themselves: as rows next to nothing, as text 200 MB.
ROUND = "$top=600&$expand=Datastream($expand=Observations($top=600))"


def url(city: City, options: str) -> str:
    return f"{ROOT}/Datastreams({city.datastreams['air-01.pm2_5']})/Observations?{options}"


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        (ROUND, "40000"),
        ("$top=600&$expand=Datastream/Thing/Datastreams/Observations", "40000"),
    ],
)
def test_what_is_written_counts(rich_api: Api, rich_city: City, options: str, limit: str) -> None:
    tracemalloc.start()
    try:
        answer = rich_api.get(url(rich_city, options))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 400, answer.text[:200]
    assert limit in answer.json()["message"]
    assert peak < 32 * MIB


def test_bounds_are_exact(city: City, make_api: Any) -> None:
    whole = make_api().get(url(city, "$top=7&$expand=Datastream($expand=Observations($top=3))"))
    assert len(whole.json()["value"]) == 7
    entities = 7 * (1 + 1 + 3)
    for most, status in ((entities, 200), (entities - 1, 400)):
        api = make_api(sensorthings=SensorThingsSettings(entities_max=most))
        assert api.get(whole.url.raw_path.decode()).status_code == status
    api = make_api(sensorthings=SensorThingsSettings(answer_mib_max=1))
    wide = "$top=30&$expand=Datastream($expand=Observations($top=600{}))"
    refused = api.get(url(city, wide.format("")))
    assert refused.status_code == 400
    assert "1 MiB" in refused.json()["message"]
    assert api.get(url(city, wide.format(";$select=id"))).status_code == 200


def test_a_table_is_written_an_entity_at_a_time(rich_api: Api, rich_city: City) -> None:
    asked = url(rich_city, "$top=30&$expand=Datastream($expand=Observations($top=600))")
    plain = rich_api.get(asked).content
    tracemalloc.start()
    try:
        answer = rich_api.get(f"{asked}&$resultFormat=CSV")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 200
    assert peak < 5 * max(len(plain), len(answer.content))


@pytest.mark.parametrize("write", [as_csv, geojson])
def test_one_entity_is_not_read_again_where_it_is_long(write: Any) -> None:
    long = b'{"name":"%b"}' % (b"x" * READ_MIB_MAX * MIB)
    page = Collection(Shaping(ENTITIES["Thing"], Options(), ROOT), [], [long])
    with pytest.raises(RequestInvalid, match="one entity is longer than 2 MiB"):
        asyncio.run(write(page, Budget(SensorThingsSettings())))


def test_features_are_refused_as_soon_as_they_are_too_many_bytes() -> None:
    """Their names repeat what is around them, so that features are longer than the entities that they are made of."""
    deep = b'{"name":' * 40 + b"1" + b"}" * 40
    page = Collection(Shaping(ENTITIES["Thing"], Options(), ROOT), [], [deep] * 100_000)
    str(RequestInvalid("$expand", "too_many_bytes", maximum=1))  # reads the catalogue
    tracemalloc.start()
    try:
        with pytest.raises(RequestInvalid) as refused:
            asyncio.run(geojson(page, Budget(SensorThingsSettings(answer_mib_max=1))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "longer than 1 MiB" in str(refused.value)
    assert peak < 8 * MIB


def test_a_table_is_no_wider_than_an_answer_may_be() -> None:
    wide = b"{%b}" % b",".join(b'"p%d":1' % n for n in range(2_000))
    page = Collection(Shaping(ENTITIES["Thing"], Options(), ROOT), [], [wide, *[b'{"p1":1}'] * 2_000])
    (first, *_), _ = asyncio.run(as_csv(page, Budget(SensorThingsSettings())))
    assert first.startswith(b"p0,p1,")
    with pytest.raises(RequestInvalid, match="MiB"):
        asyncio.run(as_csv(page, Budget(SensorThingsSettings(answer_mib_max=1))))


def test_an_answer_that_just_fits_needs_a_small_multiple_of_itself(rich_api: Api, rich_city: City) -> None:
    tracemalloc.start()
    try:
        answer = rich_api.get(url(rich_city, "$top=30&$expand=Datastream($expand=Observations($top=600))"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 200
    assert len(answer.content) > 4 * MIB
    # The client of the test holds it twice.
    assert peak < 5 * len(answer.content)
