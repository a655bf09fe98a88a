"""What is written about a step: at once, or gathered with that of other steps which are taken together."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from casework.audit.model import Line
from casework.audit.service import append
from casework.workflow import repository
from casework.workflow.context import CallContext
from casework.workflow.model import Deadline
from casework.workflow.repository import StepWords, Undoable


def log(call: CallContext, line: Line) -> None:
    """A line of the log, of whatever was done."""
    if call.gathered is None:
        append(call.connection, line)
    else:
        call.gathered.lines.append(line)


def add_words(call: CallContext, said: StepWords) -> None:
    """What somebody added to a step."""
    if call.gathered is None:
        repository.add_words(call.connection, said)
    else:
        call.gathered.words.append(said)


def remember_step(call: CallContext, taken: Undoable) -> None:
    """That a step can be taken back."""
    if call.gathered is None:
        repository.remember_steps(call.connection, taken)
    else:
        call.gathered.undoable.append(taken)


def set_deadline(call: CallContext, object_id: UUID, deadline: Deadline) -> None:
    """Plan a deadline, or say that it stands still or goes on."""
    set_deadlines(call, [(object_id, deadline)])


def set_deadlines(call: CallContext, planned: Sequence[tuple[UUID, Deadline]]) -> None:
    """The same of several."""
    repository.set_deadlines(call.connection, planned)
    if call.gathered is not None:
        for object_id, _ in planned:
            call.gathered.deadlines.pop(object_id, None)
