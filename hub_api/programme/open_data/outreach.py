"""Ambassadors who agreed to be seen, and how many people they reached, as elements of answers."""

from __future__ import annotations

from casework.governorates.model import Governorate
from casework.workflow.wording import Label
from hub_api.programme.open_data.repository import reach_key
from hub_api.programme.open_data.rules import both_languages, filled_names
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Element, Listing, columns, name_columns

ACTIVITIES = "hackathon.outreach.activities"


def ambassador_element(row: Row) -> Element:
    ambassador_id, name_en, name_ar, governorate, biography_en, biography_ar, is_emeritus = row
    return {
        "ambassador": str(ambassador_id),
        "name": filled_names(name_en, name_ar),
        "governorate": governorate,
        "governorate_name": both_languages(Governorate(governorate).label),
        "biography": filled_names(biography_en, biography_ar) if biography_en or biography_ar else None,
        "emeritus": is_emeritus,
    }


def reach_element(row: Row) -> Element:
    month, governorate, topic, audience, event_count, person_count = row
    return {
        "month": month,
        "governorate": governorate,
        "governorate_name": None if governorate is None else both_languages(Governorate(governorate).label),
        "topic": topic,
        "topic_name": both_languages(Label(ACTIVITIES, f"topic.{topic}")),
        "audience": audience,
        "audience_name": both_languages(Label(ACTIVITIES, f"audience.{audience}")),
        "event_count": event_count,
        "person_count": person_count,
    }


AMBASSADORS = Listing(
    name="ambassadors",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: ambassador_element(row),
    columns=(
        *columns("text", "ambassador"),
        *name_columns("name"),
        *columns("text", "governorate"),
        *name_columns("governorate_name"),
        *name_columns("biography"),
        *columns("truth", "emeritus"),
    ),
)
REACH = Listing(
    name="reach",
    key=reach_key,
    key_type=str,
    element=lambda row, _: reach_element(row),
    columns=(
        *columns("text", "month", "governorate"),
        *name_columns("governorate_name"),
        *columns("text", "topic"),
        *name_columns("topic_name"),
        *columns("text", "audience"),
        *name_columns("audience_name"),
        *columns("whole", "event_count", "person_count"),
    ),
)
