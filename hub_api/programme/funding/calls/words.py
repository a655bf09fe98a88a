"""How calls are said, and how their forms are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.money.errors import AmountRefusal
from casework.money.model import CURRENCIES, Money
from casework.money.rules import currency_name, parse_amount, plain, shown
from casework.programme import Session
from casework.workflow.wording import Label
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls.errors import WrongAmount
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import (
    ROUNDS,
    ApplicantKind,
    Description,
    Eligibility,
    Statement,
    Terms,
    Texts,
)
from hackathon.funding.calls.service import require_staff
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.rows import codes_in, is_named, names_in, numbers_in

_WEIGHT = re.compile(r"\d{1,3}(?:[.,٫]\d{1,3})?")


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates call things."""
    return {
        "in_order": lambda chosen: [one for one in ApplicantKind if one in chosen],
        "money": lambda amount: shown(amount, request.language),
        "percent": lambda weight: f"{weight.normalize():f}%",
        "plain": plain,
    }


def staff_page(
    router: APIRouter,
    name: str,
    look: Callable[[Session, PortalRequest, UUID], Mapping[str, Any]],
    vocabulary: Callable[[PortalRequest], dict[str, Any]],
) -> Page[UUID]:
    """One of the pages of a call for those who run it; ``name`` is that of a noun and of what the page is about, as its
    template, its title and the end of its address are called.
    """
    noun, _, room = name.partition("/")
    return Page(
        router,
        f"/calls/{{call_id}}/desk/{room}",
        f"funding/{name}.html",
        look,
        guard=signed_in,
        object_guard=require_staff,
        title=f"{noun}.{room}",
        here="calls",
        vocabulary=vocabulary,
    )


def currencies(request: PortalRequest) -> list[tuple[str, str]]:
    return [(one, f"{one} – {currency_name(one, request.language)}") for one in CURRENCIES]


def choices_of(known: Iterable[StrEnum], stem: str, request: PortalRequest) -> list[tuple[str, str]]:
    """What a list offers to choose from, with what it is called."""
    return [(one.value, WORDS.text(f"calls.{stem}_{one}", request.language)) for one in known]


def description_of(form: Form) -> Description:
    """What was typed; :class:`FormUnreadable`, :class:`WrongAmount`."""
    currency, rounds = form.text("currency"), form.number("rounds")
    if currency not in CURRENCIES or rounds not in ROUNDS:
        raise FormUnreadable
    budget, least, most = (
        amount_of(form.text(name), currency, Label(CALL.package, f"field.{name}"))
        for name in ("budget", "award_min", "award_max")
    )
    texts = Texts(*(form.text(name).strip() for name in ("title_ar", "title_en", "summary_ar", "summary_en")))
    return Description(
        texts,
        Terms(
            form.text("code").strip(),
            budget,
            least,
            most,
            rounds,
            form.text("is_blind") == "1",
            form.number("reviews_each"),
            _id(form, "organisation"),
            _id(form, "hackathon"),
        ),
    )


def amount_of(text: str, currency: str, field: Label) -> Money:
    """What was typed into this field; :class:`WrongAmount`."""
    try:
        return parse_amount(text, currency)
    except AmountRefusal as refusal:
        raise WrongAmount(field, refusal) from refusal


def criteria_of(form: Form, criteria_max: int) -> list[Criterion]:
    """The rows of criteria; a weight that is no number, or none, is zero, which the service refuses."""
    codes = codes_in(form, "criterion", criteria_max)
    rows: list[Criterion] = []
    for number in numbers_in(form, criteria_max):
        name_ar, name_en = names_in(form, number)
        rows.append(
            Criterion(
                code=codes[number],
                name_ar=name_ar,
                name_en=name_en,
                weight=_weight(form.text(f"weight{number}")),
                may_be_not_applicable=form.text(f"may_be_not_applicable{number}") == "1",
            )
        )
    return rows


def eligibility_of(form: Form, statements_max: int) -> Eligibility:
    codes = codes_in(form, "statement", statements_max)
    known = {one.value for one in ApplicantKind}
    if not set(form.all("kind")) <= known:
        raise FormUnreadable
    statements = (
        Statement(codes[number], *names_in(form, number)) for number in numbers_in(form, statements_max)
    )
    return Eligibility(
        frozenset(ApplicantKind(one) for one in form.all("kind")),
        form.all("governorate"),
        tuple(one for one in statements if is_named(one)),
    )


def _weight(text: str) -> Decimal:
    """Digits and decimal separators of either script."""
    typed = text.strip().removesuffix("%").removesuffix("٪").strip()
    return Decimal(re.sub("[,٫]", ".", typed)) if _WEIGHT.fullmatch(typed) else Decimal(0)


def _id(form: Form, name: str) -> UUID | None:
    return form.id(name) if form.text(name) else None
