"""What programs ask for and are answered, in the words of GeoReport v2. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from casework.follow_up.rules import grouped
from casework.governorates.model import Governorate
from casework.governorates.wilayats import wilayats
from casework.people.model import Names
from citycore.clock import CITY_ZONE
from citycore.language import LANGUAGES, Language, catalogue
from hub_api.programme.participation.open311.problems import (
    CLOSED,
    SERVICES,
    outcome_label,
    state_label,
    topic_label,
)

PACKAGE: Final = "hub_api.programme.participation.open311"
#: Attributes of every service, beside the arguments that the specification has.
AGENCY, GOVERNORATE = "agency", "governorate"


@dataclass(frozen=True, slots=True)
class Problem:
    """A row of ``open_participation.public_problems``, in the order of the statement."""

    number: str
    topic: str
    state: str
    outcome: str | None
    organisation_ar: str | None
    organisation_en: str | None
    governorate: str | None
    wilayat_code: str | None
    longitude: float | None
    latitude: float | None
    received_at: datetime
    changed_at: datetime
    expected_at: datetime | None


def service_of(code: str, language: Language) -> dict[str, Any]:
    label = SERVICES[code]
    return {
        "service_code": code,
        "service_name": label.text(language),
        "description": text("service", language, topic=label.text(language)),
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(label.text(one) for one in LANGUAGES),
        "group": text("group", language),
    }


def definition_of(code: str, agencies: Iterable[tuple[UUID, Names]], language: Language) -> dict[str, Any]:
    """What has to be said besides where and what: whose matter it is, and in which governorate."""
    listed = [{"key": str(code), "name": names.shown(language)} for code, names in agencies]
    governorates = [{"key": one.value, "name": one.label.text(language)} for one in Governorate]
    attributes = [(AGENCY, listed), (GOVERNORATE, governorates)]
    return {
        "service_code": code,
        "attributes": [
            {
                "variable": True,
                "code": name,
                "datatype": "singlevaluelist",
                "required": True,
                "datatype_description": text("choose", language),
                "order": order,
                "description": text(name, language),
                "values": values,
            }
            for order, (name, values) in enumerate(attributes, start=1)
        ],
    }


def request_of(problem: Problem, language: Language) -> dict[str, Any]:
    """Nothing that anybody wrote: its category in the hub's words, its place and what became of it."""
    topic = topic_label(problem.topic).text(language)
    names = Names(problem.organisation_ar, problem.organisation_en)
    return {
        "service_request_id": grouped(problem.number),
        "status": "closed" if problem.state in CLOSED else "open",
        "status_notes": _notes(problem, language),
        "service_name": topic,
        "service_code": problem.topic,
        "description": text("report", language, topic=topic),
        "agency_responsible": names.shown(language),
        "service_notice": None,
        "requested_datetime": instant(problem.received_at),
        "updated_datetime": instant(problem.changed_at),
        "expected_datetime": None if problem.expected_at is None else instant(problem.expected_at),
        "address": _address(problem, language),
        "address_id": problem.wilayat_code,
        "zipcode": None,
        "lat": problem.latitude,
        "long": problem.longitude,
        "media_url": None,
    }


def instant(moment: datetime) -> str:
    return moment.astimezone(CITY_ZONE).isoformat(timespec="seconds")


def text(name: str, language: Language, **fields: object) -> str:
    return catalogue(PACKAGE).text(f"open311.{name}", language, **fields)


def _notes(problem: Problem, language: Language) -> str:
    state = state_label(problem.state).text(language)
    if problem.outcome is None or problem.state not in CLOSED:
        return state
    return f"{state}{text('between', language)}{outcome_label(problem.outcome).text(language)}"


def _address(problem: Problem, language: Language) -> str:
    wilayat = wilayats().get(problem.wilayat_code or "")
    named = None if wilayat is None else (wilayat.name_ar if language == "ar" else wilayat.name_en)
    governorate = (
        None if problem.governorate is None else Governorate(problem.governorate).label.text(language)
    )
    return text("comma", language).join(one for one in (named, governorate) if one)


def rows_of(found: Iterable[tuple[Any, ...]]) -> list[Problem]:
    return [Problem(*row) for row in found]


Answer = list[dict[str, Any]] | Mapping[str, Any]
