"""How states and times of hackathons and challenges are said."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from casework.access.model import Actor, Role, ScopeKind
from citycore.clock import CITY_ZONE
from citycore.language import Language
from hackathon.contest.hackathons.model import Description, Mode
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

UNITS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))


DESCRIPTION = ValueForm(Description)


def agencies_of(actor: Actor) -> list[UUID]:
    """Organisations for which somebody speaks as an officer."""
    return [
        grant.scope.object_id
        for grant in actor.grants
        if grant.role is Role.OFFICER and grant.scope.kind is ScopeKind.ORGANISATION and grant.scope.object_id
    ]


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of both call things."""
    return {
        "countdown": lambda instant: countdown(instant, request.office.clock(), request.language),
        "local": local,
        "modes": [(mode.value, WORDS.text(f"hackathons.mode_{mode}", request.language)) for mode in Mode],
    }


#: A page of hackathons.
page = partial(Page, here="hackathons", vocabulary=vocabulary)


def local(instant: datetime) -> str:
    """As a field for date and time has it, in the city's time."""
    return f"{instant.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"


def countdown(instant: datetime, now: datetime, language: Language) -> str | None:
    """How long until an instant, in whole units of the largest kind that fits; None if it has come."""
    left = instant - now
    if left <= timedelta(0):
        return None
    unit, size = next((one for one in UNITS if left >= one[1]), UNITS[-1])
    number = max(1, left // size)
    return WORDS.text(f"countdown.{unit}.{plural_form(number, language)}", language, number=number)


def counted(key: str, number: int, language: Language) -> str:
    """What is counted, in the form that it has beside this number."""
    return WORDS.text(f"{key}.{plural_form(number, language)}", language)


def plural_form(number: int, language: Language) -> str:
    """one, two, few, many or other, as CLDR counts whole numbers above zero; zero is other."""
    if number == 1:
        return "one"
    if language == "en":
        return "other"
    if number == 2:
        return "two"
    rest = number % 100
    return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"
