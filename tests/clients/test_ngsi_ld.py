"""Entities of NGSI-LD as a program reads them that knows JSON-LD and nothing else."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.hub_api.conftest import Api, city_template, standing_api, standing_city

__all__ = ["city_template", "standing_api", "standing_city"]
PYTHON = Path(".venv-clients/bin/python").absolute()
AIR = "urn:ngsi-ld:AirQualityObserved:air-01"
CORE = "https://uri.etsi.org/ngsi-ld/"
#: Of the core context what this entity uses; contexts are not fetched here.
CORE_TERMS = {
    "id": "@id",
    "type": "@type",
    "value": f"{CORE}hasValue",
    "languageMap": {"@id": f"{CORE}hasLanguageMap", "@container": "@language"},
    "observedAt": {"@id": f"{CORE}observedAt", "@type": f"{CORE}DateTime"},
    "unitCode": f"{CORE}unitCode",
    "Property": f"{CORE}Property",
    "LanguageProperty": f"{CORE}LanguageProperty",
}
PROGRAM = """
import sys
from rdflib import Graph
graph = Graph().parse(data=sys.stdin.read(), format="json-ld")
sys.stdout.write(graph.serialize(format="nt"))
"""


def test_an_entity_becomes_triples_of_known_terms(standing_api: Api) -> None:
    headers = {"Accept": "application/ld+json"}
    entity = standing_api.get(f"/ngsi-ld/v1/entities/{AIR}?attrs=pm2_5,name,source", headers=headers).json()
    ours = standing_api.get(entity["@context"][0].removeprefix("http://hub.test")).json()["@context"]
    read = subprocess.run(
        [PYTHON, "-c", PROGRAM],
        input=json.dumps({**entity, "@context": [ours, CORE_TERMS]}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    triples = read.stdout
    assert f"<{AIR}> <https://smartdatamodels.org/dataModel.Environment/pm25> " in triples
    assert (
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <https://smartdatamodels.org/dataModel.Environment/AirQualityObserved>"
    ) in triples
    assert f'<{CORE}unitCode> "GQ"' in triples
    assert f'<{CORE}hasLanguageMap> "\\u0631\\u0648\\u064A"@ar' in triples or 'روي"@ar' in triples
    assert (
        f'<{CORE}hasValue> "1.4975E2"^^<http://www.w3.org/2001/XMLSchema#double>' in triples
        or "149.75" in triples
    )
    assert "/ngsi-ld/context.jsonld#qualityFlag>" in triples
    assert "/ngsi-ld/context.jsonld#source>" in triples
