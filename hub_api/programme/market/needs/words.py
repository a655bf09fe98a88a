"""How needs are said, and what the form of one sends."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from casework.governorates.model import Governorate
from casework.money.model import Money
from casework.money.rules import parse_amount, plain, shown
from casework.people.model import Names
from casework.taxonomy.model import Capability, ClientKind, Maturity, Sector, Standard
from casework.workflow.wording import Label
from citycore.language import Language
from hackathon.market.needs.machine import FOUND_BY, NEED
from hackathon.market.needs.model import CURRENCY, Criterion, Description, Need
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.market.marketplace.words import (
    code_of,
    codes_of,
    is_programme,
    languages_of,
    vocabularies,
)


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of needs call things."""
    return {
        "need_state": partial(NEED.label, "state"),
        "need_reason": partial(NEED.label, "reason"),
        "deadline_label": partial(NEED.label, "deadline"),
        "extension_label": lambda code: Label("casework.workflow", f"extension.{code}"),
        "side_label": lambda side: Label(NEED.package, f"side.{side}"),
        "title_of": lambda need: need.title(request.language),
        "agency_of": lambda need: Names(ar=need.agency_ar, en=need.agency_en),
        "money": lambda minor: shown(Money(minor, CURRENCY), request.language),
        "plain_money": lambda minor: "" if minor is None else plain(Money(minor, CURRENCY)),
        "percent": lambda weight: f"{weight.normalize():f}%",
        "states": [(one, NEED.label("state", one).text(request.language)) for one in FOUND_BY],
        "is_programme": is_programme(request),
        **vocabularies(request),
    }


def title_of(need: Need, language: Language) -> str:
    return need.title(language)


def description_of(form: Form) -> Description:
    """What was written; :class:`FormUnreadable` for a code that no page of ours offers, or an amount's refusal."""
    sector, kind = code_of(Sector, form.text("sector")), code_of(ClientKind, form.text("client_kind"))
    if sector is None or kind is None:
        raise FormUnreadable
    maturity, budget = code_of(Maturity, form.text("maturity")), form.text("budget").strip()
    return Description(
        title_ar=form.text("title_ar").strip(),
        title_en=form.text("title_en").strip(),
        problem_ar=form.text("problem_ar").strip(),
        problem_en=form.text("problem_en").strip(),
        client_kind=kind,
        sector=sector,
        required=frozenset(codes_of(Capability, form.all("required"))),
        wished=frozenset(codes_of(Capability, form.all("wished"))),
        standards=frozenset(codes_of(Standard, form.all("standard"))),
        maturity_min=1 if maturity is None else maturity.value,
        governorate=code_of(Governorate, form.text("governorate")),
        languages=frozenset(languages_of(form.all("language"))),
        budget_minor=parse_amount(budget, CURRENCY).minor if budget else None,
        is_budget_public=bool(form.text("budget_public")),
        sme_only=bool(form.text("sme_only")),
        is_sealed=bool(form.text("is_sealed")),
        criteria=_criteria_of(form),
    )


def _criteria_of(form: Form) -> tuple[Criterion, ...]:
    """The rows that say something; a row that was emptied is gone."""
    found: list[Criterion] = []
    number = 0
    while f"weight{number}" in form.fields:
        names = [form.text(f"{name}{number}").strip() for name in ("name_ar", "name_en")]
        weight = form.text(f"weight{number}").strip()
        if weight or any(names):
            found.append(
                Criterion(
                    code=f"c{len(found) + 1}",
                    name_ar=names[0],
                    name_en=names[1],
                    weight=_weight(weight),
                    may_be_not_applicable=bool(form.text(f"na{number}")),
                )
            )
        number += 1
    return tuple(found)


def _weight(text: str) -> Decimal:
    """0, which no criterion weighs, for what is no number."""
    try:
        return Decimal(text.removesuffix("%").replace("٫", "."))
    except InvalidOperation:
        return Decimal(0)
