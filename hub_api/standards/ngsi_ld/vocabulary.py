"""What entities and their attributes are called: types of FIWARE's Smart Data Models, and codes of units. Pure.

Attributes have the hub's names; the context says which term of the Smart Data Models each is, and those may be asked for too.
Sources: https://github.com/smart-data-models (data models), UNECE Recommendation 20 (codes of units).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

CORE_CONTEXT = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
MODELS = "https://smartdatamodels.org/dataModel."
#: Kinds of things as a Smart Data Model calls them, with the subject it belongs to.
TYPES: Mapping[str, tuple[str, str]] = {
    "air_quality_station": ("AirQualityObserved", "Environment"),
    "air_quality_sensor": ("AirQualityObserved", "Environment"),
    "weather_station": ("WeatherObserved", "Weather"),
    "traffic_counter": ("TrafficFlowObserved", "Transportation"),
    "traffic_sensor": ("TrafficFlowObserved", "Transportation"),
    "bus": ("Vehicle", "Transportation"),
    "tram": ("Vehicle", "Transportation"),
    "train": ("Vehicle", "Transportation"),
    "ferry": ("Vehicle", "Transportation"),
    "vehicle": ("Vehicle", "Transportation"),
    "car_park": ("OffStreetParking", "Parking"),
    "parking_spot": ("ParkingSpot", "Parking"),
    "parking_sensor": ("ParkingSpot", "Parking"),
    "noise_sensor": ("NoiseLevelObserved", "Environment"),
    "noise_meter": ("NoiseLevelObserved", "Environment"),
    "streetlight": ("Streetlight", "Streetlighting"),
    "street_light": ("Streetlight", "Streetlighting"),
    "waste_container": ("WasteContainer", "WasteManagement"),
    "bin": ("WasteContainer", "WasteManagement"),
    "water_quality_station": ("WaterQualityObserved", "WaterQuality"),
    "crowd_counter": ("CrowdFlowObserved", "Transportation"),
    "bike_station": ("BikeHireDockingStation", "Transportation"),
}
#: A kind that is not above has the first of these types one of whose observed properties its things have.
BY_PROPERTY: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"pm2_5", "pm10", "no2", "o3", "so2"}), "AirQualityObserved", "Environment"),
    (frozenset({"free_spaces", "occupied_spaces", "parking_occupancy"}), "OffStreetParking", "Parking"),
    (frozenset({"space_state"}), "ParkingSpot", "Parking"),
    (frozenset({"location"}), "Vehicle", "Transportation"),
    (frozenset({"vehicle_flow", "vehicle_count"}), "TrafficFlowObserved", "Transportation"),
    (frozenset({"air_temperature", "wind_speed", "rainfall"}), "WeatherObserved", "Weather"),
    (frozenset({"sound_level", "sound_level_a_equivalent"}), "NoiseLevelObserved", "Environment"),
    (frozenset({"fill_level"}), "WasteContainer", "WasteManagement"),
    (frozenset({"water_ph", "turbidity"}), "WaterQualityObserved", "WaterQuality"),
)
#: Observed properties by the term of the Smart Data Models that means the same.
TERMS: Mapping[str, tuple[str, str]] = {
    "pm25": ("pm2_5", "Environment"),
    "airQualityIndex": ("air_quality_index", "Environment"),
    "temperature": ("air_temperature", "Weather"),
    "relativeHumidity": ("relative_humidity", "Weather"),
    "atmosphericPressure": ("air_pressure", "Weather"),
    "windSpeed": ("wind_speed", "Weather"),
    "windDirection": ("wind_direction", "Weather"),
    "dewPoint": ("dew_point", "Weather"),
    "precipitation": ("rainfall", "Weather"),
    "solarRadiation": ("solar_irradiance", "Weather"),
    "weatherType": ("weather", "Weather"),
    "intensity": ("vehicle_flow", "Transportation"),
    "averageVehicleSpeed": ("vehicle_speed", "Transportation"),
    "heading": ("heading", "Transportation"),
    "availableSpotNumber": ("free_spaces", "Parking"),
    "occupiedSpotNumber": ("occupied_spaces", "Parking"),
    "totalSpotNumber": ("total_spaces", "Parking"),
    "fillingLevel": ("fill_level", "WasteManagement"),
    "availableBikeNumber": ("free_bicycles", "Transportation"),
    "freeSlotNumber": ("free_docks", "Transportation"),
}
ALIASES: Mapping[str, str] = {term: code for term, (code, _) in TERMS.items()}
#: Common codes of UNECE Recommendation 20 by codes of UCUM.
UNIT_CODES: Mapping[str, str] = {
    "ug/m3": "GQ",
    "mg/m3": "GP",
    "g/m3": "A93",
    "kg/m3": "KMQ",
    "[ppm]": "59",
    "[ppb]": "61",
    "%": "P1",
    "1": "C62",
    "{#}": "C62",
    "{persons}": "C62",
    "{spaces}": "C62",
    "{vehicles}/h": "HUR-1",
    "Cel": "CEL",
    "K": "KEL",
    "hPa": "A97",
    "Pa": "PAL",
    "kPa": "KPA",
    "bar": "BAR",
    "m/s": "MTS",
    "km/h": "KMH",
    "mm/s": "C16",
    "m": "MTR",
    "mm": "MMT",
    "cm": "CMT",
    "km": "KMT",
    "nm": "C45",
    "m2": "MTK",
    "m3": "MTQ",
    "L": "LTR",
    "m3/h": "MQH",
    "L/s": "G51",
    "s": "SEC",
    "ms": "C26",
    "us": "B98",
    "min": "MIN",
    "h": "HUR",
    "deg": "DD",
    "lx": "LUX",
    "lm": "LUM",
    "cd/m2": "A24",
    "W/m2": "D54",
    "W": "WTT",
    "kW": "KWT",
    "V": "VLT",
    "mV": "2Z",
    "A": "AMP",
    "V.A": "D46",
    "var": "D44",
    "kW.h": "KWH",
    "kvar.h": "K3",
    "Hz": "HTZ",
    "Ohm": "OHM",
    "By": "AD",
    "bit/s": "B10",
    "dB": "2N",
    "kg": "KGM",
    "g": "GRM",
    "mg/L": "M1",
    "[pH]": "Q30",
    "m/s2": "MSK",
    "mm/h": "H67",
    "uT": "D81",
}
UNIT_CODES = {unit: code for unit, code in UNIT_CODES.items() if code != "HUR-1"}
#: What entities have besides what is observed, and the columns of it.
OWN = ("name", "kind", "source", "simulated", "place", "location")
RESERVED = frozenset({"id", "type", "@context", *OWN})
_WORD = re.compile(r"[A-Za-z0-9]+")


def type_of(kind: str, properties: Collection[str]) -> str:
    """The entity type of a kind of things that have these observed properties."""
    if kind in TYPES:
        return TYPES[kind][0]
    known = next((name for wanted, name, _ in BY_PROPERTY if wanted & set(properties)), None)
    return known or "".join(word[:1].upper() + word[1:] for word in _WORD.findall(kind)) or "Thing"


def type_iri(name: str, context: str) -> str:
    subjects = {**{name: subject for _, name, subject in BY_PROPERTY}, **dict(TYPES.values())}
    return f"{MODELS}{subjects[name]}/{name}" if name in subjects else f"{context}#{name}"


def attribute_iri(code: str, context: str) -> str:
    known = next(((term, subject) for term, (own, subject) in TERMS.items() if own == code), None)
    return f"{context}#{code}" if known is None else f"{MODELS}{known[1]}/{known[0]}"


def local_name(name: str, context: str) -> str:
    """The hub's name for a name, a term of the Smart Data Models or an IRI of either."""
    for root in (f"{context}#", MODELS):
        if name.startswith(root):
            name = name.removeprefix(root).rpartition("/")[2]
    return ALIASES.get(name, name)


def context_document(context: str, types: Collection[str], codes: Collection[str]) -> dict[str, Any]:
    """The context of the hub's terms, to be used with that of the core."""
    terms: dict[str, Any] = {name: f"{context}#{name}" for name in ("kind", "source", "simulated", "place")}
    terms |= {
        "name": "https://smartdatamodels.org/name",
        "qualityFlag": f"{context}#qualityFlag",
        "unit": f"{context}#unit",
    }
    terms |= {name: type_iri(name, context) for name in sorted(types)}
    terms |= {code: attribute_iri(code, context) for code in sorted(codes) if code not in RESERVED}
    terms |= {term: f"{MODELS}{subject}/{term}" for term, (_, subject) in TERMS.items()}
    return {"@context": terms}
