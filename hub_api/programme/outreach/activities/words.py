"""What forms say of events and reports."""

from __future__ import annotations

from functools import partial

from casework.governorates.model import Governorate
from hackathon.outreach.activities.model import Event, Mode, Report
from hub_api.programme.kit.errors import FigureUnreadable, FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.values import Special, ValueForm
from hub_api.programme.outreach.ambassadors.words import governorate_of


def _place(form: Form) -> Governorate | None:
    """Online it is in no governorate, whatever is chosen beside."""
    return None if form.text("mode") == Mode.ONLINE else governorate_of(form.text("governorate"))


def _number(name: str, form: Form) -> int:
    """What somebody left out is shown to them beside what they wrote."""
    try:
        return form.number(name)
    except FormUnreadable as error:
        raise FigureUnreadable(name) from error


def _figure(name: str) -> Special:
    return Special(partial(_number, name), lambda number: {name: [str(number)]})


EVENT = ValueForm(
    Event,
    special={"governorate": Special(_place, lambda place: {"governorate": [place.value] if place else []})},
)
REPORT = ValueForm(Report, special={name: _figure(name) for name in ("reached", "minutes")})
