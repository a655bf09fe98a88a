"""What systems owe an answer to and no page says, where operators look: it must be nothing."""

from __future__ import annotations

from functools import partial
from typing import Final

from casework.access.model import SYSTEM
from casework.decisions.errors import AnswerOwed
from casework.decisions.service import list_missing
from casework.noun import Job, Stopping
from casework.programme import Programme
from citycore.failures.repository import find_failures_of
from citycore.failures.service import Attempts

_NAME: Final = "owed_answers"


def tidy(programme: Programme, _: Stopping = lambda: False) -> int:
    """Set aside each that is missing, so that ``/status`` counts it, and take back what is there by now; how many are missing."""
    with programme.connect() as connection:
        attempts = Attempts(connection, _NAME, programme.clock)
        with connection.transaction():
            missing = {
                f"{node.kind}/{node.object_id}" for node in list_missing(programme.within(connection, SYSTEM))
            }
            known = {one.subject for one in find_failures_of(connection, _NAME)}
        for subject in sorted(missing | known):
            attempts.attempt(subject, partial(_require, subject, missing))
    return len(missing)


def _require(subject: str, missing: set[str]) -> None:
    if subject in missing:
        raise AnswerOwed


JOB: Final = Job(_NAME, tidy)
