"""``/portal/applications/…/trail``: who wrote what, as people read it: what fields are called, and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.forms.model import FormField
from casework.governorates.model import Governorate
from casework.money.model import Money
from casework.money.rules import shown
from casework.organisations.model import Organisation
from casework.organisations.service import list_known
from casework.programme import Session
from casework.workflow.wording import Label
from hackathon.funding.applications import service
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import Change, Content
from hackathon.funding.applications.rules import answer_name, fields_of
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.model import Call
from hub_api.programme.funding.applications.words import LANGUAGES, names_of, vocabulary
from hub_api.programme.kit.numbers import row_number
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What stands where nothing was written.
NOTHING = "–"


def look(session: Session, request: PortalRequest, application_id: UUID) -> dict[str, Any]:
    """For those who apply, and for officers as far as it was handed in."""
    before = request.query_as("before", row_number)
    one = service.get_application(session, application_id)
    changes = service.list_changes(session, application_id, before)
    call = service.get_call_of(session, one)
    return {
        "application": one,
        "call": call,
        "changes": changes,
        "names": names_of(session, changes),
        "labels": labels_of(service.get_questions_of(session, one), request),
        "is_more": len(changes) == session.of(ApplicationSettings).trail_rows_max,
        "shown_value": partial(shown_value, request, call, organisation_names(session, changes, request)),
    }


Page(
    router,
    "/applications/{application_id}/trail",
    "funding/applications/trail.html",
    look,
    guard=signed_in,
    title="applications.trail",
    here="calls",
    vocabulary=vocabulary,
)


def labels_of(forms: Mapping[int, tuple[FormField, ...]], request: PortalRequest) -> dict[str, str]:
    """What the fields of the change trail are called."""
    labels = {
        name: Label(APPLICATION.package, f"field.{name}").text(request.language)
        for name in fields_of(Content(), 1)
    }
    for round_, questions in forms.items():
        for one in questions:
            labels[answer_name(round_, one.code)] = one.name_ar if request.language == "ar" else one.name_en
    return labels


def organisation_names(session: Session, changes: Sequence[Change], request: PortalRequest) -> dict[str, str]:
    """What the organisations are called on whose behalf it was once applied."""
    wanted = {
        text for one in changes if one.field == "organisation_id" for text in (one.before, one.after) if text
    }
    return titles_of(list_known(session, map(UUID, sorted(wanted))), request)


def titles_of(organisations: Sequence[Organisation], request: PortalRequest) -> dict[str, str]:
    return {str(one.organisation_id): one.names.shown(request.language) for one in organisations}


def shown_value(  # noqa: PLR0911 (one for each kind of value)
    request: PortalRequest, call: Call, organisations: Mapping[str, str], field: str, text: str
) -> str:
    """A value by the name of its field; ``organisations`` are their names by identifier."""
    if not text:
        return NOTHING
    match field:
        case "amount_minor":
            return shown(Money(int(text), call.description.terms.budget.currency), request.language)
        case "governorate":
            return Governorate(text).label.text(request.language)
        case "organisation_id":
            return organisations.get(text, NOTHING)
        case "language":
            return dict(LANGUAGES)[text]
        case "confirmed":
            chosen = [one for one in call.eligibility.statements if one.code in text.split()]
            return "\n".join(one.name_ar if request.language == "ar" else one.name_en for one in chosen)
        case _:
            return text
