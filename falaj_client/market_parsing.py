"""From the JSON of research funding and of the marketplace to values, as :mod:`falaj_client.parsing` does it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from falaj_client.market import (
    Call,
    Criterion,
    FundingAward,
    IntroductionCount,
    Need,
    Offering,
    Pilot,
    Reference,
    Vendor,
)
from falaj_client.parsing import (
    Json,
    optional_instant,
    optional_name,
    parse_deadline,
    parse_instant,
    parse_name,
    picked,
)


def parse_call(row: Json) -> Call:
    eligibility = row["eligibility"]
    flat = {
        **row,
        **_organisation("funder", row),
        "kinds": tuple(eligibility["kinds"]),
        "governorates": tuple(eligibility["governorates"]),
    }
    return Call(
        **picked(Call, flat)
        | _names(row, "name", "description", "state_name")
        | {name: Decimal(row[name]) for name in ("budget", "award_min", "award_max")}
        | _judged(row)
        | {name: parse_instant(row[name]) for name in ("published_at", "changed_at")}
    )


def parse_funding_award(row: Json) -> FundingAward:
    contracted = row["contract_date"]
    flat = {**row, **_organisation("recipient", row), **_organisation("funder", row)}
    return FundingAward(
        **picked(FundingAward, flat)
        | _names(row, "name", "description", "state_name", "governorate_name", "call_name")
        | {name: Decimal(row[name]) for name in ("amount", "paid")}
        | {name: date.fromisoformat(row[name]) for name in ("first_date", "last_date")}
        | {"contract_date": None if contracted is None else date.fromisoformat(contracted)}
        | {name: parse_instant(row[name]) for name in ("awarded_at", "changed_at")}
    )


def parse_need(row: Json) -> Need:
    budget = row["budget"]
    return Need(
        **picked(Need, row)
        | _names(row, "name", "description", "agency_name", "state_name")
        | {
            "awarded_to": optional_name(row["awarded_to"]),
            "budget": None if budget is None else Decimal(budget),
        }
        | {
            name: tuple(row[name])
            for name in ("capabilities", "capabilities_wished", "standards", "languages")
        }
        | _judged(row)
        | {name: parse_instant(row[name]) for name in ("published_at", "changed_at")}
    )


def parse_vendor(row: Json) -> Vendor:
    return Vendor(**picked(Vendor, row) | _names(row, "name", "governorate_name", "profile"))


def parse_offering(row: Json) -> Offering:
    return Offering(
        **picked(Offering, row)
        | _names(row, "name", "description", "vendor_name", "maturity_name")
        | {name: _codes(row[name]) for name in ("sectors", "capabilities", "standards")}
        | {name: tuple(row[name]) for name in ("written_in", "governorates", "languages")}
        | {"published_at": parse_instant(row["published_at"])}
        | {"references": tuple(_reference(one) for one in row["references"])}
    )


def parse_introduction_count(row: Json) -> IntroductionCount:
    return IntroductionCount(**picked(IntroductionCount, row) | _names(row, "stage_name"))


def parse_pilot(row: Json) -> Pilot:
    dataset = row["dataset"]
    return Pilot(
        **picked(Pilot, row)
        | _names(row, "name", "description", "state_name", "agency_name", "origin_name")
        | {"provider_name": optional_name(row["provider_name"])}
        | {name: date.fromisoformat(row[name]) for name in ("first_date", "last_date")}
        | {"dataset": None if dataset is None else dataset["dataset"]}
        | {"agreed_at": optional_instant(row["agreed_at"]), "changed_at": parse_instant(row["changed_at"])}
    )


def _judged(row: Json) -> dict[str, Any]:
    """By what, and until when."""
    return {
        "criteria": tuple(
            Criterion(**picked(Criterion, one) | {"name": parse_name(one["name"])}) for one in row["criteria"]
        ),
        "deadlines": tuple(parse_deadline(one) for one in row["deadlines"]),
    }


def _reference(row: Json) -> Reference:
    return Reference(**picked(Reference, row) | _names(row, "client_kind_name", "description"))


def _organisation(role: str, row: Json) -> dict[str, Any]:
    """Identifier and name of who has this role; both None where nobody is named."""
    named = row[role]
    return {
        role: None if named is None else named["organisation"],
        f"{role}_name": None if named is None else parse_name(named["name"]),
    }


def _names(row: Json, *keys: str) -> dict[str, Any]:
    return {key: parse_name(row[key]) for key in keys}


def _codes(coded: Iterable[Json]) -> tuple[str, ...]:
    return tuple(one["code"] for one in coded)
