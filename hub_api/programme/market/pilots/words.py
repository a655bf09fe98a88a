"""How pilots are said, and what their forms send."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from casework.workflow.errors import NoSuchObject
from hackathon.market.pilots.errors import NothingToPilot, PilotExists
from hackathon.market.pilots.machine import PILOT
from hackathon.market.pilots.model import NewThing, Origin, Plan, ResultType
from hackathon.market.pilots.service import get_ground
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest

_SECONDS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of pilots call things."""
    return {
        "pilot_state": partial(PILOT.label, "state"),
        "pilot_reason": partial(PILOT.label, "reason"),
        "last_day": lambda ends_on: ends_on - timedelta(days=1),
        "age_of": age_of,
        "result_types": [(one.value, one.label.text(request.language)) for one in ResultType],
    }


async def proposing(request: PortalRequest, origin: Origin, origin_id: UUID) -> str | None:
    """The page where the visitor may propose a pilot on it now; ``pilots/propose.html`` leads there."""
    if request.signed is None:
        return None
    try:
        await request.do(
            lambda connection: get_ground(connection, request.office.pilots, request.actor, origin, origin_id)
        )
    except (NoSuchObject, NothingToPilot, PilotExists):
        return None
    return f"/pilots/new?origin={origin.value}&from={origin_id}"


def age_of(age: timedelta) -> tuple[int, str]:
    """How many of which unit, the largest that is whole at least once; nothing is older than its future."""
    seconds = max(0, int(age.total_seconds()))
    return next(((seconds // size, name) for size, name in _SECONDS if seconds >= size), (0, _SECONDS[-1][1]))


def plan_of(form: Form) -> Plan:
    """What was written; the last day is part of the pilot. :class:`DateUnreadable`."""
    return Plan(
        code=form.text("code").strip(),
        title_ar=form.text("title_ar"),
        title_en=form.text("title_en"),
        purpose_ar=form.text("purpose_ar"),
        purpose_en=form.text("purpose_en"),
        starts_on=form.chosen_day("starts_on"),
        ends_on=form.chosen_day("ends_on") + timedelta(days=1),
    )


def thing_of(form: Form) -> NewThing:
    return NewThing(
        form.text("name").strip(),
        form.text("kind").strip(),
        form.text("name_ar"),
        form.text("name_en"),
        _degrees(form, "longitude"),
        _degrees(form, "latitude"),
    )


def _degrees(form: Form, name: str) -> float | None:
    text = form.text(name).strip()
    try:
        return float(text) if text else None
    except ValueError as error:
        raise FormUnreadable from error
