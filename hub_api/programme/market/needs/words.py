"""How needs are said, and what the form of one sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from casework.money.model import Money
from casework.money.rules import parse_amount, plain, shown
from casework.people.model import Names
from casework.taxonomy.model import Maturity
from casework.workflow.wording import Label
from hackathon.market.needs.machine import FOUND_BY, NEED
from hackathon.market.needs.model import CURRENCY, Answer, Criterion, Description
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.parts import Parts
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import Fields, Special, ValueForm, rows
from hub_api.programme.market.marketplace.words import is_programme, vocabularies

_LEVELS = {str(one.value): one.value for one in Maturity}


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of needs call things."""
    return {
        "side_label": lambda side: Label(NEED.package, f"side.{side}"),
        "title_of": lambda need: need.title(request.language),
        "agency_of": lambda need: Names(ar=need.agency_ar, en=need.agency_en),
        "money": lambda minor: shown(Money(minor, CURRENCY), request.language),
        "part_name": lambda part: WORDS.text(f"needs.part.{part}", request.language),
        "percent": lambda weight: f"{weight.normalize():f}%",
        "states": [(one, NEED.label("state", one).text(request.language)) for one in FOUND_BY],
        "is_programme": is_programme(request),
        "spare": request.office.settings.portal.rows_spare,
        **vocabularies(request),
    }


def _amount(form: Form) -> int | None:
    budget = form.text("budget").strip()
    return parse_amount(budget, CURRENCY).minor if budget else None


def _plain(minor: int | None) -> Fields:
    return {} if minor is None else {"budget": [plain(Money(minor, CURRENCY))]}


def _maturity(form: Form) -> int:
    """From the first level on, where none is chosen."""
    text = form.text("maturity")
    if text and text not in _LEVELS:
        raise FormUnreadable
    return _LEVELS.get(text, 1)


def _numbered(form: Form) -> tuple[Criterion, ...]:
    return tuple(replace(one, code=f"c{number}") for number, one in enumerate(_ROWS.read(form), 1))


_ROWS = rows(
    ValueForm(Criterion, {"may_be_not_applicable": "na"}), "weight", ("name_ar", "name_en", "weight")
)
ANSWER = ValueForm(Answer, {"ar": "answer_ar", "en": "answer_en"})
#: What an agency writes; one that is new begins as sealed.
DESCRIPTION = ValueForm(
    Description,
    {"standards": "standard", "languages": "language", "is_budget_public": "budget_public"},
    {
        "budget_minor": Special(_amount, _plain),
        "maturity_min": Special(_maturity, lambda level: {"maturity": [str(level)]}),
        "criteria": Special(_numbered, _ROWS.write),
    },
)
#: The pages on which it is written.
PARTS = Parts(
    DESCRIPTION,
    {
        "what": ("title_ar", "title_en", "problem_ar", "problem_en", "client_kind", "sector"),
        "required": ("required",),
        "welcome": ("wished", "standard"),
        "terms": (
            "maturity",
            "governorate",
            "language",
            "budget",
            "budget_public",
            "sme_only",
            "is_sealed",
        ),
        "criteria": ("name_ar", "name_en", "weight", "na"),
    },
)
