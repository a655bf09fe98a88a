"""How pilots are said, and what their forms send."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.market.pilots.errors import NothingToPilot, PilotExists
from hackathon.market.pilots.model import NewDatastream, NewThing, Origin, Plan, ResultType
from hackathon.market.pilots.service import get_ground
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import Special, ValueForm

_DAY = timedelta(days=1)
_SECONDS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of pilots call things."""
    return {
        "last_day": lambda ends_on: ends_on - _DAY,
        "age_of": age_of,
        "result_types": [(one.value, one.label.text(request.language)) for one in ResultType],
    }


def may_propose(session: Session, origin: Origin, origin_id: UUID) -> str | None:
    """The page where whoever is signed in may propose a pilot on it now; ``pilots/propose.html`` leads there."""
    try:
        get_ground(session, origin, origin_id)
    except (NoSuchObject, NothingToPilot, PilotExists):
        return None
    return f"/pilots/new?origin={origin.value}&from={origin_id}"


def age_of(age: timedelta) -> tuple[int, str]:
    """How many of which unit, the largest that is whole at least once; nothing is older than its future."""
    seconds = max(0, int(age.total_seconds()))
    return next(((seconds // size, name) for size, name in _SECONDS if seconds >= size), (0, _SECONDS[-1][1]))


def _with_last_day(form: Form) -> date:
    """The last day is part of the pilot."""
    return form.chosen_day("ends_on") + _DAY


#: What is tried, one of its things, and what a thing measures.
PLAN = ValueForm(
    Plan,
    special={"ends_on": Special(_with_last_day, lambda ends_on: {"ends_on": [(ends_on - _DAY).isoformat()]})},
)
THING = ValueForm(NewThing)
DATASTREAM = ValueForm(NewDatastream, {"interval_seconds": "interval"})
