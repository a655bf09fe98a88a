"""Calls for funding, as elements of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.money.model import Money
from casework.money.rules import plain
from hackathon.funding.calls.machine import CALL, DEADLINES
from hub_api.programme.open_data.rules import both_languages, date_element, organisation_name
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Column, Element, Listing, columns, name_columns
from hub_api.serving.shapes import names

#: Two of several in one cell of a table.
SEPARATOR = "; "


def call_element(row: Row) -> Element:
    code, title_en, title_ar, summary_en, summary_ar, state, reason, currency, *rest = row
    budget, least, most, rounds, is_blind, reviews_each, eligibility, criteria, *rest = rest
    organisation_id, kind, name_en, name_ar, hackathon, forms, published_at, changed_at, _, dates = rest
    return {
        "call": code,
        "name": names(title_en, title_ar),
        "description": names(summary_en, summary_ar),
        "state": state,
        "state_name": both_languages(CALL.public_label(state)),
        "state_reason": reason,
        "state_reason_name": None if reason is None else both_languages(CALL.label("reason", reason)),
        "funder": None if kind is None else organisation_name(organisation_id, kind, name_en, name_ar),
        "hackathon": hackathon,
        "currency": currency,
        "budget": plain(Money(budget, currency)),
        "award_min": plain(Money(least, currency)),
        "award_max": plain(Money(most, currency)),
        "rounds": rounds,
        "blind": is_blind,
        "reviews_each": reviews_each,
        "eligibility": _eligibility(eligibility),
        "criteria": [_criterion(one) for one in criteria],
        "forms": [
            {"round": number, "fields": [_question(one) for one in fields]}
            for number, fields in enumerate(forms, 1)
        ],
        "deadlines": [date_element(CALL, **date) for date in dates],
        "published_at": published_at,
        "changed_at": changed_at,
    }


def _eligibility(document: Mapping[str, Any]) -> Element:
    return {
        "kinds": document["kinds"],
        "governorates": document["governorates"],
        "statements": [
            {"statement": one["code"], "name": names(one["name_en"], one["name_ar"])}
            for one in document["statements"]
        ],
    }


def _criterion(document: Mapping[str, Any]) -> Element:
    return {
        "criterion": document["code"],
        "name": names(document["name_en"], document["name_ar"]),
        "weight": float(document["weight"]),
        "may_be_not_applicable": document["may_be_not_applicable"],
    }


def _question(document: Mapping[str, Any]) -> Element:
    return {
        "field": document["code"],
        "name": names(document["name_en"], document["name_ar"]),
        "kind": document["kind"],
        "required": document["is_required"],
        "characters_max": document["characters_max"],
        "identifying": document["is_identifying"],
    }


def _flat(element: Element) -> Sequence[Element]:
    """Lists of it in one cell each; a column a deadline."""
    eligibility = element["eligibility"]
    weighed = (f"{one['criterion']} {one['weight']:g}" for one in element["criteria"])
    dates = {one["deadline"]: one["instant"] for one in element["deadlines"]}
    return [
        element
        | {
            "kinds": " ".join(eligibility["kinds"]),
            "governorates": " ".join(eligibility["governorates"]),
            "criteria": SEPARATOR.join(weighed),
            "dates": dict.fromkeys(DEADLINES) | dates,
        }
    ]


CALLS = Listing(
    name="calls",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: call_element(row),
    columns=(
        *columns("text", "call"),
        *name_columns("name"),
        *name_columns("description"),
        *columns("text", "state"),
        *name_columns("state_name"),
        *columns("text", "state_reason"),
        Column("funder", "text", ("funder", "organisation")),
        *(
            Column(f"funder_name_{language}", "text", ("funder", "name", language))
            for language in ("en", "ar")
        ),
        *columns("text", "hackathon", "currency", "budget", "award_min", "award_max"),
        *columns("whole", "rounds"),
        *columns("truth", "blind"),
        *columns("whole", "reviews_each"),
        *columns("text", "kinds", "governorates", "criteria"),
        *(Column(name, "instant", ("dates", name)) for name in DEADLINES),
        *columns("instant", "published_at", "changed_at"),
    ),
    records=_flat,
)
