"""The catalogue, read by those for whom it is made: RDF with shapes, mlcroissant, frictionless."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.conftest import Run
from tests.hub_api.bulk.conftest import Bulk
from tests.hub_api.conftest import START, City, serving_process

HERE = Path(__file__).parent
#: What a provider may write, and nothing of it may become a part of the document.
HOSTILE = 'Sky "x" \\ </script><b>\n@ar .'


@pytest.fixture(scope="module")
def catalogue_url(clients_city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A hub with two whole days, and a provider that says a lot."""
    folder = tmp_path_factory.mktemp("catalogue")
    bulk = Bulk(clients_city, folder / "bulk", lambda **_: None)
    bulk.note()
    bulk.note("weather-01.weather")
    bulk.observe(START - timedelta(days=2))
    bulk.write()
    with clients_city.database.connect("owner") as owner:
        owner.execute(
            "UPDATE sources SET description_en = %s, description_ar = 'سماء.', provider_en = 'Observatory', attribution = %s,"
            " homepage = 'https://example.org/a b>' WHERE code = 'recorded'",
            [HOSTILE, HOSTILE],
        )
    environment = {
        "FALAJ_BULK_FOLDER": str(folder / "bulk"),
        "FALAJ_OPERATOR_CONTACT_EMAIL": "data@example.om",
    }
    with serving_process(clients_city.database, folder / "hub.log", **environment) as (url, _):
        yield url


def test_both_forms_are_one_graph_that_fits_the_shapes(catalogue_url: str, foreign: Run) -> None:
    addresses = [
        f"{catalogue_url}/catalog",
        *(f"{catalogue_url}/catalog/{one}" for one in ("recorded", "simulator")),
    ]
    run = foreign("python", str(HERE / "catalogue_graphs.py"), str(HERE / "catalogue_shapes.ttl"), *addresses)
    assert run.returncode == 0, run.stdout + run.stderr
    counts = [int(line.rpartition(" ")[2]) for line in run.stdout.splitlines()]
    assert len(counts) == 3
    assert counts[0] > max(counts[1:]) > 200


def test_the_shapes_find_what_is_missing(catalogue_url: str, foreign: Run, tmp_path: Path) -> None:
    whole = httpx.get(f"{catalogue_url}/catalog/simulator?f=turtle").text
    for missing in ("", "dct:rights ", "dcat:accessURL ", "spdx:checksum ", "dcat:endpointURL "):
        assert missing in whole
        file = tmp_path / "catalogue.ttl"
        file.write_text(whole.replace(missing, "rdfs:seeAlso ") if missing else whole, "utf-8")
        run = foreign("pyshacl", "-s", str(HERE / "catalogue_shapes.ttl"), "-df", "turtle", str(file))
        assert f"Conforms: {not missing}" in run.stdout, (missing, run.stdout)


@pytest.mark.parametrize("dataset", ["recorded", "simulator"])
def test_croissant_is_valid_and_its_records_load_by_address(
    catalogue_url: str, foreign: Run, dataset: str
) -> None:
    address = f"{catalogue_url}/catalog/{dataset}/croissant.json"
    run = foreign("mlcroissant", "validate", "--jsonld", address)
    assert run.returncode == 0, run.stderr
    assert "Done." in run.stderr
    assert "context" not in run.stderr
    run = foreign("python", str(HERE / "croissant_records.py"), address, "things", "datastreams", "latest")
    assert run.returncode == 0, run.stderr
    told = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    sizes = {name: int(rest.split()[0]) for name, rest in told.items()}
    assert sizes == (
        {"things": 1, "datastreams": 1, "latest": 1}
        if dataset == "recorded"
        else {"things": 2, "datastreams": 3, "latest": 2}
    )
    assert "latest/phenomenon_time" in told["latest"]


@pytest.mark.parametrize("dataset", ["recorded", "simulator"])
def test_the_data_package_is_green_and_its_files_are_compared(
    catalogue_url: str, foreign: Run, dataset: str, tmp_path: Path
) -> None:
    address = f"{catalogue_url}/catalog/{dataset}/datapackage.json"
    run = foreign("frictionless", "validate", "--json", address)
    assert run.returncode == 0, run.stdout + run.stderr
    report: Any = json.loads(run.stdout)
    assert report["valid"]
    files = [one["name"] for one in report["tasks"] if one["type"] == "file"]
    assert len(files) == {"recorded": 1, "simulator": 2}[dataset]
    package = httpx.get(address).json()
    for resource in package["resources"]:
        if resource["type"] == "file":
            resource["hash"] = "sha256:" + "0" * 64
    (tmp_path / "datapackage.json").write_text(json.dumps(package), "utf-8")
    run = foreign("frictionless", "validate", "--json", "--trusted", "datapackage.json", cwd=tmp_path)
    assert run.returncode == 1
    assert "hash-count" in run.stdout
