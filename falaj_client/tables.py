"""Lists of values as tables of pandas, geopandas or Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from falaj_client.catalogue import BulkFile, Dataset
from falaj_client.forecasts import VALUE_COLUMNS, Forecast
from falaj_client.frames import Column, arrow_of, fields, needed, pandas_of
from falaj_client.market import Call, FundingAward, IntroductionCount, Need, Offering, Pilot, Vendor
from falaj_client.model import (
    Datastream,
    ForecastValue,
    Latest,
    ObservedProperty,
    Place,
    Source,
    Thing,
)
from falaj_client.programme import Award, Challenge, Hackathon, Result, Submission

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame
    from pyarrow import Table

WGS_84 = "EPSG:4326"


def to_pandas(element: type, elements: Sequence[Any]) -> DataFrame:
    """One row an element, with the columns of its kind also when there is none."""
    return pandas_of(COLUMNS[element], elements)


def to_geopandas(element: type, elements: Sequence[Any]) -> GeoDataFrame:
    """The same with a ``geometry`` in WGS 84: points of things, outlines of places, None for nowhere."""
    geopandas = needed("geopandas", "geo", "to_geopandas()")
    shapely = needed("shapely.geometry", "geo", "to_geopandas()")
    geometry = [_geometry(one, shapely) for one in elements]
    return geopandas.GeoDataFrame(to_pandas(element, elements), geometry=geometry, crs=WGS_84)


def to_arrow(element: type, elements: Sequence[Any]) -> Table:
    """One row an element; instants are ``timestamp[us, UTC]``."""
    return arrow_of(COLUMNS[element], elements)


def _geometry(one: Any, shapely: Any) -> Any:
    if isinstance(one, Place):
        return shapely.shape(one.geometry)
    return None if one.location is None else shapely.Point(one.location)


def _name(field: str) -> list[Column]:
    return [
        Column(f"{field}_en", "text", lambda one: getattr(one, field).en),
        Column(f"{field}_ar", "text", lambda one: getattr(one, field).ar),
    ]


def _optional_name(field: str) -> list[Column]:
    return [
        Column(f"{field}_en", "text", lambda one: getattr(one, field) and getattr(one, field).en),
        Column(f"{field}_ar", "text", lambda one: getattr(one, field) and getattr(one, field).ar),
    ]


def _joined(*names: str) -> list[Column]:
    """Codes in one cell each."""
    return [Column(name, "text", lambda one, name=name: " ".join(getattr(one, name))) for name in names]  # type: ignore[misc]  # as above


def _written(*names: str) -> list[Column]:
    """As text: days, and amounts so that nothing is rounded."""
    return [Column(name, "text", lambda one, name=name: _text(getattr(one, name))) for name in names]  # type: ignore[misc]  # as above


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _location() -> list[Column]:
    return [
        Column("longitude", "number", lambda one: one.location and one.location.longitude),
        Column("latitude", "number", lambda one: one.location and one.location.latitude),
    ]


def _number(latest: Latest) -> float | None:
    return float(latest.result) if isinstance(latest.result, (int, float)) else None


def _category(latest: Latest) -> str | None:
    return latest.result if isinstance(latest.result, str) else None


def _observed(thing: Thing) -> str:
    return " ".join(one.observed_property for one in thing.datastreams)


#: The columns of every kind of element that comes in lists. Observations and statistics come as CSV.
_CONTINUATIONS = Column(
    "continuations",
    "text",
    lambda one: "; ".join(f"{each.kind}: {each.reference}" for each in one.continuations),
)
_CRITERIA = Column(
    "criteria", "text", lambda one: "; ".join(f"{each.criterion} {each.weight:g}" for each in one.criteria)
)
COLUMNS: dict[type, list[Column]] = {
    Thing: [
        *fields("text", "thing", "kind"),
        *_name("name"),
        *fields("text", "source"),
        *fields("truth", "simulated"),
        *_location(),
        *fields("text", "place"),
        Column("observed_properties", "text", _observed),
    ],
    Datastream: [
        *fields("whole", "datastream"),
        *fields("text", "thing"),
        *_name("thing_name"),
        *fields("text", "observed_property", "unit", "result_type"),
        *fields("whole", "interval_seconds"),
        *fields("text", "source"),
        *fields("truth", "simulated"),
        *fields("text", "place"),
        *fields("truth", "has_forecast"),
    ],
    ObservedProperty: [
        *fields("text", "observed_property"),
        *_name("name"),
        *fields("text", "sector", "unit"),
        *fields("number", "lower_bound", "upper_bound"),
        *fields("whole", "datastream_count"),
    ],
    Source: [
        *fields("text", "source", "kind"),
        *fields("truth", "simulated"),
        *_name("name"),
        *fields("text", "licence", "attribution"),
    ],
    Dataset: [
        *fields("text", "dataset", "kind"),
        *fields("truth", "simulated"),
        *_name("name"),
        Column("licence", "text", lambda one: one.licence and one.licence.id),
        *fields("text", "attribution"),
        *fields("whole", "thing_count", "datastream_count", "day_count"),
        *fields("instant", "start", "newest_phenomenon_time"),
        *fields("number", "age_seconds"),
    ],
    BulkFile: [
        *fields("text", "dataset"),
        Column("date", "text", lambda one: one.date.isoformat()),
        *fields("text", "url", "path"),
        *fields("whole", "row_count", "byte_count"),
        *fields("text", "sha256"),
        *fields("instant", "first_phenomenon_time", "last_phenomenon_time", "generated_at"),
    ],
    Hackathon: [
        *fields("text", "hackathon"),
        *_name("name"),
        *_name("description"),
        *fields("text", "state"),
        *_name("state_name"),
        *fields("text", "state_reason", "mode"),
        *_optional_name("place"),
        *fields("truth", "international"),
        *fields("whole", "team_members_min", "team_members_max", "rounds", "challenge_count"),
    ],
    Challenge: [
        *fields("text", "challenge", "hackathon"),
        *_name("name"),
        *_name("problem"),
        *fields("text", "organisation"),
        *_optional_name("organisation_name"),
        *fields("text", "terms"),
        Column("datasets", "text", lambda one: " ".join(one.datasets)),
        Column("things", "text", lambda one: " ".join(one.things)),
    ],
    Submission: [
        *fields("text", "submission", "hackathon", "challenge", "title", "summary", "team", "state"),
        *_name("state_name"),
        *fields("instant", "submitted_at"),
        *fields("text", "sha256"),
        _CONTINUATIONS,
    ],
    Result: [
        *fields("text", "hackathon"),
        *_name("hackathon_name"),
        *fields("text", "status"),
        *_name("status_name"),
        *fields("instant", "released_at"),
        *fields("text", "challenge", "submission", "title", "team"),
        *fields("whole", "place"),
        *fields("number", "score", "raw_score"),
        *fields("whole", "raw_place", "sheet_count"),
    ],
    Award: [
        *fields("text", "hackathon"),
        *_name("hackathon_name"),
        *fields("text", "award"),
        *_name("award_name"),
        *fields("text", "challenge"),
        *fields("whole", "place", "vote_count"),
        *fields("text", "submission", "title", "team"),
        _CONTINUATIONS,
    ],
    Call: [
        *fields("text", "call"),
        *_name("name"),
        *_name("description"),
        *fields("text", "state"),
        *_name("state_name"),
        *fields("text", "state_reason", "funder"),
        *_optional_name("funder_name"),
        *fields("text", "hackathon", "currency"),
        *_written("budget", "award_min", "award_max"),
        *fields("whole", "rounds"),
        *fields("truth", "blind"),
        *fields("whole", "reviews_each"),
        *_joined("kinds", "governorates"),
        _CRITERIA,
        *fields("instant", "published_at", "changed_at"),
    ],
    FundingAward: [
        *fields("text", "funding_award"),
        *_name("name"),
        *_name("description"),
        *fields("text", "state"),
        *_name("state_name"),
        *fields("text", "currency"),
        *_written("amount", "paid"),
        *_written("first_date", "last_date", "contract_date"),
        *fields("text", "governorate"),
        *_name("governorate_name"),
        *fields("text", "call"),
        *_name("call_name"),
        *fields("text", "recipient"),
        *_optional_name("recipient_name"),
        *fields("text", "funder"),
        *_optional_name("funder_name"),
        *fields("text", "submission"),
        *fields("instant", "awarded_at", "changed_at"),
    ],
    Need: [
        *fields("text", "need"),
        *_name("name"),
        *_name("description"),
        *_name("agency_name"),
        *fields("text", "client_kind", "state"),
        *_name("state_name"),
        *fields("text", "state_reason"),
        *_optional_name("awarded_to"),
        *fields("text", "sector"),
        *_joined("capabilities", "capabilities_wished", "standards"),
        *fields("whole", "maturity_min"),
        *fields("text", "governorate"),
        *_joined("languages"),
        *fields("text", "currency"),
        *_written("budget"),
        *fields("truth", "sme_only", "sealed"),
        _CRITERIA,
        *fields("instant", "published_at", "changed_at"),
    ],
    Vendor: [
        *fields("text", "vendor", "organisation"),
        *_name("name"),
        *fields("text", "governorate"),
        *_name("governorate_name"),
        *fields("truth", "sme"),
        *_name("profile"),
        *fields("text", "website"),
        *fields("whole", "offering_count"),
    ],
    Offering: [
        *fields("text", "offering"),
        *fields("whole", "version"),
        *fields("instant", "published_at"),
        *fields("text", "vendor"),
        *_name("vendor_name"),
        *fields("truth", "sme"),
        *_joined("written_in"),
        *_name("name"),
        *_name("description"),
        *_joined("sectors", "capabilities", "standards"),
        *fields("whole", "maturity"),
        *fields("text", "price_band"),
        *_joined("governorates", "languages"),
        Column("reference_count", "whole", lambda one: len(one.references)),
        *fields("text", "submission", "sha256"),
    ],
    IntroductionCount: [
        *fields("whole", "year"),
        *fields("text", "stage"),
        *_name("stage_name"),
        *fields("whole", "introduction_count"),
    ],
    Pilot: [
        *fields("text", "pilot"),
        *_name("name"),
        *_name("description"),
        *fields("text", "state"),
        *_name("state_name"),
        *fields("text", "state_reason"),
        *_name("agency_name"),
        *_optional_name("provider_name"),
        *fields("text", "origin"),
        *_name("origin_name"),
        *fields("text", "need", "submission", "funding_award"),
        *_written("first_date", "last_date"),
        *fields("truth", "simulated"),
        *fields("text", "dataset"),
        *fields("instant", "agreed_at", "changed_at"),
    ],
    Place: [
        *fields("text", "place", "kind"),
        *_name("name"),
        *fields("text", "parent", "provenance"),
        *fields("whole", "thing_count"),
    ],
    Latest: [
        *fields("whole", "datastream"),
        *fields("text", "thing"),
        *_name("thing_name"),
        *fields("text", "observed_property", "unit", "result_type"),
        *fields("instant", "phenomenon_time"),
        Column("result", "number", _number),
        Column("category", "text", _category),
        *fields("whole", "quality"),
        *fields("number", "age_seconds"),
        *fields("truth", "simulated"),
        *fields("text", "source", "place"),
        *_location(),
        *fields("whole", "interval_seconds"),
    ],
    Forecast: [
        *fields("whole", "datastream"),
        *fields("text", "thing", "observed_property", "unit"),
        *fields("instant", "issued_at", "origin"),
        *fields("whole", "horizon_hours"),
        *fields("text", "model", "baseline"),
        *fields("number", "mae", "baseline_mae", "skill"),
        *fields("whole", "backtest_origins", "training_hours"),
        *fields("text", "fallback_reason"),
        *fields("truth", "simulated"),
    ],
    ForecastValue: VALUE_COLUMNS,
}
