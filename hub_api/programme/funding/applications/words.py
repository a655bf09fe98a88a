"""How applications are said, and how their forms are read and filled again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.files.kinds import MEDIA_TYPES
from casework.forms.model import FormField
from casework.governorates.model import Governorate
from casework.money.model import Money
from casework.money.rules import plain
from casework.organisations.members import list_memberships
from casework.organisations.model import Organisation
from casework.organisations.service import list_known
from casework.people.model import Names
from casework.people.standing import find_names
from casework.programme import Session
from casework.workflow.wording import Label
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import Applicant, Application, Change, Content
from hackathon.funding.calls.model import ApplicantKind, Call
from hub_api.programme.funding.calls.words import amount_of
from hub_api.programme.funding.calls.words import vocabulary as call_words
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

#: What browsers offer to choose from; what a file holds is checked all the same.
ACCEPT = ",".join(f".{one}" for one in MEDIA_TYPES)
#: In which language an application is written.
LANGUAGES = (("ar", "العربية"), ("en", "English"))


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of applications call things."""
    return {
        **call_words(request),
        "amount": lambda call, minor: Money(minor, call.description.terms.budget.currency),
    }


def deadlines_of(session: Session, application: Application) -> dict[str, datetime]:
    """Of the call, with those of its own before them: late access, an answer that is due."""
    return session.planned(application.call_id, application.application_id)


def own_organisations(session: Session, kept: UUID | None = None) -> list[Organisation]:
    """Verified ones that whoever acts belongs to, and the one that is chosen already."""
    own = [one.organisation_id for one in list_memberships(session) if one.state == "member"]
    wanted = dict.fromkeys([*own, *([] if kept is None else [kept])])
    found = list_known(session, wanted)
    return [one for one in found if one.is_verified or one.organisation_id == kept]


def names_of(session: Session, people: Iterable[Applicant | Change]) -> dict[UUID, Names]:
    """What those are called who have an account."""
    return find_names(session.connection, [one.person_id for one in people if one.person_id is not None])


def content_of(form: Form, call: Call, questions: tuple[FormField, ...]) -> Content:
    """What was written; a question that was left out has no answer. :class:`WrongAmount`, :class:`FormUnreadable`."""
    answers = {one.code: form.text(field_of(one.code)).strip() for one in questions}
    amount, currency = form.text("amount"), call.description.terms.budget.currency
    field, language = Label(APPLICATION.package, "field.amount_minor"), form.text("language")
    if language not in {"ar", "en"}:
        raise FormUnreadable
    return Content(
        title=form.text("title").strip(),
        summary=form.text("summary").strip(),
        answers={code: text for code, text in answers.items() if text},
        confirmed=tuple(sorted(set(form.all("confirmed")))),
        amount_minor=amount_of(amount, currency, field).minor if amount.strip() else None,
        organisation_id=form.id("organisation") if form.text("organisation") else None,
        governorate=form.text("governorate"),
        language="ar" if language == "ar" else "en",
    )


def values_of(content: Content, call: Call) -> dict[str, str]:
    """What the fields of the form hold."""
    currency = call.description.terms.budget.currency
    return {
        "title": content.title,
        "summary": content.summary,
        "amount": "" if content.amount_minor is None else plain(Money(content.amount_minor, currency)),
        "organisation": "" if content.organisation_id is None else str(content.organisation_id),
        "governorate": content.governorate,
        "language": content.language,
        "confirmed": " ".join(content.confirmed),
        **{field_of(code): text for code, text in content.answers.items()},
    }


def typed_values(form: Form) -> dict[str, str]:
    """The same as somebody has typed it, whatever it was."""
    return {name: form.text(name) for name in form.fields} | {"confirmed": " ".join(form.all("confirmed"))}


def field_of(code: str) -> str:
    """The name of the field of a question."""
    return f"answer_{code}"


def input_of(name: str) -> str:
    """The name of the input for a field of the change trail."""
    known = {"amount_minor": "amount", "organisation_id": "organisation"}
    return field_of(name.rpartition(":")[2]) if name.startswith("answer:") else known.get(name, name)


def behalf_options(
    call: Call, organisations: list[Organisation], request: PortalRequest
) -> list[tuple[str, str]]:
    """On whose behalf it can be applied."""
    kinds = call.eligibility.kinds
    own = [("", WORDS.text("applications.for_oneself", request.language))]
    others = [
        (str(one.organisation_id), one.names.shown(request.language))
        for one in organisations
        if ApplicantKind(one.kind.value) in kinds
    ]
    return [*(own if ApplicantKind.PERSON in kinds or not others else []), *others]


def governorate_options(call: Call, request: PortalRequest) -> list[tuple[str, str]]:
    return [(one, Governorate(one).label.text(request.language)) for one in governorates_of(call)]


def governorates_of(call: Call) -> tuple[str, ...]:
    """The governorates that the call is for."""
    return call.eligibility.governorates or tuple(one.value for one in Governorate)
