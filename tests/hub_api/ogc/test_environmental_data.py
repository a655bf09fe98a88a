"""OGC API – Environmental Data Retrieval on the wire: coverages that are whole, and questions that cannot be answered."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import timedelta
from typing import Any

import orjson
import pytest
from shapely import Point, from_wkt

from hub_api.city.selection.model import Datastream
from hub_api.standards.ogc.environmental_data.model import Data, Observed, Parameter, Station
from hub_api.standards.ogc.environmental_data.service import inside, metres_between, turned
from hub_api.standards.ogc.environmental_data.writing import coverage_json, csv_text, geojson
from hub_api.standards.ogc.settings import OgcSettings
from tests.hub_api.conftest import NOW

DATA = "/ogc/collections/observations"
FIVE = "datetime=2026-11-24T00:00:00Z/2026-11-24T00:04:00Z"
AREA = "coords=POLYGON((58 23,59 23,59 24,58 24,58 23))"
HERE = "coords=POINT(58.54 23.6)"


def station(
    number: int, thing: str, *, unit: str = "ug/m3", longitude: float = 58.5, latitude: float = 23.6
) -> Station:
    datastream = Datastream(
        number=number, thing=thing, observed_property="pm2_5", unit=unit, result_type="measurement", interval_seconds=60,
        source="s", simulated=False, longitude=longitude, latitude=latitude, licence=None, attribution=None, zone="Asia/Muscat",
        source_zone="Asia/Muscat", element={}, thing_name_en=thing, thing_name_ar=thing,
        observed_property_name_en="Fine dust", observed_property_name_ar="غبار دقيق",
    )  # fmt: skip
    return Station(datastream, thing, thing, longitude, latitude, NOW)


PARAMETERS = {
    "pm2_5": Parameter("pm2_5", "Fine dust", "غبار دقيق", "ug/m3", is_category=False, definition=None)
}


def check_coverage(coverage: Any, parameters: Any) -> None:
    """What the CoverageJSON specification asks of a point series."""
    axes = coverage["domain"]["axes"]
    assert (coverage["type"], coverage["domain"]["type"], coverage["domain"]["domainType"]) == (
        "Coverage", "Domain", "PointSeries",
    )  # fmt: skip
    assert len(axes["x"]["values"]) == len(axes["y"]["values"]) == 1
    times = axes["t"]["values"]
    assert times
    assert times == sorted(set(times))
    assert coverage["ranges"]
    for name, one in coverage["ranges"].items():
        assert name in parameters
        assert (one["type"], one["axisNames"], one["shape"]) == ("NdArray", ["t"], [len(times)])
        assert len(one["values"]) == len(times)
        wanted = str if one["dataType"] == "string" else (int, float)
        assert all(value is None or isinstance(value, wanted) for value in one["values"])
        parameter = parameters[name]
        assert parameter["type"] == "Parameter"
        assert set(parameter["observedProperty"]["label"]) == {"en", "ar"}
        assert ("unit" in parameter) == (one["dataType"] == "float")


def test_the_collection_says_what_can_be_asked(standing_api: Any) -> None:
    document = standing_api.get(DATA).json()
    assert set(document["data_queries"]) == {"position", "radius", "area", "locations", "items"}
    for name, query in document["data_queries"].items():
        assert query["link"]["href"] == f"http://hub.test{DATA}/{name}"
        assert query["link"]["variables"]["query_type"] == name
    assert document["output_formats"] == ["CoverageJSON", "GeoJSON", "CSV"]
    assert document["parameter_names"]["pm2_5"]["unit"]["symbol"]["value"] == "ug/m3"
    assert document["extent"]["temporal"]["interval"] == [["2026-11-24T00:00:00Z", "2026-11-24T09:59:00Z"]]


def test_one_thing_is_one_coverage_and_several_are_a_collection(standing_api: Any) -> None:
    for path in (f"locations/air-01?{FIVE}", f"position?{HERE}&{FIVE}"):
        answer = standing_api.get(f"{DATA}/{path}")
        assert answer.headers["content-type"] == "application/prs.coverage+json"
        one = answer.json()
        check_coverage(one, one["parameters"])
        assert one["ranges"]["pm2_5"]["values"] == [0, 0.25, 0.5, 0.75, 1]
        assert [system["coordinates"] for system in one["domain"]["referencing"]] == [["x", "y"], ["t"]]
    for path in (f"area?{AREA}&{FIVE}", f"radius?{HERE}&within=60&within-units=km&{FIVE}"):
        several = standing_api.get(f"{DATA}/{path}").json()
        assert (several["type"], len(several["coverages"])) == ("CoverageCollection", 2)
        for coverage in several["coverages"]:
            check_coverage(coverage, several["parameters"])
        assert several["coverages"][1]["ranges"]["weather"]["values"] == ['clear, "dry"']


def test_without_a_time_the_answer_says_which_it_holds(standing_api: Any) -> None:
    told = standing_api.get(f"{DATA}/locations/air-01").json()
    assert len(told["domain"]["axes"]["t"]["values"]) == 600
    assert [one["code"] for one in told["warnings"]] == ["window"]


def test_values_come_as_features_and_as_a_table(standing_api: Any) -> None:
    page = standing_api.get(f"{DATA}/area?{AREA}&{FIVE}&parameter-name=pm2_5&f=GeoJSON").json()
    assert [one["properties"]["result"] for one in page["features"]] == [0, 0.25, 0.5, 0.75, 1]
    again = standing_api.get(f"{DATA}/items/{page['features'][1]['id']}").json()
    assert again["properties"]["result"] == 0.25
    table = standing_api.get(f"{DATA}/area?{AREA}&{FIVE}", headers={"accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["thing"] for row in rows] == ["air-01", "weather-01", *["air-01"] * 4]
    assert (rows[0]["unit"], rows[0]["quality"], rows[1]["result"]) == ("ug/m3", "1", 'clear, "dry"')


def test_locations_are_features(standing_api: Any) -> None:
    page = standing_api.get(f"{DATA}/locations").json()
    assert [one["id"] for one in page["features"]] == ["air-01", "weather-01"]
    assert page["features"][0]["properties"]["parameter-name"] == ["pm10", "pm2_5"]
    few = standing_api.get(f"{DATA}/locations?bbox=58.1,23,58.2,24&lang=ar").json()
    assert [one["properties"]["label"] for one in few["features"]] == ["السيب"]
    assert (
        standing_api.get(f"{DATA}/locations?bbox=23,58,24,59").json()["warnings"][0]["code"] == "box_swapped"
    )


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("position", 400, "coords_missing"), ("position?coords=58.5,23.6", 400, "not_coords"),
        ("position?coords=POINT(58.5)", 400, "not_coords"), (f"position?{AREA}", 400, "not_coords"),
        ("position?coords=POINT(inf 1)", 400, "not_coords"), ("area?coords=POINT(1 2)", 400, "not_coords"),
        ("area?coords=POLYGON" + "(" * 900, 400, "not_coords"), (f"radius?{HERE}", 400, "within_missing"),
        (f"radius?{HERE}&within=-1&within-units=km", 400, "within_range"), (f"radius?{HERE}&within=1e9&within-units=km", 400, "within_range"), (f"radius?{HERE}&within=5", 400, "within_units_missing"), (f"position?{HERE}&z=low", 400, "not_a_height"), (f"position?{HERE}&z={'1,' * 400}1", 400, "not_a_height"),
        (f"radius?{HERE}&within=x&within-units=m", 400, "not_a_number"), (f"radius?{HERE}&within=1&within-units=parsec", 400, "not_one_of"),
        (f"position?{HERE}&parameter-name=pm25", 400, "no_such_parameter_name"), (f"position?{HERE}&zzzzzz=1", 400, "unknown_parameter"),
        (f"position?{HERE}&crs=EPSG:3857", 400, "not_this_crs"), (f"position?{HERE}&f=netcdf", 400, "not_one_of"),
        (f"position?{HERE}&datetime=now", 400, "not_a_time"), ("position?coords=POINT(10 10)", 404, "nothing_near"),
        ("position?coords=POINT(23.6 58.54)", 404, "coordinates_swapped"), ("locations/bus-01", 404, "no_such_feature"),
        ("locations/x%2Fy", 404, "no_such_path"), ("cube?bbox=1,2,3,4", 404, "no_such_path"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_says_why(standing_api: Any, path: str, status: int, code: str) -> None:
    for language in ("en", "ar"):
        answer = standing_api.get(f"{DATA}/{path}", headers={"accept-language": language})
        told = answer.json()
        assert answer.status_code == status
        assert told["description"]
        assert code in {told["code"], *(one["code"] for one in told.get("errors", ()))}


def test_empty_places_are_empty_and_say_so(standing_api: Any) -> None:
    for path, code in (
        ("area?coords=POLYGON((10 10,11 10,11 11,10 10))", "nothing_there"),
        ("area?coords=POLYGON((23 58,24 58,24 59,23 59,23 58))", "area_swapped"),
        ("radius?coords=POINT(23.6 58.54)&within=5&within-units=km", "area_swapped"),
    ):
        told = standing_api.get(f"{DATA}/{path}").json()
        assert told["coverages"] == []
        assert told["warnings"][0]["code"] == code


def test_more_than_an_answer_may_hold_is_refused_with_what_to_do(city: Any, make_api: Any) -> None:
    api = make_api(ogc=OgcSettings(values_max=100))
    answer = api.get(f"{DATA}/locations/air-01")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_values")
    assert "/v1/bulk" in answer.json()["description"]
    assert api.get(f"{DATA}/locations/air-01?{FIVE}").status_code == 200


def test_two_sensors_of_one_property_and_another_unit_stay_apart() -> None:
    rows = [Observed(1, NOW, 1.0, 1), Observed(2, NOW, 2.0, 1), Observed(3, NOW, 3.0, 4)]
    data = Data([station(1, "a"), station(2, "a", unit="mg/m3"), station(3, "b")], PARAMETERS, rows)
    told = orjson.loads(coverage_json(data, {}, is_single=False))
    assert [one["ranges"]["pm2_5"]["values"] for one in told["coverages"]] == [[1.0], [2.0], [None]]
    assert told["coverages"][1]["parameters"]["pm2_5"]["unit"]["symbol"]["value"] == "mg/m3"
    assert b"".join(csv_text(data)).count(b"\r\n") == 4


@pytest.mark.parametrize("write", [geojson, csv_text])
def test_many_values_are_written_in_parts_and_take_little_more_than_their_text(write: Any) -> None:
    rows = [Observed(1, NOW + timedelta(seconds=n), n / 4, 1) for n in range(20_001)]
    data = Data([station(1, "a")], PARAMETERS, rows)
    tracemalloc.start()
    try:
        parts = write(data, {"warnings": []}) if write is geojson else write(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    body = b"".join(parts)
    assert peak < 1.5 * len(body)
    assert max(map(len, parts)) < len(body) / 10
    if write is geojson:
        told = orjson.loads(body)
        assert [one["properties"]["result"] for one in told["features"]] == [row.result for row in rows]
        assert (told["numberReturned"], told["warnings"]) == (20_001, [])
    else:
        assert body.count(b"\r\n") == 20_002


def test_a_large_answer_is_sent_in_pieces_and_known_again(standing_api: Any) -> None:
    path = f"{DATA}/area?{AREA}&f=GeoJSON&parameter-name=pm2_5"
    first = standing_api.get(path)
    assert len(first.json()["features"]) == 600
    again = standing_api.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_distances_and_areas_are_those_of_the_globe() -> None:
    muscat, salalah = station(1, "muscat", longitude=58.4059, latitude=23.588), Point(54.0924, 17.0151)
    assert metres_between(muscat, salalah) == pytest.approx(860_000, rel=0.02)
    across = station(1, "x", longitude=179.9, latitude=0)
    assert metres_between(across, Point(-179.9, 0)) == pytest.approx(22_239, rel=0.01)
    area = from_wkt(
        "POLYGON((58 23,59 23,59 24,58 24,58 23),(58.3 23.3,58.5 23.3,58.5 23.7,58.3 23.7,58.3 23.3))"
    )
    assert inside([muscat], area) == []
    assert turned(Point(1, 2)).equals(Point(2, 1))
