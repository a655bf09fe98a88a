"""Deadlines in working time: set in minutes, standing still in some states, going on afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from casework.audit.model import Detail
from casework.audit.rules import instant_code
from casework.workflow import repository
from casework.workflow.context import CallContext
from casework.workflow.model import NEVER, Deadline, Machine, Transition
from casework.workflow.writing import set_deadline
from casework.working_time.model import Calendar
from casework.working_time.rules import due, pause, resume
from citycore.clock import CITY_ZONE


def allow(call: CallContext, object_id: UUID, name: str, minutes: int) -> datetime:
    """So many working minutes from now on, of something that has just begun to wait; when that is."""
    instant = due(call.of(Calendar), call.now(), minutes)
    set_deadline(call, object_id, Deadline(name, instant, CITY_ZONE.key))
    return instant


def stop_and_go_on(
    call: CallContext, machine: Machine[Any], step: Transition[Any], object_id: UUID, at: datetime
) -> dict[str, Detail]:
    """What a step does to the deadlines of its object that stand still before or after it, for the line about it."""
    before, after = machine.state(step.source).pauses, machine.state(step.target).pauses
    if before == after:
        return {}
    known = {one.name: one for one in repository.find_deadlines(call.connection, object_id)}
    calendar, told = call.of(Calendar), dict[str, Detail]()
    for name in sorted((before ^ after) & known.keys()):
        one = known[name]
        if name in after and one.minutes_left is None:
            left = pause(calendar, at, one.instant)
            told[f"paused_{name}"] = left
            set_deadline(call, object_id, Deadline(name, NEVER, one.zone, left))
        elif name in before and one.minutes_left is not None:
            instant = resume(calendar, at, one.minutes_left)
            told[f"resumed_{name}"] = instant_code(instant)
            set_deadline(call, object_id, Deadline(name, instant, one.zone))
    return told
