"""The catalogue as schema.org, for the heads of pages: search engines find datasets by it.

In the language of the page; the name in the other one is an alternate name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from markupsafe import Markup

from citycore.language import Language
from hub_api.city.datasets.model import Dataset
from hub_api.standards.catalogue.dcat import title_of
from hub_api.standards.catalogue.model import Entry, Shelf
from hub_api.standards.catalogue.rules import dataset_url, instant, starts_at, ways, web_address
from hub_api.standards.catalogue.texts import (
    both,
    name_of,
    observed_names,
    provider_of,
    summary_of,
)

Json = dict[str, Any]
CONTEXT: Final = "https://schema.org/"
OTHER: Final[dict[Language, Language]] = {"en": "ar", "ar": "en"}
#: What would end a script or begin a comment within the page, as JSON writes it otherwise.
UNSAFE: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def block(content: Json) -> Markup:
    """A data block for the head of a page; whatever stands in the texts, it ends nothing."""
    text = json.dumps({"@context": CONTEXT, **content}, ensure_ascii=False)
    for character, written in UNSAFE.items():
        text = text.replace(character, written)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704  # nothing in it can end the script


def data_catalogue(shelf: Shelf, language: Language) -> Json:
    """The page of datasets."""
    return {
        **catalogue_itself(shelf, language),
        "dataset": [_told(shelf, entry, language) for entry in shelf.entries],
    }


def catalogue_itself(shelf: Shelf, language: Language) -> Json:
    """Without its datasets, for pages about something else."""
    return {
        "@type": "DataCatalog",
        "@id": f"{shelf.hub}/catalog#catalog",
        "name": title_of(shelf.holder)[language],
        "description": both("catalogue.description")[language],
        "url": f"{shelf.hub}/catalog?lang={language}",
        "inLanguage": ["ar", "en"],
        "isAccessibleForFree": True,
        "publisher": _organisation(shelf, language),
    }


def dataset_of(shelf: Shelf, language: Language) -> Json:
    """The only dataset of the page, with every way to it."""
    (entry,) = shelf.entries
    dataset = entry.dataset
    return {
        **_told(shelf, entry, language),
        "includedInDataCatalog": catalogue_itself(shelf, language),
        "variableMeasured": list(_variables(dataset, language)),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": way.title[language],
                "encodingFormat": way.media_type,
                "contentUrl": way.url,
                **({} if way.file is None else {"contentSize": f"{way.file.byte_count} B"}),
                **({} if way.file is None else {"sha256": way.file.sha256.hex()}),
            }
            for way in ways(shelf.hub, dataset, entry.files)
        ],
    }


def _told(shelf: Shelf, entry: Entry, language: Language) -> Json:
    dataset, url = entry.dataset, dataset_url(shelf.hub, entry.dataset.code)
    provider, licence = provider_of(dataset), dataset.licence
    told: Json = {
        "@type": "Dataset",
        "@id": f"{url}#dataset",
        "name": name_of(dataset)[language],
        "alternateName": name_of(dataset)[OTHER[language]],
        "description": summary_of(dataset, language),
        "url": f"{url}?lang={language}",
        "identifier": dataset.code,
        "keywords": observed_names(dataset, language),
        "isAccessibleForFree": True,
        "creator": _organisation(shelf, language)
        if provider is None
        else _named(provider.get(language) or next(iter(provider.values())), web_address(dataset.homepage)),
    }
    if licence is not None:
        name = licence.name_ar if language == "ar" else licence.name_en
        told["license"] = web_address(licence.url) or {"@type": "CreativeWork", "name": name}
    if dataset.attribution:
        told["creditText"] = dataset.attribution
    return told | _extent(dataset)


def _extent(dataset: Dataset) -> Json:
    told: Json = {}
    start, newest = starts_at(dataset), dataset.newest_phenomenon_time
    if newest is not None:
        told["dateModified"] = instant(newest)
        told["temporalCoverage"] = f"{'..' if start is None else instant(start)}/{instant(newest)}"
    if dataset.box is not None:
        west, south, east, north = dataset.box
        box = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
        told["spatialCoverage"] = {"@type": "Place", "geo": box}
    return told


def _variables(dataset: Dataset, language: Language) -> Iterator[Json]:
    for one in dataset.observed_properties:
        yield {
            "@type": "PropertyValue",
            "name": one["name"][language],
            "propertyID": one["observed_property"],
            "unitText": one["unit"],
        }


def _organisation(shelf: Shelf, language: Language) -> Json:
    name = shelf.holder.name
    return _named(name.get(language) or next(iter(name.values())), shelf.holder.website)


def _named(name: str, website: str | None) -> Json:
    return {"@type": "Organization", "name": name} | ({} if website is None else {"url": website})
