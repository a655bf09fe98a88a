"""What comes of the marketplace: introductions in numbers, and pilots, as elements of answers."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from casework.workflow.wording import Label
from hackathon.market.introductions.model import PACKAGE as INTRODUCTIONS_PACKAGE
from hackathon.market.pilots.machine import PILOT
from hackathon.market.pilots.model import Origin
from hub_api.programme.open_data.rules import both_languages, filled_names
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Column, Element, Listing, columns, name_columns
from hub_api.serving.shapes import names


def introduction_element(row: Row) -> Element:
    """How many of a year have come so far and no further; None stands for fewer than five."""
    year, stage, count = row
    return {
        "year": year,
        "stage": stage,
        "stage_name": both_languages(Label(INTRODUCTIONS_PACKAGE, f"stage.{stage}")),
        "introduction_count": count,
    }


def pilot_element(row: Row) -> Element:
    code, state, reason, changed_at, agreed_at, title_en, title_ar, purpose_en, purpose_ar, *rest = row
    starts_on, ends_on, is_simulated, agency_en, agency_ar, provider_en, provider_ar, origin, *links = rest
    need, submission_id, award_id, source = links
    return {
        "pilot": code,
        "name": names(title_en, title_ar),
        "description": names(purpose_en, purpose_ar),
        "state": state,
        "state_name": both_languages(PILOT.label("state", state)),
        "state_reason": reason,
        "state_reason_name": None if reason is None else both_languages(PILOT.label("reason", reason)),
        "agency_name": filled_names(agency_en, agency_ar),
        "provider_name": filled_names(provider_en, provider_ar) if provider_en or provider_ar else None,
        "origin": origin,
        "origin_name": both_languages(Origin(origin).label),
        "need": need,
        "submission": None if submission_id is None else str(submission_id),
        "funding_award": None if award_id is None else str(award_id),
        "first_date": starts_on.isoformat(),
        "last_date": (ends_on - timedelta(days=1)).isoformat(),
        "simulated": is_simulated,
        "dataset": None
        if source is None
        else {"dataset": source, "url": f"/v1/datasets/{quote(source, safe='')}"},
        "agreed_at": agreed_at,
        "changed_at": changed_at,
    }


INTRODUCTIONS = Listing(
    name="introductions",
    key=lambda row: f"{row[0]}/{row[1]}",
    key_type=str,
    element=lambda row, _: introduction_element(row),
    columns=(
        *columns("whole", "year"),
        *columns("text", "stage"),
        *name_columns("stage_name"),
        *columns("whole", "introduction_count"),
    ),
)
PILOTS = Listing(
    name="pilots",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: pilot_element(row),
    columns=(
        *columns("text", "pilot"),
        *name_columns("name"),
        *name_columns("description"),
        *columns("text", "state"),
        *name_columns("state_name"),
        *columns("text", "state_reason"),
        *name_columns("agency_name"),
        *name_columns("provider_name"),
        *columns("text", "origin"),
        *name_columns("origin_name"),
        *columns("text", "need", "submission", "funding_award", "first_date", "last_date"),
        *columns("truth", "simulated"),
        Column("dataset", "text", ("dataset", "dataset")),
        *columns("instant", "agreed_at", "changed_at"),
    ),
)
