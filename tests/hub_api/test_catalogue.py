"""The catalogue: one model in every vocabulary, and what programs look for before they know a hub."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from hub_api.standards.catalogue.forms import accepted_form
from hub_api.standards.catalogue.graph import Link, Node, Text, Value, json_ld, turtle
from hub_api.standards.catalogue.rules import web_address
from hub_api.standards.catalogue.schema_org import block
from hub_api.standards.catalogue.services import NATIVE, SERVICES, served
from hub_api.standards.catalogue.settings import CatalogueSettings
from hub_api.standards.catalogue.vocabulary import frequency_of, media_type_of
from tests.hub_api.conftest import standing

TURTLE, LINKED = "text/turtle", "application/ld+json"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "jsonld"),
        ("*/*", "jsonld"),
        (FIREFOX, "html"),
        (TURTLE, "turtle"),
        (f"{LINKED};q=0.5, {TURTLE};q=0.9", "turtle"),
        (f"{TURTLE};q=0, application/json", "jsonld"),
        (f"{TURTLE};q=x", "jsonld"),
        ("application/rdf+xml, image/png", "jsonld"),
        (f"text/plain, {TURTLE};q=0.1", "turtle"),
        (", ".join(["a/b"] * 1000 + [TURTLE]), "jsonld"),
    ],
)
def test_the_form_is_the_best_that_is_accepted(accept: str, form: str) -> None:
    assert accepted_form(accept) == form


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (None, "UNKNOWN"),
        (1, "CONT"),
        (2, "1MIN"),
        (60, "1MIN"),
        (61, "5MIN"),
        (3600, "HOURLY"),
        (86_400, "DAILY"),
        (86_401, "OTHER"),
    ],
)
def test_an_interval_has_a_frequency(seconds: int | None, code: str) -> None:
    assert frequency_of(seconds).rpartition("/")[2] == code


def test_what_others_wrote_ends_neither_a_literal_nor_an_address() -> None:
    hostile = 'a"b\\c\n\x00</script> .'
    node = Node(
        ("dcat:Dataset",),
        (("dct:title", Text(hostile, "en")), ("foaf:page", Link("https://x.example/a> . <b {c}"))),
        "urn:x",
    )
    written = turtle([node])
    assert '"a\\"b\\\\c\\n\\u0000</script> ."@en' in written
    assert "<https://x.example/a%3E%20.%20%3Cb%20%7Bc%7D>" in written
    assert json.loads(json.dumps(json_ld([node])))["@graph"][0]["dct:title"]["@value"] == hostile
    assert block({"name": "</script><!--\u2028"}).count("<") == 2
    assert [web_address(one) for one in ("javascript:alert(1)", "https://[", "no address", None, " https://a.example/ ")] == [None, None, None, None, "https://a.example/"]  # fmt: skip


def test_what_has_an_address_is_described_once() -> None:
    agent = Node(("foaf:Agent",), (("foaf:name", Text("A")),), "urn:agent")
    blank = Node(("dct:Location",), (("dcat:bbox", Value("x", "geo:wktLiteral")),))
    nodes = [
        Node(
            ("dcat:Dataset",),
            (("dct:publisher", agent), ("dct:creator", agent), ("dct:spatial", blank)),
            "urn:d",
        )
    ]
    assert turtle(nodes).count("foaf:name") == 1
    told = json_ld(nodes)["@graph"][0]
    assert told["dct:creator"] == {"@id": "urn:agent"}
    assert told["dct:publisher"]["foaf:name"] == {"@value": "A"}


def test_a_media_type_that_iana_does_not_know_has_no_address() -> None:
    assert media_type_of("application/x-ndjson") is None
    assert media_type_of("text/csv; charset=utf-8") == "https://www.iana.org/assignments/media-types/text/csv"


def test_services_are_those_that_the_hub_has(standing_api: Any) -> None:
    assert served([]) == ()
    assert served(["/v10", "/stay"]) == ()
    assert served(["/v1/things", "/sta/v1.1"]) == SERVICES[:2]
    assert served(one.root for one in SERVICES) == SERVICES
    assert NATIVE in standing_api.app.state.catalogue.services


def test_accept_and_f_and_the_extension_choose_the_form(standing_api: Any) -> None:
    for url, accept, kind in (
        ("/catalog", TURTLE, TURTLE), ("/catalog", LINKED, LINKED), ("/catalog", FIREFOX, "text/html"), ("/catalog.ttl", LINKED, TURTLE),
        ("/catalog/simulator", TURTLE, TURTLE), ("/catalog/simulator?f=html", TURTLE, "text/html"), ("/catalog.jsonld", "", LINKED),
    ):  # fmt: skip
        answer = standing_api.get(url, headers={"accept": accept})
        assert answer.headers["content-type"].partition(";")[0] == kind, url
        assert {"Accept", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
        again = standing_api.get(url, headers={"accept": accept, "if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert standing_api.get("/catalog.rdf").json()["code"] == "no_such_path"
    assert standing_api.get("/catalog?f=xml").json()["errors"][0]["parameter"] == "f"
    for path in ("/v1/datasets", "/v1/datasets/simulator"):
        plain = standing_api.get(path, headers={"accept": TURTLE})
        assert plain.headers["content-type"] == "application/json"
        (leads,) = re.findall(r'<([^>]+)>; rel="alternate"; type="text/turtle"', plain.headers["link"])
        assert standing_api.get(leads, headers={"accept": TURTLE}).headers["content-type"].startswith(TURTLE)


def test_an_unknown_dataset_is_told_the_nearest(standing_api: Any) -> None:
    for path in (
        "/catalog/simulatr",
        "/catalog/simulatr/croissant.json",
        "/catalog/simulatr/datapackage.json",
    ):
        answer = standing_api.get(path)
        assert (answer.status_code, answer.json()["suggestion"]) == (404, "simulator")


def test_pages_go_on_until_all_datasets_have_been_told(make_api: Any, city: Any) -> None:
    api = make_api(catalogue=CatalogueSettings(page_datasets=1))
    url, found, counted = "/catalog?f=jsonld", [], set()
    while url:
        graph = api.get(url).json()["@graph"]
        found.append(graph[0]["dcat:dataset"]["dct:identifier"]["@value"])
        counted.add(graph[1]["hydra:totalItems"]["@value"])
        following = graph[1].get("hydra:next")
        url = "" if following is None else following["@id"].removeprefix("http://hub.test") + "&f=jsonld"
    assert (found, counted) == (["recorded", "simulator"], {"2"})
    page = api.get("/catalog?f=html").text
    assert "/catalog?f=html&amp;lang=en&amp;after=recorded" in page
    behind = api.get("/catalog?after=zzz&f=jsonld").json()["@graph"][0]
    assert "dcat:dataset" not in behind


def test_every_address_of_a_data_package_has_the_columns_that_it_says(standing_api: Any) -> None:
    package = standing_api.get("/catalog/simulator/datapackage.json").json()
    assert [one["name"] for one in package["resources"]] == ["things", "datastreams", "latest"]
    for one in package["resources"]:
        parts = urlsplit(one["path"])
        header = standing_api.get(f"{parts.path}?{parts.query}").text.splitlines()[0]
        assert header.split(",") == [field["name"] for field in one["schema"]["fields"]]


def test_one_model_says_the_same_in_every_vocabulary(standing_api: Any) -> None:
    dcat = standing_api.get("/catalog/recorded?f=jsonld").json()["@graph"][0]
    croissant = standing_api.get("/catalog/recorded/croissant.json").json()
    package = standing_api.get("/catalog/recorded/datapackage.json").json()
    (schema,) = linked(standing_api, "/catalog/recorded?f=html&lang=ar")
    licence = dcat["dcat:distribution"][0]["dct:license"]["@id"]
    assert licence == croissant["license"] == package["licenses"][0]["path"] == schema["license"]
    assert "creativecommons" in licence
    titles = {one["@language"]: one["@value"] for one in dcat["dct:title"]}
    assert titles == croissant["name"] == {"en": package["title"], "ar": package["title_ar"]}
    assert (schema["name"], schema["alternateName"]) == (titles["ar"], titles["en"])
    assert (
        dcat["dct:modified"]["@value"]
        == croissant["dateModified"]
        == package["created"]
        == schema["dateModified"]
    )
    assert dcat["@id"] == croissant["@id"] == package["id"] == schema["@id"]
    assert {
        one["license"]["@id"] if "license" in one else one["dct:license"]["@id"]
        for one in dcat["dcat:distribution"][1:]
    } == {licence}


def test_a_dataset_without_a_licence_says_so_with_every_distribution(standing_api: Any) -> None:
    dcat = standing_api.get("/catalog/simulator?f=jsonld").json()["@graph"][0]
    for one in dcat["dcat:distribution"]:
        words = {each["@language"]: each["@value"] for each in one["dct:rights"]["rdfs:label"]}
        assert "not stated a licence" in words["en"]
        assert re.search(r"[\u0621-\u064a]", words["ar"])
    assert "simulated" in str(dcat["dct:provenance"])


def linked(api: Any, url: str) -> list[Any]:
    text = api.get(url).text
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert text.count("<script") == len(blocks)
    return [json.loads(one) for one in blocks]


def test_pages_carry_schema_org_in_their_heads(standing_api: Any) -> None:
    for language in ("ar", "en"):
        (catalogue,) = linked(standing_api, f"/catalog?f=html&lang={language}")
        assert (catalogue["@type"], [one["identifier"] for one in catalogue["dataset"]]) == (
            "DataCatalog",
            ["recorded", "simulator"],
        )
        (dataset,) = linked(standing_api, f"/catalog/simulator?f=html&lang={language}")
        assert dataset["@type"] == "Dataset"
        assert 50 <= len(dataset["description"]) <= 5_000
        assert dataset["spatialCoverage"]["geo"]["box"] == "23.6 58.509 23.6 58.54"
        assert {one["encodingFormat"] for one in dataset["distribution"]} >= {
            "text/csv",
            "application/vnd.apache.parquet",
        }
        assert {one["propertyID"] for one in dataset["variableMeasured"]} == {"pm2_5", "pm10", "location"}
        for page in ("/docs", "/docs/guide"):
            (told,) = linked(standing_api, f"{page}?lang={language}")
            assert (told["@type"], told["@id"]) == ("DataCatalog", "http://hub.test/catalog#catalog")


def test_texts_of_providers_stay_texts_in_the_head(make_api: Any, city: Any) -> None:
    with city.database.connect("owner") as owner:
        owner.execute(
            "UPDATE sources SET description_en = '</script><script>alert(1)</script>', homepage = 'javascript:alert(1)'"
        )
    api = make_api()
    (told,) = linked(api, "/catalog/simulator?f=html")
    assert told["description"].startswith("</script><script>alert(1)</script> Observations of ")
    assert "javascript:" not in api.get("/catalog/simulator?f=turtle").text


@pytest.mark.parametrize(
    "said",
    [
        "provider_en = 'Observatory'",
        "provider_ar = 'المرصد', description_ar = 'وصف'",
        "licence = 'LOCAL-1', homepage = 'https://['",
        "licence = 'LOCAL-1', licence_url = 'ftp://x/', licence_name_en = '<b>', attribution = ' '",
        "description_en = '', zone = 'America/Chicago', kind = 'device'",
    ],
)
def test_whatever_a_source_leaves_out_every_form_answers(make_api: Any, city: Any, said: str) -> None:
    with city.database.connect("owner") as owner:
        owner.execute(f"UPDATE sources SET {said}")
        owner.execute("UPDATE datastreams SET interval_seconds = NULL")
        owner.execute(
            "INSERT INTO dataset_days (source_id, local_date) SELECT source_id, '-infinity' FROM sources WHERE code = 'recorded'"
        )
    with city.database.superuser() as store:
        store.execute("UPDATE latest SET phenomenon_time = 'infinity' WHERE datastream_id = 3")
    api = make_api()
    for path in ("/catalog", "/catalog/simulator", "/catalog/recorded"):
        for form in ("html", "jsonld", "turtle"):
            for language in ("ar", "en"):
                assert api.get(f"{path}?f={form}&lang={language}").status_code == 200, (path, form)
    for document in ("croissant.json", "datapackage.json"):
        assert api.get(f"/catalog/recorded/{document}").status_code == 200


def test_the_api_catalogue_links_services_that_answer(standing_api: Any) -> None:
    answer = standing_api.get("/.well-known/api-catalog")
    assert (
        answer.headers["content-type"]
        == 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    )
    assert 'rel="api-catalog"' in answer.headers["link"]
    head = standing_api.request("HEAD", "/.well-known/api-catalog")
    assert (head.status_code, head.headers["link"]) == (200, answer.headers["link"])
    first, *services = answer.json()["linkset"]
    assert [one["href"] for one in first["item"]] == [one["anchor"] for one in services]
    for one in services:
        for relation in ("service-desc", "service-doc", "service-meta", "status"):
            for link in one[relation]:
                assert standing_api.get(urlsplit(link["href"]).path).status_code == 200, link


def test_crawlers_are_led_to_pages_and_kept_off_exports(standing_api: Any) -> None:
    lines = standing_api.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /v1/", "Allow: /v1/datasets", "Sitemap: http://hub.test/sitemap.xml"} <= set(lines)
    assert not [one for one in lines if one.startswith("Disallow: /catalog")]
    answer = standing_api.get("/sitemap.xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    pages = ET.fromstring(answer.content).findall("s:url", space)
    addresses = [page.findtext("s:loc", namespaces=space) or "" for page in pages]
    assert "http://hub.test/catalog/simulator?lang=ar" in addresses
    for page in pages:
        assert {one.get("hreflang") for one in page.findall("x:link", space)} == {"ar", "en"}
    for address in addresses:
        parts = urlsplit(address)
        shown = standing_api.get(f"{parts.path}?{parts.query}", headers={"accept": FIREFOX})
        assert shown.status_code == 200, address
        assert shown.headers["content-type"].startswith("text/html")
    told = standing_api.get("/llms.txt?lang=ar").text
    assert told.startswith("# ")
    assert "http://hub.test/openapi.json" in told


def test_a_hub_without_anything_has_an_empty_catalogue(database: Any) -> None:
    class Bare:
        def __init__(self) -> None:
            self.database = database

    with standing(Bare()) as api:  # type: ignore[arg-type]  # a city is only asked for its database
        for url in (
            "/catalog?f=turtle",
            "/catalog?f=jsonld",
            "/catalog?f=html",
            "/sitemap.xml",
            "/.well-known/api-catalog",
        ):
            assert api.get(url).status_code == 200
