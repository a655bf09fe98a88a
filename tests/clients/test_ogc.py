"""OGC API as its clients read it, unmodified: GDAL's OAPIF driver (pyogrio), OWSLib's Features and Environmental Data Retrieval."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from stack.postgres import PrivatePostgres
from tests.conftest import Template
from tests.hub_api.conftest import City, city_template, open_city, serving_process

__all__ = ["city_template"]
CLIENTS = Path(__file__).resolve().parents[2] / ".venv-clients" / "bin" / "python"
THINGS, PAGE = 2_500, 1_000


@pytest.fixture(scope="module")
def hub(
    postgres: PrivatePostgres,
    city_template: Template[dict[str, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a hub with thousands of things."""
    log = tmp_path_factory.mktemp("ogc") / "hub.log"
    with open_city(postgres, city_template) as city:
        _fill(city)
        with serving_process(city.database, log, FALAJ_OGC_PAGE_FEATURES_MAX=str(PAGE)) as (url, _):
            yield url


def _fill(city: City) -> None:
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO things (code, source_id, kind, name_en, name_ar, longitude, latitude)"
            " SELECT 'lamp-' || lpad(n::text, 4, '0'), source_id, 'street_lamp', 'Lamp ' || n, 'مصباح ' || n,"
            " 57 + n * 0.001, 23.5 FROM sources, generate_series(1, %s) AS n WHERE code = 'simulator'",
            [THINGS],
        )


READS = """
import json, sys
import pyogrio

url = "OAPIF:" + sys.argv[1] + "/ogc"
lamps = pyogrio.read_dataframe(url, layer="things")
stations = pyogrio.read_dataframe(url, layer="latest", where="observed_property = 'pm2_5'")
part = pyogrio.read_dataframe(
    url, layer="observations",
    where="phenomenon_time >= '2026/11/24 09:50:00' AND phenomenon_time <= '2026/11/24 09:59:00'")
places = pyogrio.read_dataframe(url, layer="places")
print(json.dumps({
    "layers": dict(pyogrio.list_layers(url).tolist()),
    "crs": lamps.crs.to_authority(),
    "things": [len(lamps), lamps["thing"].nunique()],
    "box": list(pyogrio.read_dataframe(url, layer="things", bbox=(57.0005, 23, 57.0105, 24))["thing"]),
    "latest": [list(stations["result"]), stations["phenomenon_time"].dtype.kind],
    "part": len(part),
    "places": [sorted(places["place"]), bool(places.is_valid.all())],
}))
"""


def test_gdal_reads_layers_pages_boxes_and_conditions(hub: str) -> None:
    kept = {**os.environ, "NO_PROXY": "127.0.0.1", "CPL_DEBUG": "ON"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READS, hub],
        env=kept, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    layers = told.pop("layers")
    assert list(layers) == ["things", "latest", "observations", "places", "alerts", "stops"]
    assert (layers["things"], layers["observations"], layers["places"]) == ("Point", "Point", "Polygon")
    assert told == {
        "crs": ["OGC", "CRS84"], "things": [THINGS + 3, THINGS + 3], "latest": [[149.75], "M"], "part": 10,
        "box": [f"lamp-{n:04}" for n in range(1, 11)], "places": [["matrah", "seeb"], True],
    }  # fmt: skip
    asked = set(re.findall(r"/ogc/collections/(\S+)", run.stderr))
    assert any(one.startswith(f"things/items?limit={PAGE}&crs=") for one in asked), (
        "as long as the definition allows"
    )
    assert len([one for one in asked if "cursor=" in one]) >= 2, "it follows the links"
    assert any(one.startswith("latest/items?") and "observed_property=pm2_5" in one for one in asked)
    assert any(
        one.startswith("observations/items?") and "datetime=2026-11-24T09:50:00Z" in one for one in asked
    )


CALLS = """
import json, sys
from owslib.ogcapi.features import Features
from owslib.ogcapi.edr import EnvironmentalDataRetrieval

url = sys.argv[1] + "/ogc"
features, data = Features(url), EnvironmentalDataRetrieval(url)
page = features.collection_items("things", limit=2)
told = {
    "openapi": features.api()["openapi"],
    "conforms": len(features.conformance()["conformsTo"]),
    "collections": features.feature_collections(),
    "title": features.collection("things")["title"],
    "queryables": sorted(features.collection_queryables("places")["properties"]),
    "schema": sorted(features.collection_schema("stops")["properties"]),
    "page": [len(page["features"]), page["numberMatched"]],
    "box": features.collection_items("things", bbox=[58.53, 23.55, 58.6, 23.7])["numberReturned"],
    "filter": features.collection_items("things", filter="kind = 'air_quality_station'")["numberReturned"],
    "cql": features.collection_items("things", filter="s_intersects(geometry, BBOX(58.53,23.55,58.6,23.7))")["numberReturned"],
    "item": features.collection_item("things", "air-01")["properties"]["name_en"],
    "data": data.data(),
    "parameters": sorted(data.collection("observations")["parameter_names"]),
    "position": data.query_data(
        "observations", "position", coords="POINT(58.54 23.6)", parameter_names=["pm2_5"],
        datetime_="2026-11-24T00:00:00Z/2026-11-24T00:04:00Z"),
    "locations": [one["id"] for one in data.query_data("observations", "locations")["features"]],
    "area": data.query_data(
        "observations", "area", coords="POLYGON((58 23,59 23,59 24,58 24,58 23))",
        datetime_="2026-11-24T00:00:00Z/2026-11-24T00:04:00Z"),
}
print(json.dumps(told))
"""


def test_owslib_reads_features_and_environmental_data(hub: str) -> None:
    if not CLIENTS.exists():
        pytest.skip("there is no environment of clients (requirements-clients.txt)")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run = subprocess.run(
        [str(CLIENTS), "-W", "ignore", "-c", CALLS, hub],
        env={**kept, "NO_PROXY": "127.0.0.1"}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    position, area = told.pop("position"), told.pop("area")
    queryables, schema = told.pop("queryables"), told.pop("schema")
    assert told.pop("conforms") > 20
    assert told == {
        "openapi": "3.0.3", "title": "Things", "page": [2, THINGS + 3], "box": 1, "filter": 1, "cql": 1, "item": "Ruwi",
        "collections": ["things", "latest", "observations", "places", "alerts", "stops"], "data": ["things", "latest", "observations", "places", "alerts", "stops"],
        "parameters": ["pm10", "pm2_5", "weather"], "locations": ["air-01", "weather-01"],
    }  # fmt: skip
    assert {"geometry", "kind", "name_ar"} <= set(queryables)
    assert {"geometry", "stop"} <= set(schema)
    assert position["ranges"]["pm2_5"]["values"] == [0, 0.25, 0.5, 0.75, 1]
    assert [one["falaj:thing"] for one in area["coverages"]] == ["air-01", "weather-01"]


def test_links_lead_on_under_the_address_by_which_the_client_came(hub: str) -> None:
    local = re.sub(r"127\.0\.0\.1", "localhost", hub)
    with httpx.Client(trust_env=False) as client:
        seen, pages, url = 0, 0, f"{local}/ogc/collections/things/items?limit=1000"
        while url:
            assert url.startswith(local)
            answer = client.get(url)
            page = answer.json()
            seen, pages = seen + page["numberReturned"], pages + 1
            assert page["numberMatched"] == THINGS + 3
            url = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
            assert (f'<{url}>; rel="next"' in answer.headers.get("link", "")) == bool(url)
    assert (seen, pages) == (THINGS + 3, 3)
