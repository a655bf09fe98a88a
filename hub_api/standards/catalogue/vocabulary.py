"""The words of others: name spaces, and what our values are called in the vocabularies that DCAT-AP asks for.

Codes of the Publications Office of the EU as its authority tables have them (frequency, file type, language, country,
data theme, access right).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from citycore.language import Language

PREFIXES: Final[Mapping[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "dcatap": "http://data.europa.eu/r5r/",
}
AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
LANGUAGES_OF: Final[Mapping[Language, str]] = {
    "ar": f"{AUTHORITY}/language/ARA",
    "en": f"{AUTHORITY}/language/ENG",
}
OMAN: Final = f"{AUTHORITY}/country/OMN"
PUBLIC: Final = f"{AUTHORITY}/access-right/PUBLIC"
IANA: Final = "https://www.iana.org/assignments/media-types"
#: Formats that the authority table of file types has.
FILE_TYPES: Final[Mapping[str, str]] = {
    name: f"{AUTHORITY}/file-type/{code}"
    for name, code in {
        "json": "JSON",
        "geojson": "GEOJSON",
        "csv": "CSV",
        "parquet": "PARQUET",
        "geoparquet": "PARQUET",
        "xlsx": "XLSX",
    }.items()
}
#: What the rest is called, for people.
FORMAT_NAMES: Final[Mapping[str, str]] = {
    "json": "JSON",
    "geojson": "GeoJSON",
    "csv": "CSV",
    "ndjson": "NDJSON",
    "parquet": "Parquet",
    "geoparquet": "GeoParquet",
    "arrow": "Arrow IPC",
    "xlsx": "Excel (XLSX)",
    "server-sent events": "Server-sent events",
}
#: Media types that IANA has not registered have no address there.
UNREGISTERED: Final = "x-"
#: The longest interval in seconds that each frequency still describes.
FREQUENCIES: Final = (
    (1, "CONT"),
    (60, "1MIN"),
    (300, "5MIN"),
    (600, "10MIN"),
    (900, "15MIN"),
    (1_800, "30MIN"),
    (3_600, "HOURLY"),
    (7_200, "BIHOURLY"),
    (10_800, "TRIHOURLY"),
    (43_200, "12HRS"),
    (86_400, "DAILY"),
)
#: Whose concepts these are.
TAXONOMY: Final = f"{AUTHORITY}/data-theme"
THEMES: Final[Mapping[str, tuple[str, Mapping[Language, str]]]] = {
    "air": ("ENVI", {"en": "Environment", "ar": "البيئة"}),
    "weather": ("ENVI", {"en": "Environment", "ar": "البيئة"}),
    "water": ("ENVI", {"en": "Environment", "ar": "البيئة"}),
    "transport": ("TRAN", {"en": "Transport", "ar": "النقل"}),
    "energy": ("ENER", {"en": "Energy", "ar": "الطاقة"}),
}
#: Of what belongs to none of them.
ELSEWHERE: Final[tuple[str, Mapping[Language, str]]] = (
    "REGI",
    {"en": "Regions and cities", "ar": "المناطق والمدن"},
)


def frequency_of(interval_seconds: int | None) -> str:
    """The frequency that describes an interval; rarer than every day, or nobody knows: the table's word for that."""
    if interval_seconds is None:
        return f"{AUTHORITY}/frequency/UNKNOWN"
    code = next((code for longest, code in FREQUENCIES if interval_seconds <= longest), "OTHER")
    return f"{AUTHORITY}/frequency/{code}"


def theme_of(sector: str) -> tuple[str, Mapping[Language, str]]:
    """The address of a data theme, and what it is called."""
    code, names = THEMES.get(sector, ELSEWHERE)
    return f"{TAXONOMY}/{code}", names


def media_type_of(media_type: str) -> str | None:
    """Where IANA describes a media type; None for one that it does not know."""
    bare = media_type.partition(";")[0].strip()
    kind, _, name = bare.partition("/")
    return None if name.startswith(UNREGISTERED) else f"{IANA}/{kind}/{name}"
