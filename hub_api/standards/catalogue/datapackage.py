"""A dataset as a Data Package (version 2): its lists as tables with a schema, its whole days as files with a checksum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hub_api.serving.lists.model import Kind
from hub_api.standards.catalogue.model import Shelf
from hub_api.standards.catalogue.rules import dataset_url, instant, web_address
from hub_api.standards.catalogue.tables import KEYS, NAMED, Table, tables
from hub_api.standards.catalogue.texts import description_of, name_of, observed_names, provider_of

Json = dict[str, Any]
PROFILE: Final = "https://datapackage.org/profiles/2.0"
TYPES: Final[Mapping[Kind, str]] = {
    "text": "string",
    "whole": "integer",
    "number": "number",
    "truth": "boolean",
    "instant": "datetime",
}
#: Fields of tables whose values are bounded.
BOUNDS: Final[Mapping[str, Json]] = {
    "longitude": {"minimum": -180, "maximum": 180},
    "latitude": {"minimum": -90, "maximum": 90},
}


def data_package(shelf: Shelf) -> Json:
    """The only dataset of the page. Arabic stands beside English under names that end in ``_ar``, since Data Package has
    no languages.
    """
    (entry,) = shelf.entries
    dataset, url = entry.dataset, dataset_url(shelf.hub, entry.dataset.code)
    names, words = name_of(dataset), description_of(dataset)
    licence, newest = dataset.licence, dataset.newest_phenomenon_time
    provider = provider_of(dataset) or shelf.holder.name
    told: Json = {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": dataset.code.lower(),
        "id": f"{url}#dataset",
        "title": names["en"],
        "title_ar": names["ar"],
        "description": words["en"],
        "description_ar": words["ar"],
        "homepage": f"{url}?f=html",
        "keywords": observed_names(dataset, "en"),
        "sources": [
            {
                "title": provider.get("en") or provider["ar"],
                "path": web_address(dataset.homepage) or shelf.holder.website or shelf.hub,
            }
        ],
        "resources": [_resource(table) for table in tables(shelf.hub, dataset.code, entry.files)],
    }
    if licence is not None:
        path = web_address(licence.url)
        told["licenses"] = [
            {"name": licence.code, "title": licence.name_en} | ({} if path is None else {"path": path})
        ]
    if newest is not None:
        told |= {"created": instant(newest), "version": f"{newest:%Y}.{newest.month}.{newest.day}"}
    return told | ({} if told["keywords"] else {"keywords": [dataset.kind]})


def _resource(table: Table) -> Json:
    told: Json = {
        "name": table.name,
        "path": table.url,
        "title": table.title["en"],
        "title_ar": table.title["ar"],
        "format": "csv" if table.file is None else "parquet",
        "mediatype": table.media_type,
    }
    if table.file is not None:
        # A file and no table: who checks the package compares bytes, and need not read Parquet.
        return {
            **told,
            "type": "file",
            "bytes": table.file.byte_count,
            "hash": f"sha256:{table.file.sha256.hex()}",
        }
    return {
        **told,
        "type": "table",
        "encoding": "utf-8",
        "dialect": {"header": True, "delimiter": ",", "lineTerminator": "\r\n"},
        "schema": _schema(table),
    }


def _schema(table: Table) -> Json:
    told: Json = {
        "fields": [_field(table, name, kind) for name, kind in table.columns],
        "missingValues": [""],
    }
    if table.key is not None:
        told["primaryKey"] = [table.key]
    if keys := NAMED.get(table.name):
        told["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": named, "fields": [KEYS[named]]}}
            for field, named in keys.items()
        ]
    return told


def _field(table: Table, name: str, kind: Kind) -> Json:
    told: Json = {"name": name, "type": TYPES[kind]}
    if kind == "instant":
        # Fractions come where there are any.
        told["format"] = "any"
    if kind == "truth":
        told |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints = {**BOUNDS.get(name, {}), **({"required": True} if name == table.key else {})}
    return told if not constraints else {**told, "constraints": constraints}
