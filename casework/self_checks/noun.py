"""What the worker does of the hub's checks of itself, and what they hold about an account that was refused often."""

from __future__ import annotations

from datetime import timedelta

from casework.noun import Job, Noun, Stopping
from casework.people.holders import Holder, deleted
from casework.programme import Programme
from casework.self_checks import repository
from casework.self_checks.checking import check_log, check_scanner
from casework.self_checks.model import PACKAGE
from casework.self_checks.noting import note_heads
from casework.self_checks.repository import QUERIES
from casework.self_checks.settings import SelfCheckSettings


def _note(programme: Programme, _: Stopping = lambda: False) -> int:
    return note_heads(programme)


def _check(programme: Programme, _: Stopping = lambda: False) -> int:
    return check_log(programme)


def _ping(programme: Programme, _: Stopping = lambda: False) -> int:
    return check_scanner(programme)


def tidy(programme: Programme, _: Stopping = lambda: False) -> int:
    """Forget what was told long ago."""
    before = programme.clock() - timedelta(days=programme.of(SelfCheckSettings).keep_days)
    with programme.connect() as connection, connection.transaction():
        return repository.forget(connection, before)


HOLDER = Holder(QUERIES, {"self_checks": "export"}, (deleted("self_checks", "erase"),))
NOUN = Noun(
    "self_checks",
    PACKAGE,
    holder=HOLDER,
    # The log is verified before its heads of today are noted.
    sweeps=(
        Job("audit_log", _check),
        Job("audit_heads", _note),
        Job("scanner", _ping),
        Job("tidy_self_checks", tidy),
    ),
)
