"""Lists of values as tables of pandas, geopandas or Arrow, which are imported only here and on use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from falaj_client.catalogue import BulkFile, Dataset
from falaj_client.errors import MissingExtra
from falaj_client.market import Call, FundingAward, IntroductionCount, Need, Offering, Pilot, Vendor
from falaj_client.model import (
    Datastream,
    Forecast,
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
Kind = Literal["instant", "whole", "truth", "text", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, and how to read it from an element; None is missing."""

    name: str
    kind: Kind
    read: Callable[[Any], Any]


def needed(package: str, extra: str, method: str) -> Any:
    """A package that only some need; :class:`MissingExtra` says how to get it."""
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingExtra(method, package.partition(".")[0], extra) from error


def to_pandas(element: type, elements: Sequence[Any]) -> DataFrame:
    """One row an element, with the columns of its kind also when there is none."""
    pandas = needed("pandas", "pandas", "to_pandas()")
    dtypes = {"instant": "datetime64[us, UTC]", "whole": "Int64", "truth": "bool", "number": "float64"}
    table: DataFrame = pandas.DataFrame(
        {
            column.name: pandas.Series(
                [column.read(one) for one in elements], dtype=dtypes.get(column.kind, "object")
            )
            for column in COLUMNS[element]
        }
    )
    return table


def to_geopandas(element: type, elements: Sequence[Any]) -> GeoDataFrame:
    """The same with a ``geometry`` in WGS 84: points of things, outlines of places, None for nowhere."""
    geopandas = needed("geopandas", "geo", "to_geopandas()")
    shapely = needed("shapely.geometry", "geo", "to_geopandas()")
    geometry = [_geometry(one, shapely) for one in elements]
    return geopandas.GeoDataFrame(to_pandas(element, elements), geometry=geometry, crs=WGS_84)


def to_arrow(element: type, elements: Sequence[Any]) -> Table:
    """One row an element; instants are ``timestamp[us, UTC]``."""
    pyarrow = needed("pyarrow", "arrow", "to_arrow()")
    types = arrow_types(pyarrow)
    columns = COLUMNS[element]
    return pyarrow.table(
        [pyarrow.array([column.read(one) for one in elements], types[column.kind]) for column in columns],
        names=[column.name for column in columns],
    )


def arrow_types(pyarrow: Any) -> dict[Kind, Any]:
    """The Arrow type of each kind of column."""
    return {
        "instant": pyarrow.timestamp("us", "UTC"),
        "whole": pyarrow.int64(),
        "truth": pyarrow.bool_(),
        "text": pyarrow.string(),
        "number": pyarrow.float64(),
    }


def _geometry(one: Any, shapely: Any) -> Any:
    if isinstance(one, Place):
        return shapely.shape(one.geometry)
    return None if one.location is None else shapely.Point(one.location)


def _fields(kind: Kind, *names: str) -> list[Column]:
    return [Column(name, kind, lambda one, name=name: getattr(one, name)) for name in names]  # type: ignore[misc]  # a lambda's default has no type


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
        *_fields("text", "thing", "kind"),
        *_name("name"),
        *_fields("text", "source"),
        *_fields("truth", "simulated"),
        *_location(),
        *_fields("text", "place"),
        Column("observed_properties", "text", _observed),
    ],
    Datastream: [
        *_fields("whole", "datastream"),
        *_fields("text", "thing"),
        *_name("thing_name"),
        *_fields("text", "observed_property", "unit", "result_type"),
        *_fields("whole", "interval_seconds"),
        *_fields("text", "source"),
        *_fields("truth", "simulated"),
        *_fields("text", "place"),
        *_fields("truth", "has_forecast"),
    ],
    ObservedProperty: [
        *_fields("text", "observed_property"),
        *_name("name"),
        *_fields("text", "sector", "unit"),
        *_fields("number", "lower_bound", "upper_bound"),
        *_fields("whole", "datastream_count"),
    ],
    Source: [
        *_fields("text", "source", "kind"),
        *_fields("truth", "simulated"),
        *_name("name"),
        *_fields("text", "licence", "attribution"),
    ],
    Dataset: [
        *_fields("text", "dataset", "kind"),
        *_fields("truth", "simulated"),
        *_name("name"),
        Column("licence", "text", lambda one: one.licence and one.licence.id),
        *_fields("text", "attribution"),
        *_fields("whole", "thing_count", "datastream_count", "day_count"),
        *_fields("instant", "start", "newest_phenomenon_time"),
        *_fields("number", "age_seconds"),
    ],
    BulkFile: [
        *_fields("text", "dataset"),
        Column("date", "text", lambda one: one.date.isoformat()),
        *_fields("text", "url", "path"),
        *_fields("whole", "row_count", "byte_count"),
        *_fields("text", "sha256"),
        *_fields("instant", "first_phenomenon_time", "last_phenomenon_time", "generated_at"),
    ],
    Hackathon: [
        *_fields("text", "hackathon"),
        *_name("name"),
        *_name("description"),
        *_fields("text", "state"),
        *_name("state_name"),
        *_fields("text", "state_reason", "mode"),
        *_optional_name("place"),
        *_fields("truth", "international"),
        *_fields("whole", "team_members_min", "team_members_max", "rounds", "challenge_count"),
    ],
    Challenge: [
        *_fields("text", "challenge", "hackathon"),
        *_name("name"),
        *_name("problem"),
        *_fields("text", "organisation"),
        *_optional_name("organisation_name"),
        *_fields("text", "terms"),
        Column("datasets", "text", lambda one: " ".join(one.datasets)),
        Column("things", "text", lambda one: " ".join(one.things)),
    ],
    Submission: [
        *_fields("text", "submission", "hackathon", "challenge", "title", "summary", "team", "state"),
        *_name("state_name"),
        *_fields("instant", "submitted_at"),
        *_fields("text", "sha256"),
        _CONTINUATIONS,
    ],
    Result: [
        *_fields("text", "hackathon"),
        *_name("hackathon_name"),
        *_fields("text", "status"),
        *_name("status_name"),
        *_fields("instant", "released_at"),
        *_fields("text", "challenge", "submission", "title", "team"),
        *_fields("whole", "place"),
        *_fields("number", "score", "raw_score"),
        *_fields("whole", "raw_place", "sheet_count"),
    ],
    Award: [
        *_fields("text", "hackathon"),
        *_name("hackathon_name"),
        *_fields("text", "award"),
        *_name("award_name"),
        *_fields("text", "challenge"),
        *_fields("whole", "place", "vote_count"),
        *_fields("text", "submission", "title", "team"),
        _CONTINUATIONS,
    ],
    Call: [
        *_fields("text", "call"),
        *_name("name"),
        *_name("description"),
        *_fields("text", "state"),
        *_name("state_name"),
        *_fields("text", "state_reason", "funder"),
        *_optional_name("funder_name"),
        *_fields("text", "hackathon", "currency"),
        *_written("budget", "award_min", "award_max"),
        *_fields("whole", "rounds"),
        *_fields("truth", "blind"),
        *_fields("whole", "reviews_each"),
        *_joined("kinds", "governorates"),
        _CRITERIA,
        *_fields("instant", "published_at", "changed_at"),
    ],
    FundingAward: [
        *_fields("text", "funding_award"),
        *_name("name"),
        *_name("description"),
        *_fields("text", "state"),
        *_name("state_name"),
        *_fields("text", "currency"),
        *_written("amount", "paid"),
        *_written("first_date", "last_date", "contract_date"),
        *_fields("text", "governorate"),
        *_name("governorate_name"),
        *_fields("text", "call"),
        *_name("call_name"),
        *_fields("text", "recipient"),
        *_optional_name("recipient_name"),
        *_fields("text", "funder"),
        *_optional_name("funder_name"),
        *_fields("text", "submission"),
        *_fields("instant", "awarded_at", "changed_at"),
    ],
    Need: [
        *_fields("text", "need"),
        *_name("name"),
        *_name("description"),
        *_name("agency_name"),
        *_fields("text", "client_kind", "state"),
        *_name("state_name"),
        *_fields("text", "state_reason"),
        *_optional_name("awarded_to"),
        *_fields("text", "sector"),
        *_joined("capabilities", "capabilities_wished", "standards"),
        *_fields("whole", "maturity_min"),
        *_fields("text", "governorate"),
        *_joined("languages"),
        *_fields("text", "currency"),
        *_written("budget"),
        *_fields("truth", "sme_only", "sealed"),
        _CRITERIA,
        *_fields("instant", "published_at", "changed_at"),
    ],
    Vendor: [
        *_fields("text", "vendor", "organisation"),
        *_name("name"),
        *_fields("text", "governorate"),
        *_name("governorate_name"),
        *_fields("truth", "sme"),
        *_name("profile"),
        *_fields("text", "website"),
        *_fields("whole", "offering_count"),
    ],
    Offering: [
        *_fields("text", "offering"),
        *_fields("whole", "version"),
        *_fields("instant", "published_at"),
        *_fields("text", "vendor"),
        *_name("vendor_name"),
        *_fields("truth", "sme"),
        *_joined("written_in"),
        *_name("name"),
        *_name("description"),
        *_joined("sectors", "capabilities", "standards"),
        *_fields("whole", "maturity"),
        *_fields("text", "price_band"),
        *_joined("governorates", "languages"),
        Column("reference_count", "whole", lambda one: len(one.references)),
        *_fields("text", "submission", "sha256"),
    ],
    IntroductionCount: [
        *_fields("whole", "year"),
        *_fields("text", "stage"),
        *_name("stage_name"),
        *_fields("whole", "introduction_count"),
    ],
    Pilot: [
        *_fields("text", "pilot"),
        *_name("name"),
        *_name("description"),
        *_fields("text", "state"),
        *_name("state_name"),
        *_fields("text", "state_reason"),
        *_name("agency_name"),
        *_optional_name("provider_name"),
        *_fields("text", "origin"),
        *_name("origin_name"),
        *_fields("text", "need", "submission", "funding_award"),
        *_written("first_date", "last_date"),
        *_fields("truth", "simulated"),
        *_fields("text", "dataset"),
        *_fields("instant", "agreed_at", "changed_at"),
    ],
    Place: [
        *_fields("text", "place", "kind"),
        *_name("name"),
        *_fields("text", "parent", "provenance"),
        *_fields("whole", "thing_count"),
    ],
    Latest: [
        *_fields("whole", "datastream"),
        *_fields("text", "thing"),
        *_name("thing_name"),
        *_fields("text", "observed_property", "unit", "result_type"),
        *_fields("instant", "phenomenon_time"),
        Column("result", "number", _number),
        Column("category", "text", _category),
        *_fields("whole", "quality"),
        *_fields("number", "age_seconds"),
        *_fields("truth", "simulated"),
        *_fields("text", "source", "place"),
        *_location(),
        *_fields("whole", "interval_seconds"),
    ],
    Forecast: [
        *_fields("whole", "datastream"),
        *_fields("text", "thing", "observed_property", "unit"),
        *_fields("instant", "issued_at", "origin"),
        *_fields("whole", "horizon_hours"),
        *_fields("text", "model", "baseline"),
        *_fields("number", "mae", "baseline_mae", "skill"),
        *_fields("whole", "backtest_origins", "training_hours"),
        *_fields("text", "fallback_reason"),
        *_fields("truth", "simulated"),
    ],
    ForecastValue: [
        *_fields("instant", "phenomenon_time"),
        *_fields("number", "median", "lower_50", "upper_50", "lower_80", "upper_80", "lower_95", "upper_95"),
    ],
}
