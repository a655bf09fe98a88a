"""What may be written about an award, whose it is, and how much of it is left. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.money.model import Money
from casework.money.rules import plain
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from casework.workflow.wording import Span
from hackathon.funding.awards import errors
from hackathon.funding.awards.machine import FINANCE, PACKAGE, RECIPIENTS, STAFF
from hackathon.funding.awards.model import Award, Milestone, Plan, Terms
from hackathon.funding.awards.settings import AwardSettings

FIELDS = Fields(PACKAGE)


def chain_of(call_id: UUID) -> str:
    """What becomes of a call's money is logged with the call."""
    return f"call:{call_id}"


def scopes_of(application_id: UUID, call_id: UUID) -> frozenset[Scope]:
    return frozenset({Scope(ScopeKind.APPLICATION, application_id), Scope(ScopeKind.CALL, call_id)})


def may_see(actor: Actor, award: Award) -> bool:
    """Its recipients, the programme and finance; what everybody may know stands in the register."""
    scopes = scopes_of(award.application_id, award.call_id)
    return holds_any(actor, RECIPIENTS | STAFF | FINANCE, scopes)


def told(minor: int, currency: str) -> str:
    """An amount in an error, such as "1250.500 OMR"."""
    return f"{plain(Money(minor, currency))} {currency}"


def why_wrong_plan(plan: Plan, settings: AwardSettings) -> Refusal | None:
    wrong = FIELDS.wrong_text("milestone_title", plan.title, settings.title_characters_max)
    return FIELDS.wrong("amount", "≥ 0") if wrong is None and plan.amount_minor < 0 else wrong


def why_not_planned(award: Award, milestones: Iterable[Milestone], plan: Plan) -> Refusal | None:
    """All that can be claimed for milestones is no more than the award."""
    planned = sum(one.plan.amount_minor for one in milestones if one.state != "dropped")
    left = award.terms.amount_minor - planned
    if plan.amount_minor > left:
        return errors.MilestonesOverAward(left=told(max(left, 0), award.currency))
    return None


def why_not_claimed(
    award: Award, milestone: Milestone, amount_minor: int, own_minor: int = 0
) -> Refusal | None:
    """What stands against a claim of so much; ``own_minor`` is what the same claim asked for before."""
    if amount_minor <= 0:
        return FIELDS.wrong("amount", "> 0")
    if amount_minor > milestone.left_minor + own_minor:
        return errors.OverMilestone(left=told(max(milestone.left_minor + own_minor, 0), award.currency))
    if amount_minor > award.left_minor + own_minor:
        return errors.OverAward(left=told(max(award.left_minor + own_minor, 0), award.currency))
    return None


def why_not_amended(award: Award, milestones: Iterable[Milestone], amount_minor: int) -> Refusal | None:
    """An award never falls below what is claimed or planned of it."""
    if amount_minor <= 0:
        return FIELDS.wrong("amount", "> 0")
    planned = sum(one.plan.amount_minor for one in milestones if one.state != "dropped")
    if amount_minor < max(award.claimed_minor, planned):
        return errors.BelowClaims(claimed=told(max(award.claimed_minor, planned), award.currency))
    return None


def wrong_terms(terms: Terms, settings: AwardSettings) -> Iterator[Refusal]:
    """The fields of an offer that cannot be like this."""
    yield from FIELDS.wrong_texts(terms, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(
        terms,
        ("abstract_ar", "abstract_en", "conditions_ar", "conditions_en"),
        settings.text_characters_max,
        least=0,
    )
    if terms.amount_minor <= 0:
        yield FIELDS.wrong("amount", "> 0")
    if terms.ends_on <= terms.starts_on:
        yield FIELDS.wrong("ends_on", Span(first=terms.starts_on))


def wrong_paid_on(paid_on: date, today: date) -> Refusal | None:
    """Refuse a day of payment that lies in the future."""
    return FIELDS.wrong("paid_on", Span(last=today)) if paid_on > today else None
