"""From the JSON of the answers to values. Unknown keys are ignored, missing ones are a KeyError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from falaj_client.catalogue import BulkFile, Dataset, DatasetProperty, Distribution, Licence
from falaj_client.forecasts import Forecast
from falaj_client.model import (
    Candidate,
    Count,
    Coverage,
    Datastream,
    ForecastValue,
    Freshness,
    Latest,
    Ledger,
    LiveObservation,
    Name,
    Observation,
    ObservedProperty,
    Place,
    Position,
    Source,
    Statistics,
    StreamEvent,
    Thing,
    ThingDatastream,
)
from falaj_client.programme import (
    Award,
    Challenge,
    Continuation,
    Deadline,
    Hackathon,
    Result,
    Submission,
)

Json = Mapping[str, Any]
#: What rows of one named datastream do not say themselves, and what buckets that are no days do not.
NAMELESS = dict.fromkeys(("datastream", "thing", "observed_property", "unit", "simulated"))
NO_DAY = dict.fromkeys(("bucket_end", "local_date", "valid_hour_count"))


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant as aware UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.astimezone(UTC)


def parse_freshness(row: Json) -> Freshness:
    newest = row["newest_phenomenon_time"]
    return Freshness(
        as_of=parse_instant(row["as_of"]),
        newest_phenomenon_time=optional_instant(newest),
        age_seconds=row["age_seconds"],
    )


def parse_name(row: Json) -> Name:
    return Name(row["en"], row["ar"])


def parse_thing(row: Json) -> Thing:
    return Thing(
        thing=row["thing"],
        kind=row["kind"],
        name=parse_name(row["name"]),
        source=row["source"],
        simulated=row["simulated"],
        location=_point(row["location"]),
        place=row["place"],
        datastreams=tuple(ThingDatastream(**picked(ThingDatastream, one)) for one in row["datastreams"]),
    )


def parse_datastream(row: Json) -> Datastream:
    return Datastream(**picked(Datastream, row) | {"thing_name": parse_name(row["thing_name"])})


def parse_observed_property(row: Json) -> ObservedProperty:
    return ObservedProperty(**picked(ObservedProperty, row) | {"name": parse_name(row["name"])})


def parse_source(row: Json) -> Source:
    return Source(**picked(Source, row) | {"name": parse_name(row["name"])})


def parse_dataset(row: Json) -> Dataset:
    licence, provider, box = row["licence"], row["provider"], row["spatial"]["bbox"]
    plain = (
        "dataset",
        "kind",
        "simulated",
        "attribution",
        "thing_count",
        "datastream_count",
        "interval_seconds",
        "day_count",
        "bulk_file_count",
        "age_seconds",
    )
    return Dataset(
        **{name: row[name] for name in plain},
        name=parse_name(row["name"]),
        description=optional_name(row["description"]),
        provider=optional_name(provider["name"]),
        homepage=provider["homepage"],
        licence=None if licence is None else parse_licence(licence),
        observed_properties=tuple(
            DatasetProperty(**picked(DatasetProperty, one) | {"name": parse_name(one["name"])})
            for one in row["observed_properties"]
        ),
        start=optional_instant(row["temporal"]["start"]),
        bbox=None if box is None else (float(box[0]), float(box[1]), float(box[2]), float(box[3])),
        places=tuple(row["spatial"]["places"]),
        newest_phenomenon_time=optional_instant(row["newest_phenomenon_time"]),
        distributions=tuple(Distribution(**picked(Distribution, one)) for one in row["distributions"]),
    )


def parse_licence(row: Json) -> Licence:
    return Licence(**picked(Licence, row) | {"name": parse_name(row["name"])})


def parse_bulk_file(row: Json) -> BulkFile:
    return BulkFile(
        **picked(BulkFile, row)
        | {
            "date": date.fromisoformat(row["date"]),
            "first_phenomenon_time": optional_instant(row["first_phenomenon_time"]),
            "last_phenomenon_time": optional_instant(row["last_phenomenon_time"]),
            "generated_at": parse_instant(row["generated_at"]),
        }
    )


def parse_hackathon(row: Json) -> Hackathon:
    return Hackathon(
        **picked(Hackathon, row)
        | {name: parse_name(row[name]) for name in ("name", "description", "state_name")}
        | {
            "place": optional_name(row["place"]),
            "deadlines": tuple(parse_deadline(one) for one in row["deadlines"]),
        }
    )


def parse_deadline(row: Json) -> Deadline:
    return Deadline(
        deadline=row["deadline"],
        name=parse_name(row["name"]),
        instant=parse_instant(row["instant"]),
        zone=row["zone"],
        extension_count=len(row["extensions"]),
    )


def parse_challenge(row: Json) -> Challenge:
    organisation = row["organisation"]
    return Challenge(
        **{name: row[name] for name in ("challenge", "hackathon", "terms")},
        name=parse_name(row["name"]),
        problem=parse_name(row["problem"]),
        organisation=None if organisation is None else organisation["organisation"],
        organisation_name=None if organisation is None else parse_name(organisation["name"]),
        datasets=tuple(one["dataset"] for one in row["datasets"]),
        things=tuple(one["thing"] for one in row["things"]),
    )


def parse_submission(row: Json) -> Submission:
    return Submission(
        **picked(Submission, row)
        | {
            "state_name": parse_name(row["state_name"]),
            "submitted_at": parse_instant(row["submitted_at"]),
            "continuations": _continuations(row),
        }
    )


def parse_result(row: Json) -> Result:
    return Result(
        **picked(Result, row)
        | {name: parse_name(row[name]) for name in ("hackathon_name", "status_name")}
        | {"released_at": parse_instant(row["released_at"])}
    )


def parse_award(row: Json) -> Award:
    return Award(
        **picked(Award, row)
        | {name: parse_name(row[name]) for name in ("hackathon_name", "award_name")}
        | {"continuations": _continuations(row)}
    )


def _continuations(row: Json) -> tuple[Continuation, ...]:
    return tuple(
        Continuation(kind=one["kind"], kind_name=parse_name(one["kind_name"]), reference=one["reference"])
        for one in row["continuations"]
    )


def parse_place(feature: Json) -> Place:
    row = {**feature["properties"], "geometry": feature["geometry"]}
    return Place(**picked(Place, row) | {"name": parse_name(row["name"])})


def parse_latest(row: Json) -> Latest:
    return Latest(
        **picked(Latest, row)
        | {
            "thing_name": parse_name(row["thing_name"]),
            "phenomenon_time": parse_instant(row["phenomenon_time"]),
            "result": _result(row["result"]),
            "location": _point(row["location"]),
        }
    )


def parse_observation(row: Json) -> Observation:
    return Observation(
        **picked(Observation, {**NAMELESS, **row})
        | {"phenomenon_time": parse_instant(row["phenomenon_time"]), "result": _result(row["result"])}
    )


def parse_statistics(row: Json) -> Statistics:
    day = row.get("local_date")
    return Statistics(
        **picked(Statistics, {**NAMELESS, **NO_DAY, **row})
        | {
            "bucket_start": parse_instant(row["bucket_start"]),
            "bucket_end": optional_instant(row.get("bucket_end")),
            "local_date": None if day is None else date.fromisoformat(day),
        }
    )


def parse_count(row: Json | None) -> Count | None:
    return None if row is None else Count(**picked(Count, row))


def parse_forecast(row: Json) -> Forecast:
    coverage = row["coverage"]
    return Forecast(
        **picked(Forecast, {"values": (), **row})
        | {name: parse_instant(row[name]) for name in ("issued_at", "origin", "training_start")}
        | {
            "coverage": Coverage(band_50=coverage["50"], band_80=coverage["80"], band_95=coverage["95"]),
            "candidates": tuple(Candidate(**picked(Candidate, one)) for one in row["candidates"]),
            "values": tuple(_forecast_value(one) for one in row.get("values") or ()),
        }
    )


def _forecast_value(row: Json) -> ForecastValue:
    return ForecastValue(
        **picked(ForecastValue, row) | {"phenomenon_time": parse_instant(row["phenomenon_time"])}
    )


def parse_ledger(row: Json) -> Ledger:
    return Ledger(**picked(Ledger, row) | {"committed_at": optional_instant(row["committed_at"])})


def parse_event(kind: str, body: Json, place: str | None) -> StreamEvent:
    """An event of the live stream from its name, its data and its id."""
    detail = body.get("detail")
    return StreamEvent(
        kind=kind,
        id=place,
        observations=tuple(_live_observation(row) for row in body["data"]) if kind == "observations" else (),
        as_of=optional_instant(body.get("as_of")),
        database=body.get("database"),
        reason=body.get("reason"),
        detail=None if detail is None else parse_name(detail),
    )


def _live_observation(row: Json) -> LiveObservation:
    return LiveObservation(
        **picked(LiveObservation, row)
        | {"phenomenon_time": parse_instant(row["phenomenon_time"]), "result": _result(row["result"])}
    )


def picked(kind: type, row: Json) -> dict[str, Any]:
    """The keys of ``row`` that ``kind`` has fields for."""
    return {name: row[name] for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]  # a dataclass


def _result(result: Any) -> float | str | Position | None:
    if isinstance(result, list):
        longitude, latitude = result
        return Position(float(longitude), float(latitude))
    if result is not None and not isinstance(result, (int, float, str)):
        raise TypeError(f"{result!r} is no result")
    return result


def _point(geometry: Json | None) -> Position | None:
    if geometry is None:
        return None
    longitude, latitude = geometry["coordinates"][:2]
    return Position(float(longitude), float(latitude))


def optional_name(row: Json | None) -> Name | None:
    return None if row is None else parse_name(row)


def optional_instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
