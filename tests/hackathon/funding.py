"""A call about water with its people, dates and texts, for the tests of calls and of what belongs to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.forms.model import FieldKind, FormField
from casework.money.model import Money
from citycore.store.connections import Connection
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls import repository, service
from hackathon.funding.calls.machine import DEADLINES
from hackathon.funding.calls.model import (
    ApplicantKind,
    Call,
    Description,
    Eligibility,
    Statement,
    Terms,
    Texts,
)
from tests.hackathon.calling import programme_for

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
DATES = {name: NOW + DAY * number for number, name in enumerate(DEADLINES, 1)}
CHIEF = Actor(UUID(int=1), (Grant(Role.ADMINISTRATOR),))
OFFICER = Actor(UUID(int=4), (Grant(Role.PROGRAMME_OFFICER),))
STRANGER = Actor(UUID(int=5), (Grant(Role.FINANCE), Grant(Role.ORGANISER)))
NUMBERS = count(1)
FORM = (
    FormField("plan", "الخطة", "Plan", is_required=True),
    FormField("site", "الموقع", "Site", FieldKind.LINK),
    FormField("team", "الفريق", "Team", is_required=True, is_identifying=True),
)
CRITERIA = (
    Criterion(code="worth", name_en="Worth", name_ar="القيمة", weight=Decimal("66.5")),
    Criterion(
        code="data", name_en="Use of data", name_ar="استخدام البيانات", weight=Decimal("33.5"),
        may_be_not_applicable=True,
    ),
)  # fmt: skip
WHO = Eligibility(
    frozenset({ApplicantKind.PERSON, ApplicantKind.UNIVERSITY}), ("OM-MU", "OM-MA"),
    (Statement("ethics", "نلتزم بأخلاقيات البحث.", "We keep to the ethics of research."),),
)  # fmt: skip


def rials(baisa: int) -> Money:
    return Money(baisa, "OMR")


def officer_of(call_id: UUID) -> Actor:
    return Actor(UUID(int=6), (Grant(Role.PROGRAMME_OFFICER, Scope(ScopeKind.CALL, call_id)),))


def describe(texts: dict[str, str] | None = None, **terms: Any) -> Description:
    """A call of one round with a name of its own."""
    code = f"water-{next(NUMBERS)}"
    return Description(
        replace(Texts("ماء المدينة", "City water", "بحث عن الماء", "Research about water"), **(texts or {})),
        replace(Terms(code, rials(90_000_000), rials(1_000_000), rials(30_000_000)), **terms),
    )  # fmt: skip


class Funding:
    """A programme with a watch that tests set; every step is taken by the officer. Deadlines are ``dates``."""

    def __init__(self, portal: Connection, start: datetime = NOW) -> None:
        self.portal, self.now = portal, start
        self.dates = {name: instant + (start - NOW) for name, instant in DATES.items()}
        self.programme = programme_for(portal, lambda: self.now)
        self.call = self.programme.call

    def draft(self, **terms: Any) -> UUID:
        return self.call(OFFICER, service.create, describe(**terms))

    def complete(self, **terms: Any) -> UUID:
        """A draft that can be approved."""
        call_id = self.draft(**terms)
        for number in (1, 2):
            self.change(service.set_form, call_id, number, FORM)
        self.change(service.set_criteria, call_id, CRITERIA)
        self.change(service.set_eligibility, call_id, WHO)
        self.call(OFFICER, service.plan, call_id, self.dates)
        return call_id

    def opened(self, **terms: Any) -> UUID:
        """A call that is open, by its deadline."""
        call_id = self.complete(**terms)
        self.step(call_id, "approve")
        self.now = self.dates["opens"]
        self.step(call_id, "open")
        return call_id

    def seen(self, call_id: UUID) -> Call:
        found = repository.find_call(self.portal, call_id)
        assert found is not None
        return found

    def change(self, work: Any, call_id: UUID, *values: Any, actor: Actor = OFFICER) -> None:
        self.call(actor, work, call_id, *values, self.seen(call_id).version)

    def step(self, call_id: UUID, event: str, reason: str | None = None, actor: Actor = OFFICER) -> None:
        self.call(actor, service.move, call_id, event, self.seen(call_id).version, reason)

    def retold(self, call_id: UUID, **texts: str) -> Description:
        """What it says about itself, with other texts."""
        about = self.seen(call_id).description
        return replace(about, texts=replace(about.texts, **texts))

    def paying(self, call_id: UUID, **terms: Any) -> Description:
        """The same, with other terms."""
        about = self.seen(call_id).description
        return replace(about, terms=replace(about.terms, **terms))
