"""What forms say of hackathons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from casework.money.errors import AmountRefusal
from casework.money.model import Money
from casework.money.rules import parse_amount, plain, shown
from casework.pictures.model import Picture
from casework.pictures.service import pictures_of
from casework.programme import Session
from casework.workflow.model import Deadline
from casework.workflow.wording import Label
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.contest.hackathons.model import CURRENCY, Description, Hackathon, Mode, Partner, Prize
from hackathon.contest.hackathons.service import next_dates
from hackathon.funding.calls.errors import WrongAmount
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import Special, ValueForm, rows


def _read_amount(form: Form) -> int | None:
    """In the smallest unit; None for a prize that is no money, :class:`WrongAmount`."""
    text = form.text("prize_amount").strip()
    if not text:
        return None
    try:
        return parse_amount(text, CURRENCY).minor
    except AmountRefusal as refusal:
        raise WrongAmount(Label(HACKATHON.package, "field.prize_amount"), refusal) from refusal


def _write_amount(minor: int | None) -> dict[str, list[str]]:
    return {} if minor is None else {"prize_amount": [plain(Money(minor, CURRENCY))]}


PRIZE = ValueForm(
    Prize,
    {"title_ar": "prize_ar", "title_en": "prize_en", "amount_minor": "prize_amount"},
    {
        "amount_minor": Special(_read_amount, _write_amount),
        "currency": Special(lambda _: CURRENCY, lambda _: {}),
    },
)
PARTNER = ValueForm(Partner, {"name_ar": "partner_ar", "name_en": "partner_en", "website": "partner_website"})
DESCRIPTION = ValueForm(
    Description,
    special={
        "prizes": rows(PRIZE, "prize_ar", ("prize_ar", "prize_en", "prize_amount")),
        "partners": rows(PARTNER, "partner_ar", ("partner_ar", "partner_en", "partner_website")),
    },
)


class Card(NamedTuple):
    """A hackathon to choose: its next date, and what is won in all, if there is either."""

    hackathon: Hackathon
    next: Deadline | None
    prize_money: str | None
    picture: Picture | None


def cards_of(session: Session, request: PortalRequest, hackathons: Sequence[Hackathon]) -> list[Card]:
    dates = next_dates(session, [one.hackathon_id for one in hackathons])
    pictures = pictures_of(session, [one.hackathon_id for one in hackathons])
    amounts = [one.description.prize_money for one in hackathons]
    return [
        Card(
            one,
            dates.get(one.hackathon_id),
            None if amount is None else shown(amount, request.language),
            pictures.get(one.hackathon_id),
        )
        for one, amount in zip(hackathons, amounts, strict=True)
    ]


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of both call things."""
    return {
        "spare": request.office.settings.portal.rows_spare,
        "money": lambda amount: shown(amount, request.language),
        "modes": [(mode.value, WORDS.text(f"hackathons.mode_{mode}", request.language)) for mode in Mode],
    }


#: A page of hackathons.
page = partial(Page, here="hackathons", vocabulary=vocabulary)
