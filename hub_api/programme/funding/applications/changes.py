"""``/portal/applications/…/trail``: who wrote what, as people read it: what fields are called, and their values.

``/portal/applications/…/form``: an application is written; what others wrote meanwhile stands beside it.
"""

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
from casework.workflow.errors import ChangedMeanwhile
from casework.workflow.wording import Label
from citycore.errors import FalajError
from hackathon.funding.applications import service, writing
from hackathon.funding.applications.machine import APPLICATION, EDITABLE
from hackathon.funding.applications.model import Application, Change, Content
from hackathon.funding.applications.rules import answer_name, fields_of, merged
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.machine import close_of
from hackathon.funding.calls.model import Call
from hub_api.programme.funding.applications import words
from hub_api.programme.funding.applications.pages import leads
from hub_api.programme.funding.applications.words import LANGUAGES, names_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import row_number
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
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


def look_at_form(session: Session, request: PortalRequest, application_id: UUID) -> dict[str, Any]:
    """Where somebody else wrote meanwhile, both texts are shown and nothing is lost."""
    one, sent = service.get_own(session, application_id), request.sent
    call, questions = service.get_call_of(session, one), service.get_questions_of(session, one)[one.round]
    since = (
        [] if sent is None else service.list_changes_since(session, application_id, sent.number("version"))
    )
    is_crossed = isinstance(request.refused, ChangedMeanwhile)
    values, both = words.values_of(one.draft, call), frozenset[str]()
    if sent is not None:
        values = words.typed_values(sent)
    if sent is not None and is_crossed:
        values, both = _beside(sent, one, call, questions, since)
    organisations = words.own_organisations(session, one.draft.organisation_id)
    planned = words.deadlines_of(session, one)
    return {
        "title": one.draft.title or one.reference,
        "application": one,
        "call": call,
        "questions": questions,
        "closes_at": planned.get(close_of(one.round)),
        "names": words.names_of(session, since),
        "values": values,
        "others": {each.field: each for each in since if each.field in both},
        "field_of": words.field_of,
        "input_of": words.input_of,
        "is_crossed": is_crossed,
        "is_editable": one.state in EDITABLE,
        "is_lead": leads(session, application_id),
        "limits": session.of(ApplicationSettings),
        "behalf": words.behalf_options(call, organisations, request),
        "governorates": words.governorate_options(call, request),
        "languages": words.LANGUAGES,
        "shown_value": partial(shown_value, request, call, titles_of(organisations, request)),
    }


def _beside(
    form: Form, one: Application, call: Call, questions: tuple[FormField, ...], since: Sequence[Change]
) -> tuple[dict[str, str], frozenset[str]]:
    """What was typed, with what others wrote where nothing was typed; and the fields in which both wrote."""
    try:
        sent = words.content_of(form, call, questions)
    except FalajError:
        # An amount that cannot be read is told when it is sent again.
        return words.typed_values(form), frozenset(each.field for each in since)
    taken, both = merged(sent, one.draft, since, one.round)
    return words.values_of(taken, call), both


def write(session: Session, application_id: UUID, form: Form, seen_version: int) -> Onward:
    one = service.get_own(session, application_id)
    questions = service.get_questions_of(session, one)[one.round]
    content = words.content_of(form, service.get_call_of(session, one), questions)
    is_final = form.text("then") == "submit"
    store = writing.write_and_submit if is_final else writing.write
    store(session, application_id, content, seen_version)
    return Onward(f"/applications/{application_id}", "application_handed_in" if is_final else None)


Page(
    router,
    "/applications/{application_id}/form",
    "funding/applications/form.html",
    look_at_form,
    guard=signed_in,
    object_guard=service.get_own,
    here="calls",
    vocabulary=words.vocabulary,
).edit("", as_sent, "saved", write)
