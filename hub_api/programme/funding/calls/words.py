"""How calls are said, and how their forms are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from casework.forms.model import FieldKind, FormField
from casework.governorates.model import Governorate
from casework.money.errors import AmountRefusal
from casework.money.model import CURRENCIES, Money
from casework.money.rules import currency_name, parse_amount, plain, shown
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls.errors import WrongAmount
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import (
    ROUNDS,
    ApplicantKind,
    Call,
    Description,
    Eligibility,
    Statement,
    Terms,
    Texts,
)
from hub_api.programme.contest.hackathons.words import countdown
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

#: Of a question whose length nobody chose.
ANSWER_CHARACTERS = 2_000
_WEIGHT = re.compile(r"\d{1,3}(?:[.,٫]\d{1,3})?")


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates call things."""
    return {
        "public_state": CALL.public_label,
        "state_label": partial(CALL.label, "state"),
        "reason_label": partial(CALL.label, "reason"),
        "deadline_label": partial(CALL.label, "deadline"),
        "extension_label": lambda reason: Label("casework.workflow", f"extension.{reason}"),
        "in_order": lambda chosen: [one for one in ApplicantKind if one in chosen],
        "governorate_label": lambda code: Governorate(code).label,
        "countdown": lambda instant: countdown(instant, request.office.clock(), request.language),
        "money": lambda amount: shown(amount, request.language),
        "percent": lambda weight: f"{weight.normalize():f}%",
        "plain": plain,
        "local": _local,
    }


def title_of(call: Call, request: PortalRequest) -> str:
    text = call.description.texts
    return text.title_ar if request.language == "ar" else text.title_en


def currencies(request: PortalRequest) -> list[tuple[str, str]]:
    return [(one, f"{one} – {currency_name(one, request.language)}") for one in CURRENCIES]


def kinds(request: PortalRequest) -> list[tuple[str, str]]:
    return [(one.value, WORDS.text(f"calls.kind_{one}", request.language)) for one in ApplicantKind]


def field_kinds(request: PortalRequest) -> list[tuple[str, str]]:
    return [(one.value, WORDS.text(f"calls.field_{one}", request.language)) for one in FieldKind]


def description_of(form: Form) -> Description:
    """What was typed; :class:`FormUnreadable`, :class:`WrongAmount`."""
    currency, rounds = form.text("currency"), form.number("rounds")
    if currency not in CURRENCIES or rounds not in ROUNDS:
        raise FormUnreadable
    budget, least, most = (_amount(form, name, currency) for name in ("budget", "award_min", "award_max"))
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


def questions_of(form: Form, fields_max: int) -> list[FormField]:
    """The rows of a form; a new question gets a code that none of the others has."""
    codes = _codes(form, "question", fields_max)
    rows: list[FormField] = []
    for number in _rows(form, fields_max):
        kind = next((one for one in FieldKind if one == form.text(f"kind{number}")), None)
        if kind is None:
            raise FormUnreadable
        length = form.text(f"characters_max{number}").strip()
        rows.append(
            FormField(
                codes[number],
                *_names(form, number),
                kind,
                form.text(f"is_required{number}") == "1",
                form.number(f"characters_max{number}") if length else ANSWER_CHARACTERS,
                form.text(f"is_identifying{number}") == "1",
            )
        )
    return rows


def criteria_of(form: Form, criteria_max: int) -> list[Criterion]:
    """The rows of criteria; a weight that is no number, or none, is zero, which the service refuses."""
    codes = _codes(form, "criterion", criteria_max)
    rows: list[Criterion] = []
    for number in _rows(form, criteria_max):
        name_ar, name_en = _names(form, number)
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
    codes = _codes(form, "statement", statements_max)
    known = {one.value for one in ApplicantKind}
    if not set(form.all("kind")) <= known:
        raise FormUnreadable
    statements = (Statement(codes[number], *_names(form, number)) for number in _rows(form, statements_max))
    return Eligibility(
        frozenset(ApplicantKind(one) for one in form.all("kind")),
        form.all("governorate"),
        tuple(one for one in statements if is_named(one)),
    )


def is_named(row: FormField | Criterion | Statement) -> bool:
    """Whether anything was typed into a row; what is left blank is not there."""
    return bool(row.name_ar or row.name_en)


def _amount(form: Form, name: str, currency: str) -> Money:
    try:
        return parse_amount(form.text(name), currency)
    except AmountRefusal as refusal:
        raise WrongAmount(Label(CALL.package, f"field.{name}"), refusal) from refusal


def _weight(text: str) -> Decimal:
    """Digits and decimal separators of either script."""
    typed = text.strip().removesuffix("%").removesuffix("٪").strip()
    return Decimal(re.sub("[,٫]", ".", typed)) if _WEIGHT.fullmatch(typed) else Decimal(0)


def _names(form: Form, number: int) -> tuple[str, str]:
    return form.text(f"name_ar{number}").strip(), form.text(f"name_en{number}").strip()


def _rows(form: Form, most: int) -> Sequence[int]:
    return [number for number in range(1, most + 1) if f"name_en{number}" in form.fields]


def _codes(form: Form, stem: str, most: int) -> dict[int, str]:
    """The code of each row: its own, or one that none of the others has."""
    known = {form.text(f"code{number}") for number in range(1, most + 1)}
    free = (code for number in range(1, 2 * most + 2) if (code := f"{stem}_{number}") not in known)
    return {number: form.text(f"code{number}") or next(free) for number in range(1, most + 1)}


def _id(form: Form, name: str) -> UUID | None:
    return form.id(name) if form.text(name) else None


def _local(instant: datetime) -> str:
    """As a field for date and time has it, in the city's time."""
    return f"{instant.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"
