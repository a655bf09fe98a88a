"""A dataset as Croissant 1.1, which programs for machine learning load records from.

The lists change, so the dataset is a live one and they have no checksum; whole days have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hub_api.serving.lists.model import Kind
from hub_api.standards.catalogue.model import Entry, Shelf
from hub_api.standards.catalogue.rules import dataset_url, instant, web_address
from hub_api.standards.catalogue.tables import Table, tables
from hub_api.standards.catalogue.texts import description_of, name_of, provider_of

Json = dict[str, Any]
CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.1"
TYPES: Final[Mapping[Kind, str]] = {
    "text": "sc:Text",
    "whole": "sc:Integer",
    "number": "sc:Float",
    "truth": "sc:Boolean",
    "instant": "sc:DateTime",
}
#: As Croissant's readers know them.
ENCODINGS: Final = {"application/vnd.apache.parquet": "application/x-parquet"}
#: The terms of Croissant 1.1; without ``@language`` readers fail.
_TERMS: Final = (
    "arrayShape",
    "citeAs",
    "column",
    "containedIn",
    "equivalentProperty",
    "extract",
    "field",
    "fileProperty",
    "fileObject",
    "fileSet",
    "format",
    "includes",
    "isArray",
    "isLiveDataset",
    "jsonPath",
    "key",
    "md5",
    "parentField",
    "path",
    "recordSet",
    "references",
    "regex",
    "repeated",
    "replace",
    "samplingRate",
    "separator",
    "source",
    "subField",
    "transform",
)
CONTEXT: Final[Mapping[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}


def croissant(shelf: Shelf) -> Json:
    """The only dataset of the page."""
    (entry,) = shelf.entries
    found = tables(shelf.hub, entry.dataset.code, entry.files)
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        **_described(shelf, entry),
        "isLiveDataset": True,
        "distribution": [_file(table) for table in found],
        "recordSet": [_records(table) for table in found],
    }


def _described(shelf: Shelf, entry: Entry) -> Json:
    dataset, url = entry.dataset, dataset_url(shelf.hub, entry.dataset.code)
    newest = dataset.newest_phenomenon_time
    provider = provider_of(dataset) or shelf.holder.name
    website = web_address(dataset.homepage) or shelf.holder.website or shelf.hub
    licence = dataset.licence
    told: Json = {
        "@id": f"{url}#dataset",
        "name": name_of(dataset),
        "description": description_of(dataset),
        "url": f"{url}?f=html",
        "version": "0.0.0" if newest is None else f"{newest:%Y}.{newest.month}.{newest.day}",
        "creator": {"@type": "sc:Organization", "name": provider, "url": website},
        "inLanguage": ["en", "ar"],
        "isAccessibleForFree": True,
        "citeAs": dataset.attribution or f"{provider.get('en') or provider['ar']}: {dataset.name_en}, {url}",
    }
    if licence is not None:
        told["license"] = web_address(licence.url) or licence.name_en
    if newest is not None:
        told |= {"datePublished": instant(newest), "dateModified": instant(newest)}
    return told


def _file(table: Table) -> Json:
    told: Json = {
        "@type": "cr:FileObject",
        "@id": table.file_name,
        "name": table.file_name,
        "description": table.title,
        "contentUrl": table.url,
        "encodingFormat": ENCODINGS.get(table.media_type, table.media_type),
    }
    if table.file is not None:
        told |= {"sha256": table.file.sha256.hex(), "contentSize": f"{table.file.byte_count} B"}
    return told


def _records(table: Table) -> Json:
    told: Json = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.title,
        "field": [_field(table, name, kind) for name, kind in table.columns],
    }
    return told if table.key is None else {**told, "key": {"@id": f"{table.name}/{table.key}"}}


def _field(table: Table, name: str, kind: Kind) -> Json:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{name}",
        "name": name,
        "dataType": TYPES[kind],
        "source": {"fileObject": {"@id": table.file_name}, "extract": {"column": name}},
    }
