"""What may be written about a call, and who sees it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.forms.model import FormField
from casework.forms.rules import why_wrong_form as why_wrong_questions
from casework.governorates.model import Governorate
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls.errors import CallFixed, CallOver
from hackathon.funding.calls.machine import ADDRESSED, CALL, CORRECTABLE, EDITABLE, STAFF, UNPUBLISHED
from hackathon.funding.calls.model import ROUNDS, Description, Eligibility, Stage, Terms, Texts, Wanted
from hackathon.funding.calls.settings import CallSettings

FIELDS = Fields(CALL.package)
#: Names of filters in addresses.
FILTER_NAMES: Final = frozenset({"stage"})
_ADDRESS = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")


class Named(Protocol):
    """A question, a criterion or a statement."""

    @property
    def code(self) -> str: ...
    @property
    def name_ar(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def chain_of(call_id: UUID) -> str:
    """All that belongs to a call is logged in one chain."""
    return f"call:{call_id}"


def scopes_of(call_id: UUID) -> frozenset[Scope]:
    return frozenset({Scope(ScopeKind.CALL, call_id)})


def is_staff(actor: Actor, call_id: UUID) -> bool:
    """Whether the actor runs this call."""
    return holds_any(actor, STAFF, scopes_of(call_id))


def may_see(actor: Actor, call_id: UUID, state: str) -> bool:
    """Everybody sees what has been forecast or opened; before that the programme does."""
    return state not in UNPUBLISHED or is_staff(actor, call_id)


def wanted_of(words: str, codes: Mapping[str, str]) -> Wanted:
    """What everybody can look for, by the names of filters; ``ValueError`` for what no page offers to everybody."""
    if set(codes) - FILTER_NAMES:
        raise ValueError(codes)
    stage = Stage(codes["stage"]) if codes.get("stage") else None
    if stage is Stage.UNPUBLISHED:
        raise ValueError(codes)
    return Wanted(words, stage)


def why_fixed(state: str, before: Description, after: Description) -> Refusal | None:
    """Why it cannot be written anew like this: terms are fixed by the opening, the address by the forecast."""
    if state not in CORRECTABLE:
        return CallOver()
    is_same_address = before.terms.code == after.terms.code
    if state in EDITABLE:
        return None if state not in ADDRESSED or is_same_address else CallFixed()
    return None if before.terms == after.terms else CallFixed()


def corrected(before: Texts, after: Texts) -> list[str]:
    """The names of the texts that differ."""
    names = ("title_ar", "title_en", "summary_ar", "summary_en")
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def wrong_fields(description: Description, settings: CallSettings) -> Iterator[Refusal]:
    """The fields that cannot be stored like this."""
    texts = description.texts
    yield from FIELDS.wrong_texts(texts, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(
        texts, ("summary_ar", "summary_en"), settings.summary_characters_max, least=0
    )
    yield from _wrong_terms(description.terms, settings)


def wrong_form(form: Sequence[FormField], settings: CallSettings) -> Iterator[Refusal]:
    """The questions that cannot be asked like this."""
    found = why_wrong_questions(form, settings.fields_max, settings.field_characters_max)
    if found is not None:
        yield FIELDS.wrong(*found)
    yield from _wrong_names(form, "form_field", settings)


def wrong_criteria(criteria: Sequence[Criterion], settings: CallSettings) -> Iterator[Refusal]:
    """The criteria that cannot be stored; whether the weights sum up is asked by the workflow."""
    yield from _wrong_rows(criteria, "criteria", settings.criteria_max)
    for one in criteria:
        # Exponents aside, which only a program sends, a weight is a percentage with few decimals.
        if not one.weight.is_finite() or not 0 < one.weight <= 100 or len(one.weight.as_tuple().digits) > 6:
            yield FIELDS.wrong("weight", "0–100")
    yield from _wrong_names(criteria, "criterion", settings)


def wrong_eligibility(eligibility: Eligibility, settings: CallSettings) -> Iterator[Refusal]:
    """What about who may apply cannot be stored."""
    if set(eligibility.governorates) - {one.value for one in Governorate}:
        yield FIELDS.wrong("governorates", "OM-…")
    yield from _wrong_rows(eligibility.statements, "statements", settings.statements_max)
    yield from _wrong_names(eligibility.statements, "statement", settings)


def tidy(eligibility: Eligibility) -> Eligibility:
    """Each governorate once, in the order of their codes."""
    return replace(eligibility, governorates=tuple(sorted(set(eligibility.governorates))))


def _wrong_terms(terms: Terms, settings: CallSettings) -> Iterator[Refusal]:
    if _ADDRESS.fullmatch(terms.code) is None:
        yield FIELDS.wrong("code", "2–63: a–z 0–9 -")
    currencies = {terms.budget.currency, terms.award_min.currency, terms.award_max.currency}
    if len(currencies) > 1:
        yield FIELDS.wrong("currency", "1")
    elif terms.budget.minor <= 0:
        yield FIELDS.wrong("budget", "> 0")
    elif not (0 <= terms.award_min.minor <= terms.award_max.minor and terms.award_max.minor > 0):
        yield FIELDS.wrong("award", "0 ≤ … ≤ …")
    if terms.rounds not in ROUNDS:
        yield FIELDS.wrong("rounds", "1–2")
    if not 1 <= terms.reviews_each <= settings.reviews_each_max:
        yield FIELDS.wrong("reviews_each", f"1–{settings.reviews_each_max}")


def _wrong_rows(named: Sequence[Named], field: str, most: int) -> Iterator[Refusal]:
    """Too many of them, or two of one code."""
    if len(named) > most or len({one.code for one in named}) < len(named):
        yield FIELDS.wrong(field, f"0–{most}")


def _wrong_names(named: Iterable[Named], field: str, settings: CallSettings) -> Iterator[Refusal]:
    most = settings.name_characters_max
    for one in named:
        is_fit = all(name.strip() and len(name) <= most for name in (one.name_ar, one.name_en))
        if _CODE.fullmatch(one.code) is None or not is_fit:
            yield FIELDS.wrong(field, f"1–{most}")
