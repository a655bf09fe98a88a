"""Issue nowcasts, study them once a day, and note what lies beyond its band: one transaction for each group of datastreams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from citycore.clock import Clock
from citycore.failures.service import Attempts
from citycore.intervals import HOUR
from citycore.store.connections import Connection
from forecasting.day_types import DayTypes
from forecasting.days import read_days
from forecasting.nowcast import repository
from forecasting.nowcast.anomalies import Expectation, State, Step, follow, judge
from forecasting.nowcast.issue import HISTORY, Memory, issue, outcomes
from forecasting.nowcast.model import DAY_QUARTERS, QUARTER, Nowcast, Panel
from forecasting.nowcast.repository import Group, Run
from forecasting.nowcast.settings import NowcastSettings
from forecasting.nowcast.study import Trees, study_panel

log = structlog.get_logger()
JOB = "nowcasts"
#: Hours that are looked at in one run; what is older was missed while nobody looked.
HOURS_MAX = 24


@dataclass(frozen=True, slots=True)
class Report:
    """What one run came to; ``failed`` are groups that were set aside."""

    issued: int = 0
    studied: int = 0
    failed: int = 0


def last_quarter_end(now: datetime, settings: NowcastSettings) -> datetime:
    """The end of the last quarter that is complete."""
    seconds = now.astimezone(UTC).timestamp() - settings.grace_seconds
    length = QUARTER.total_seconds()
    return datetime.fromtimestamp(seconds // length * length, UTC)


def is_due(connection: Connection, now: datetime, settings: NowcastSettings) -> bool:
    """A cheap question, asked often: whether a quarter is complete that no nowcast has seen, or what failed is to be tried again."""
    until = repository.read_run(connection).issued_until
    is_new = until is None or until < last_quarter_end(now, settings)
    return is_new or bool(repository.read_failures_due(connection, JOB, now))


def run(connection: Connection, clock: Clock, settings: NowcastSettings) -> Report:
    """Issue all nowcasts from the last complete quarter on, and study what is due. ``connection`` commits by itself.

    A group that fails is set aside and stops no other. Nothing happens while another process is at it.
    """
    if not repository.try_lock(connection):
        return Report()
    try:
        return _run(connection, clock, settings)
    finally:
        repository.unlock(connection)


def _run(connection: Connection, clock: Clock, settings: NowcastSettings) -> Report:
    now, before = clock(), repository.read_run(connection)
    end, days = last_quarter_end(now, settings), read_days(connection)
    attempts = Attempts(connection, JOB, clock)
    groups = repository.read_groups(connection, settings)
    issued = 0
    for group in groups:
        work = partial(_issue_group, connection, group, (end, days), now, settings)
        issued += attempts.attempt(f"issue {group.name}", work) or 0
    judge_hours = partial(_judge_hours, connection, before.judged_until, end.replace(minute=0), settings)
    judged_until = attempts.attempt("hours", judge_hours) or before.judged_until
    again = repository.read_failures_due(connection, JOB, now)
    due, studied_at = _due_to_study(connection, groups, before.studied_at, end, settings)
    due = [one for one in groups if one in due or _study_of(one) in again]
    studied = _study_all(connection, attempts, due, (end, days), settings)
    if studied_at == end:
        repository.forget_gone(connection)
    repository.note_run(connection, Run(end, judged_until, studied_at))
    repository.forget_failures(connection, JOB, now)
    repository.forget_anomalies(connection, now - timedelta(days=settings.anomaly_days))
    log.info("nowcasts_issued", issued=issued, studied=studied, failed=attempts.failed)
    return Report(issued, studied, attempts.failed)


def _due_to_study(
    connection: Connection,
    groups: Sequence[Group],
    studied_at: datetime | None,
    end: datetime,
    settings: NowcastSettings,
) -> tuple[Sequence[Group], datetime | None]:
    """What is studied now, and when all was studied last then.

    All once a day, when days are of another kind than was thought, and when something that was learned of counts no more; once an
    hour what has come to have enough of a past.
    """
    if (
        studied_at is None
        or end - studied_at >= timedelta(hours=settings.study_hours)
        or repository.has_calendar_changed(connection, studied_at)
        or repository.has_gone(connection)
    ):
        return groups, end
    is_turn = int(end.timestamp() // QUARTER.total_seconds()) % max(1, round(settings.new_hours * 4)) == 0
    if not is_turn:
        return (), studied_at
    return [one for one in groups if repository.has_unstudied(connection, one, end, settings)], studied_at


def _study_all(
    connection: Connection,
    attempts: Attempts,
    groups: Sequence[Group],
    upon: tuple[datetime, DayTypes],
    settings: NowcastSettings,
) -> int:
    """Those of one property and zone share what the trees of the first have learned. Their nowcasts are issued with the next quarter."""
    shared: dict[tuple[str, str], Trees] = {}
    studied = 0

    def study(group: Group) -> int:
        end, days = upon
        name = (group.property_code, group.zone)
        panel = repository.read_panel(connection, group, end, settings.study_days * DAY_QUARTERS, settings)
        studies, trees = study_panel(panel, days, settings, shared.get(name))
        with connection.transaction():
            repository.keep_studies(connection, studies, end)
            if trees is not None and name not in shared:
                shared[name] = trees
                repository.keep_trees(connection, group, trees.served, end)
        return len(studies)

    for group in groups:
        studied += attempts.attempt(_study_of(group), partial(study, group)) or 0
    return studied


def _study_of(group: Group) -> str:
    """What the study of a group is called where it failed."""
    return f"study {group.name}"


def _issue_group(
    connection: Connection,
    group: Group,
    upon: tuple[datetime, DayTypes],
    now: datetime,
    settings: NowcastSettings,
) -> int:
    end, days = upon
    with connection.transaction():
        panel = repository.read_panel(connection, group, end, HISTORY, settings)
        studies = repository.read_studies(connection, group)
        before = repository.read_nowcasts(connection, group)
        memory = Memory(studies, before, repository.read_trees(connection, group))
        made = issue(panel, memory, days, settings)
        repository.keep_nowcasts(connection, made, now)
        _judge_quarters(connection, panel, before, settings)
    return len(made)


def _judge_quarters(
    connection: Connection, panel: Panel, before: dict[int, Nowcast], settings: NowcastSettings
) -> None:
    """Compare what was measured since with what was issued last."""
    states = repository.read_states(connection, "nowcast", panel.keys)
    for place, key in enumerate(panel.keys):
        said = before.get(key)
        if said is None:
            continue
        measured = [(said.origin + ahead * QUARTER, value) for ahead, value in outcomes(panel, place, said)]
        known = states.get(key, State())
        state, changed = follow(known, measured, Expectation.of(said), settings)
        for one in changed:
            repository.keep_anomaly(connection, "nowcast", key, one)
        if state != known:
            repository.keep_state(connection, "nowcast", key, state)


def _judge_hours(
    connection: Connection, since: datetime | None, until: datetime, settings: NowcastSettings
) -> datetime:
    """Compare hours of other properties with what a forecast said of them some hours before; until when that is done."""
    start = max(since or until - HOUR, until - HOURS_MAX * HOUR)
    with connection.transaction():
        hours = dict(repository.read_judged_hours(connection, start, until, settings))
        states = repository.read_states(connection, "forecast", list(hours))
        for key, steps in hours.items():
            _judge_hours_of(connection, key, states.get(key, State()), steps, settings)
    return until


def _judge_hours_of(
    connection: Connection, key: int, known: State, steps: Sequence[Step], settings: NowcastSettings
) -> None:
    state = known
    for step in steps:
        state, changed = judge(state, step, settings)
        if changed is not None:
            repository.keep_anomaly(connection, "forecast", key, changed)
    if state != known:
        repository.keep_state(connection, "forecast", key, state)
