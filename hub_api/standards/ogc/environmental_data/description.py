"""How a collection says that it has environmental data: its queries, its parameters, its formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from citycore.language import Language
from hub_api.standards.ogc.environmental_data.model import Parameter
from hub_api.standards.ogc.links import COVERAGE, CSV, GEOJSON
from hub_api.standards.ogc.parameters import CRS84

Json = dict[str, Any]
Text = Callable[..., str]
#: The names of formats, as ``f=`` and the collection say them.
FORMATS: Mapping[str, str] = {"CoverageJSON": COVERAGE, "GeoJSON": GEOJSON, "CSV": CSV}
#: What can be asked of observations; of all else only the features.
QUERIES = ("position", "radius", "area", "locations", "items")
UCUM = "http://www.opengis.net/def/uom/UCUM/"
WITHIN_UNITS: Mapping[str, float] = {"km": 1000.0, "m": 1.0, "mi": 1609.344, "nmi": 1852.0, "ft": 0.3048}
WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)


def described_data(here: str, text: Text, parameters: Json, *, is_observed: bool) -> Json:
    """What the document of every collection says (``/req/edr/rc-collection-info``): its queries, parameters and formats."""
    titles = (
        {name: text(f"data.{name}") for name in QUERIES} if is_observed else {"items": text("link.items")}
    )
    queries = {
        name: {
            "link": {
                "href": f"{here}/{name}",
                "rel": "data",
                "title": title,
                "variables": _variables(name, title),
            }
        }
        for name, title in titles.items()
    }
    return {
        "data_queries": queries,
        "parameter_names": parameters,
        "output_formats": list(FORMATS) if is_observed else ["GeoJSON"],
    }


def _variables(name: str, title: str) -> Json:
    formats = ["GeoJSON"] if name == "items" else list(FORMATS)
    told: Json = {
        "title": title,
        "query_type": name,
        "output_formats": formats,
        "default_output_format": formats[0],
        "crs_details": [{"crs": CRS84, "wkt": WKT}],
    }
    if name in {"position", "radius", "area"}:
        told["coords"] = {"description": {"area": "POLYGON((lon lat, …))"}.get(name, "POINT(lon lat)")}
    if name == "radius":
        told["within_units"] = list(WITHIN_UNITS)
    return told


def parameter_names(parameters: Iterable[Parameter], language: Language) -> Json:
    """The parameters as the collection's document has them."""
    told: Json = {}
    for one in parameters:
        label = one.name_ar if language == "ar" else one.name_en
        told[one.code] = {
            "id": one.code,
            "type": "Parameter",
            "label": label,
            "description": label,
            "data-type": "string" if one.is_category else "float",
            "observedProperty": {"id": one.definition or one.code, "label": label},
        } | ({} if one.is_category else {"unit": unit_of(one.unit) | {"label": one.unit}})
    return told


def unit_of(unit: str) -> Json:
    """A UCUM unit."""
    return {"label": {"en": unit, "ar": unit}, "symbol": {"value": unit, "type": UCUM}}


def _property(one: Parameter, label: object) -> Json:
    return ({} if one.definition is None else {"id": one.definition}) | {"label": label}


def coverage_parameter(one: Parameter, unit: str) -> Json:
    """A parameter as CoverageJSON has it, in both languages."""
    names = {"en": one.name_en, "ar": one.name_ar}
    told: Json = {"type": "Parameter", "description": names, "observedProperty": _property(one, names)}
    return told if one.is_category else told | {"unit": unit_of(unit)}
