"""Needs of agencies, as elements of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.money.model import Money
from casework.money.rules import plain
from hackathon.market.needs.machine import NEED
from hub_api.programme.open_data.rules import both_languages, date_element, filled_names
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Column, Element, Listing, columns, name_columns
from hub_api.serving.shapes import names

#: Two of several in one cell of a table.
SEPARATOR = "; "


def need_element(row: Row) -> Element:
    code, state, reason, changed_at, published_at, title_en, title_ar, problem_en, problem_ar, kind, *rest = (
        row
    )
    sector, required, wished, standards, maturity, governorate, languages, currency, budget, *rest = rest
    sme_only, is_sealed, criteria, agency_en, agency_ar, winner_en, winner_ar, dates = rest
    return {
        "need": code,
        "name": names(title_en, title_ar),
        "description": names(problem_en, problem_ar),
        "agency_name": filled_names(agency_en, agency_ar),
        "client_kind": kind,
        "state": state,
        "state_name": both_languages(NEED.label("state", state)),
        "state_reason": reason,
        "state_reason_name": None if reason is None else both_languages(NEED.label("reason", reason)),
        "awarded_to": filled_names(winner_en, winner_ar) if winner_en or winner_ar else None,
        "sector": sector,
        "capabilities": required,
        "capabilities_wished": wished,
        "standards": standards,
        "maturity_min": maturity,
        "governorate": governorate,
        "languages": languages,
        "currency": currency,
        "budget": None if budget is None else plain(Money(budget, currency)),
        "sme_only": sme_only,
        "sealed": is_sealed,
        "criteria": [_criterion(one) for one in criteria],
        "deadlines": [date_element(NEED, **date) for date in dates],
        "published_at": published_at,
        "changed_at": changed_at,
    }


def _criterion(document: Mapping[str, Any]) -> Element:
    return {
        "criterion": document["code"],
        "name": names(document["name_en"], document["name_ar"]),
        "weight": float(document["weight"]),
        "may_be_not_applicable": document["may_be_not_applicable"],
    }


def _flat(element: Element) -> Sequence[Element]:
    """Lists of it in one cell each; a column a deadline."""
    joined = {
        name: " ".join(element[name])
        for name in ("capabilities", "capabilities_wished", "standards", "languages")
    }
    weighed = (f"{one['criterion']} {one['weight']:g}" for one in element["criteria"])
    dates = {one["deadline"]: one["instant"] for one in element["deadlines"]}
    return [
        element
        | joined
        | {"criteria": SEPARATOR.join(weighed), "dates": dict.fromkeys(NEED.deadlines) | dates}
    ]


NEEDS = Listing(
    name="needs",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: need_element(row),
    columns=(
        *columns("text", "need"),
        *name_columns("name"),
        *name_columns("description"),
        *name_columns("agency_name"),
        *columns("text", "client_kind", "state"),
        *name_columns("state_name"),
        *columns("text", "state_reason"),
        *name_columns("awarded_to"),
        *columns("text", "sector", "capabilities", "capabilities_wished", "standards"),
        *columns("whole", "maturity_min"),
        *columns("text", "governorate", "languages", "currency", "budget"),
        *columns("truth", "sme_only", "sealed"),
        *columns("text", "criteria"),
        *(Column(name, "instant", ("dates", name)) for name in NEED.deadlines),
        *columns("instant", "published_at", "changed_at"),
    ),
    records=_flat,
)
