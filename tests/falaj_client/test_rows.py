"""What rows and questions say of themselves."""

from __future__ import annotations

import pytest

from falaj_client import Client
from tests.hub_api.conftest import City


def test_rows_of_one_datastream_say_whose_they_are(api_url: str, city: City) -> None:
    with Client(api_url) as client:
        named = {"thing": "air-01", "observed_property": "pm2_5"}
        for asked in (
            client.observations(**named, limit=3),
            client.observations(datastream=city.datastreams["air-01.pm2_5"], limit=3),
            client.observations(observed_property="pm2_5", limit=3),
            client.statistics(**named, limit=3),
        ):
            for row in asked:
                assert (row.thing, row.observed_property, row.unit, row.simulated) == (
                    "air-01",
                    "pm2_5",
                    "ug/m3",
                    True,
                )
                assert row.datastream == city.datastreams["air-01.pm2_5"]


def test_a_question_says_that_it_is_no_list(api_url: str) -> None:
    with Client(api_url) as client, Client(api_url, language="ar") as arabic:
        things = client.things(kind="bus")
        assert repr(things) == f"<LocatedListing of Thing: {api_url}/v1/things?kind=bus>"
        assert things, "as every question, without asking"
        assert [one.thing for one in list(things)] == ["bus-01"]
        for wrong in (lambda: len(things), lambda: things[0], lambda: things[:2]):
            with pytest.raises(TypeError, match=r"\.all\(\)"):
                wrong()
        with pytest.raises(TypeError, match="سؤال"):
            len(arabic.things())
