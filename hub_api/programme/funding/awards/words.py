"""How awards are said, and what forms about them mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from casework.money.model import Money
from casework.money.rules import parse_amount, plain, shown
from citycore.clock import CITY_ZONE
from hackathon.funding.awards.model import Plan, Terms
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of awards call things."""
    return {
        "money": lambda minor, currency: shown(Money(minor, currency), request.language),
        "plain": lambda minor, currency: plain(Money(minor, currency)),
        "last_day": lambda day: day - timedelta(days=1),
    }


def terms_of(form: Form, currency: str) -> Terms:
    """What a form offers; its last day is a day of the award."""
    ends_on = form.chosen_day("last_day") + timedelta(days=1)
    return Terms(
        title_ar=form.text("title_ar"),
        title_en=form.text("title_en"),
        abstract_ar=form.text("abstract_ar"),
        abstract_en=form.text("abstract_en"),
        conditions_ar=form.text("conditions_ar"),
        conditions_en=form.text("conditions_en"),
        amount_minor=amount(form, currency),
        starts_on=form.chosen_day("starts_on"),
        ends_on=ends_on,
    )


def texts_of(form: Form, known: Terms) -> Terms:
    """What a form corrects of what everybody reads."""
    return replace(
        known,
        title_ar=form.text("title_ar"),
        title_en=form.text("title_en"),
        abstract_ar=form.text("abstract_ar"),
        abstract_en=form.text("abstract_en"),
        starts_on=form.chosen_day("starts_on"),
        ends_on=form.chosen_day("last_day") + timedelta(days=1),
    )


def plan_of(form: Form, currency: str) -> Plan:
    """A milestone that is due at the end of a day."""
    due = form.chosen_day("due_on") + timedelta(days=1)
    due_at = datetime(due.year, due.month, due.day, tzinfo=CITY_ZONE)
    return Plan(form.text("title"), amount(form, currency), due_at)


def amount(form: Form, currency: str, name: str = "amount") -> int:
    """Minor units; :class:`AmountRefusal` says what is wrong with what was typed."""
    return parse_amount(form.text(name), currency).minor
