"""Vendors and offerings as open data: what is verified and published, in every format, and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from casework.taxonomy.model import Capability, PriceBand, Sector, Standard
from citycore.store.kinds import of_json
from hackathon.market.offerings.model import Content
from hackathon.market.offerings.rules import digest_of
from tests.hackathon.market import Market
from tests.hackathon.offering_specimens import LIGHTING
from tests.hub_api.conftest import Api, open_city, standing

FORMATS = ("json", "csv", "ndjson", "parquet", "arrow")
#: Of the city that all tests have.
CITYS = {"00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"}
LAMP = Content(
    title_en="SECRET lamp", summary_en="Bright", sectors=(Sector.TOURISM,), capabilities=(Capability.GIS,),
    standards=(Standard.IFC,), maturity=LIGHTING.maturity, price_band=PriceBand.OVER_500K, languages=("en",),
)  # fmt: skip


@pytest.fixture(scope="module")
def market(
    postgres: Any, city_template: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Api, dict[str, UUID]]]:
    """A verified vendor with two offerings and one that is not published, and a vendor who is not verified."""
    with open_city(postgres, city_template) as city:
        database = city.database
        with database.connect("portal") as portal, database.connect() as owner:
            made = Market(portal, owner, tmp_path_factory.mktemp("papers"))
            vendor_id, speaker = made.verified()
            first = made.published(vendor_id, speaker)
            second = made.published(
                vendor_id,
                speaker,
                replace(LIGHTING, title_ar="", summary_ar="", governorates=(), price_band=None),
            )
            made.draft(vendor_id, speaker, LAMP)
            hidden, other = made.verified()
            lamp = made.published(hidden, other, LAMP)
            made.move(lamp, "pause", other)
            out, third = made.verified()
            made.published(out, third, LAMP)
            made.step(out, "close", third)
            owner.execute("UPDATE innovation.organisations SET name_en = 'SECRET firm' WHERE organisation_id ="
                          " (SELECT organisation_id FROM innovation.vendors WHERE vendor_id = %s)", [out])  # fmt: skip
            portal.commit()
        with standing(city) as api:
            yield api, {"vendor": vendor_id, "first": first, "second": second, "quiet": hidden, "out": out}


def data(api: Api, url: str) -> Any:
    answer = api.get(f"/v1/innovation/{url}")
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["data"] if not CITYS & {one["vendor"], one.get("offering")}]


def test_only_what_is_verified_and_published_is_told(market: tuple[Api, dict[str, UUID]]):
    api, ids = market
    assert {one["offering"] for one in data(api, "offerings")} == {str(ids["first"]), str(ids["second"])}
    assert {one["vendor"] for one in data(api, "vendors")} == {str(ids["vendor"]), str(ids["quiet"])}
    for url in ("offerings", "vendors", "offerings.csv", "vendors.ndjson"):
        text = api.get(f"/v1/innovation/{url}").text
        assert "SECRET" not in text
        assert "@" not in text, "no contacts"
        assert "paper.pdf" not in text


def test_an_offering_says_what_its_version_says(market: tuple[Api, dict[str, UUID]]):
    api, ids = market
    one = next(each for each in data(api, "offerings") if each["offering"] == str(ids["first"]))
    assert one["name"] == {"en": LIGHTING.title_en, "ar": LIGHTING.title_ar}
    assert one["capabilities"][0] == {
        "code": "smart_lighting", "name": {"en": "Smart lighting", "ar": "الإنارة الذكية"},
    }  # fmt: skip
    assert one["references"][0]["client_kind_name"]["en"] == "Municipality"
    # Whoever has the answer can check the digest.
    written = {name: one[key][language] for name, key, language in (
        ("title_ar", "name", "ar"), ("title_en", "name", "en"), ("summary_ar", "description", "ar"),
        ("summary_en", "description", "en"))}  # fmt: skip
    codes = {name: [each["code"] for each in one[name]] for name in ("sectors", "capabilities", "standards")}
    assert of_json(
        Content,
        {**written, **codes, "maturity": one["maturity"], "price_band": one["price_band"],
         "governorates": one["governorates"], "languages": one["languages"], "references": []},
    ) == replace(LIGHTING, references=())  # fmt: skip
    assert one["sha256"] == digest_of(ids["first"], 1, LIGHTING).hex()


def test_one_language_stands_for_the_other_and_says_so(market: tuple[Api, dict[str, UUID]]):
    api, ids = market
    one = next(each for each in data(api, "offerings") if each["offering"] == str(ids["second"]))
    assert one["written_in"] == ["en"]
    assert one["name"]["ar"] == LIGHTING.title_en
    assert (one["price_band"], one["price_band_name"], one["governorates"]) == (None, None, [])


@pytest.mark.parametrize(
    ("query", "found"),
    [("sector=energy", 2), ("sector=water", 0), ("capability=smart_lighting", 2), ("capability=gis", 0),
     ("standard=dali", 2), ("governorate=OM-MA", 2), ("governorate=OM-ZU", 1), ("maturity_min=8", 2),
     ("maturity_min=9", 0), ("price_band=25k_100k", 1), ("sme=true", 0), ("sme=false", 2)],
)  # fmt: skip
def test_offerings_are_filtered(market: tuple[Api, dict[str, UUID]], query: str, found: int):
    assert len(data(market[0], f"offerings?{query}")) == found


def test_a_vendor_that_is_not_public_is_not_found(market: tuple[Api, dict[str, UUID]]):
    api, ids = market
    assert len(data(api, f"offerings?vendor={ids['vendor']}")) == 2
    assert data(api, f"offerings?vendor={ids['quiet']}") == []
    for vendor in (ids["out"], "nobody"):
        answer = api.get(f"/v1/innovation/offerings?vendor={vendor}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert api.get("/v1/innovation/offerings?sector=boats").json()["errors"][0]["code"] == "not_one_of"
    assert data(api, "vendors?governorate=OM-ZU") == []


def test_vendors_count_what_they_offer(market: tuple[Api, dict[str, UUID]]):
    api, ids = market
    counts = {one["vendor"]: one["offering_count"] for one in data(api, "vendors")}
    assert counts == {str(ids["vendor"]): 2, str(ids["quiet"]): 0}


def test_every_format_and_every_page_has_the_same(market: tuple[Api, dict[str, UUID]]):
    api, _ = market
    for name, key in (("offerings", "offering"), ("vendors", "vendor")):
        expected = [one[key] for one in api.get(f"/v1/innovation/{name}").json()["data"]]
        for chosen in FORMATS:
            assert api.get(f"/v1/innovation/{name}.{chosen}").status_code == 200, (name, chosen)
        rows = list(csv.DictReader(io.StringIO(api.get(f"/v1/innovation/{name}.csv").text)))
        assert [one[key] for one in rows] == expected
        url, paged = f"/v1/innovation/{name}?limit=1", []
        while url:
            answer = api.get(url)
            paged += [one[key] for one in answer.json()["data"]]
            url = answer.links.get("next", {}).get("url", "")
        assert paged == expected
    url = f"/v1/innovation/offerings.csv?vendor={market[1]['vendor']}"
    row = next(csv.DictReader(io.StringIO(api.get(url).text)))
    assert row["capabilities"] == "smart_lighting energy_management"
    assert row["reference_count"] == "1"
