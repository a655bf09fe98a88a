"""``/portal/desk/calendar``: administrators keep the calendar of days that forecasts go by."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from casework.calendar import service
from casework.calendar.service import Written
from casework.programme import Session
from citycore.calendar.errors import PACKAGE
from citycore.calendar.model import HOME, EntryKind, Key
from citycore.clock import CITY_ZONE
from citycore.language import catalogue
from hub_api.programme.casework.staff.staff import administers
from hub_api.programme.kit.pages import Onward, Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/desk/calendar"
#: A year as the address has it.
_YEAR_DIGITS = 4
WRITTEN, KEY = ValueForm(Written), ValueForm(Key)
MARKS = {True: "is-good", False: "is-late"}


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    sent = request.query("year")
    is_year = len(sent) == _YEAR_DIGITS and sent.isdecimal()
    year = int(sent) if is_year else session.now().astimezone(CITY_ZONE).year
    words, language = catalogue(PACKAGE), request.language
    return {
        "year": year,
        "entries": service.list_year(session, HOME, year),
        "form": WRITTEN.fill(None, request.typed),
        "kinds": [(kind.value, words.text(f"kind.{kind}", language)) for kind in EntryKind],
        "kind_name": lambda kind: words.text(f"kind.{kind}", language),
        "mark": MARKS.get,
    }


PAGE = Page(
    router, _PATH, "casework/calendar/list.html", look, guard=administers, title="calendar.title", here="desk"
)


async def keep(request: PortalRequest, written: Written) -> Onward:
    await request.run(service.keep, request.actor, written)
    return _year_of(written.starts_on.year)


async def confirm(request: PortalRequest, key: Key) -> Onward:
    await request.run(service.confirm, request.actor, key)
    return _year_of(key.starts_on.year)


async def remove(request: PortalRequest, key: Key) -> Onward:
    await request.run(service.remove, request.actor, key)
    return _year_of(key.starts_on.year)


def _year_of(year: int) -> Onward:
    return Onward(f"{_PATH}?year={year}")


PAGE.answer("keep", WRITTEN, "calendar_kept", keep)
PAGE.answer("confirm", KEY, "calendar_confirmed", confirm)
PAGE.answer("remove", KEY, "calendar_removed", remove)
