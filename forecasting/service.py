"""Issue what is due and study what is due: panel by panel, on whatever runner there is.

This process reads and writes; runners compute. What fails as a whole is halved until the series is found that it fails
for: that one is set aside, counted and shown, and the rest goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import structlog

from citycore.clock import Clock
from citycore.errors import NotFound
from citycore.failures.rules import reason_of
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from citycore.store.outages import is_outage
from forecasting import repository
from forecasting.compose import ended
from forecasting.keeping import Studied
from forecasting.model import Forecast, HourlySeries, Panel, PanelSeries
from forecasting.panels import Part, parts_to_issue, parts_to_study
from forecasting.reading import read_beside, read_panel
from forecasting.repository import ISSUES, STUDIES, Limits
from forecasting.running.model import Outcome, Runner, Task
from forecasting.running.settings import RunningSettings
from forecasting.running.work import begin_panel, issue_panel, study_panel

log = structlog.get_logger()
#: Processes that died one after the other. Where a series is to blame, a half without it does well before that.
DEATHS_MAX = 6


class SeriesFailed(Exception):
    """What a runner says of the one series of a task."""


class RunnerBroken(Exception):
    """Processes die whatever they are given: no series is to blame, and none is set aside for it."""


class NothingToSay(Exception):
    """A series that seemed to have enough hours has not."""


@dataclass(slots=True)
class Report:
    """What one run came to: series whose forecast was issued, that were studied, that are set aside."""

    issued: int = 0
    studied: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the work is done: the connection commits by itself, the runner computes."""

    connection: Connection
    runner: Runner
    clock: Clock
    limits: Limits
    running: RunningSettings = field(default_factory=RunningSettings)
    #: Is told of each series that is done or set aside.
    on_progress: Callable[[int], None] = lambda _: None


def is_any_due(connection: Connection, now: datetime, limits: Limits) -> bool:
    """Whether any forecast is due; a cheap question, asked often."""
    return bool(repository.read_due(connection, now, limits, 1))


def is_any_study_due(connection: Connection, now: datetime, limits: Limits) -> bool:
    return bool(parts_to_study(repository.read_known(connection, now, limits), now, limits.serving))


def issue_due(bench: Bench) -> Report:
    """Issue what is due, at most one batch. ``psycopg.OperationalError`` if the database goes away."""
    due = repository.read_due(bench.connection, bench.clock(), bench.limits)
    issuing = _Issuing(bench)
    _work(bench, issuing, parts_to_issue(due, bench.limits.serving))
    return issuing.report


def study_due(bench: Bench) -> Report:
    """Study the panels whose turn it is, at most one run of them, and count what came true of forecasts."""
    now = bench.clock()
    due = parts_to_study(
        repository.read_known(bench.connection, now, bench.limits), now, bench.limits.serving
    )
    wanted: list[Part] = []
    series = 0
    for part in due:
        if wanted and series + len(part.datastreams) > bench.limits.serving.study_series_max:
            break
        wanted.append(part)
        series += len(part.datastreams)
    studying = _Studying(bench)
    _work(bench, studying, wanted)
    with bench.connection.transaction():
        repository.delete_unused_models(bench.connection)
        changed = repository.store_outcomes(bench.connection, bench.clock(), bench.limits)
    log.info(
        "forecasts_studied", series=studying.report.studied, failed=studying.report.failed, outcomes=changed
    )
    return studying.report


def issue_now(bench: Bench, datastreams: Sequence[int]) -> Report:
    """Issue these, due or not. :class:`NotFound` for a datastream that there is not."""
    found = repository.read_wanted(bench.connection, datastreams, bench.clock(), bench.limits)
    missing = set(datastreams) - {one.datastream_id for one in found}
    if missing:
        raise NotFound(what="datastream", name=min(missing))
    issuing = _Issuing(bench, is_asked_for=True)
    _work(bench, issuing, parts_to_issue(found, bench.limits.serving))
    return issuing.report


def study_now(bench: Bench, datastreams: Sequence[int]) -> Report:
    """Study the panels that these belong to, due or not; datastreams that say too little are not studied."""
    now, wanted = bench.clock(), set(datastreams)
    known = repository.read_known(bench.connection, now, bench.limits)
    everything = parts_to_study(known, now, bench.limits.serving, is_asked_for=True)
    studying = _Studying(bench)
    _work(bench, studying, [part for part in everything if wanted & set(part.datastreams)])
    return studying.report


class _Job(Protocol):
    """A kind of work on parts of panels."""

    report: Report
    attempts: Attempts

    def task(self, part: Part) -> Task | None:
        """What a runner is given; None where there is nothing left to do."""
        ...

    def keep(self, part: Part, result: Any) -> None:
        """Store what the runner gave."""
        ...


def _work(bench: Bench, job: _Job, parts: Iterable[Part]) -> None:
    waiting, held, deaths = deque(parts), set[str](), 0
    try:
        while waiting or bench.runner.is_busy:
            while waiting and bench.runner.has_room:
                _begin(bench, job, waiting, held)
            if not bench.runner.is_busy:
                continue
            outcome = bench.runner.wait()
            deaths = deaths + 1 if outcome.fault == "died" else 0
            if deaths >= DEATHS_MAX:
                raise RunnerBroken(outcome.reason)
            _end(bench, job, waiting, held, outcome)
    finally:
        if not bench.connection.closed:
            for panel in held:
                repository.unlock(bench.connection, panel)
    job.report.failed = job.attempts.failed


def _begin(bench: Bench, job: _Job, waiting: deque[Part], held: set[str]) -> None:
    part = waiting.popleft()
    if not repository.try_lock(bench.connection, part.panel):
        return  # somebody else is at it
    held.add(part.panel)
    try:
        task = job.task(part)
    except Exception as error:
        if is_outage(error):
            raise
        _failed(job, part, waiting, reason_of(error))
        task = None
    if task is None:
        _let_go(bench, part, held)
        return
    bench.runner.start(task)


def _end(bench: Bench, job: _Job, waiting: deque[Part], held: set[str], outcome: Outcome) -> None:
    part: Part = outcome.task.subject
    reason = f"{outcome.fault}: {outcome.reason}" if outcome.fault else None
    if reason is None:
        try:
            with bench.connection.transaction():
                job.keep(part, outcome.result)
        except Exception as error:
            if is_outage(error):
                raise
            reason = reason_of(error)
    if reason is not None:
        _failed(job, part, waiting, reason)
    else:
        bench.on_progress(len(part.datastreams))
    _let_go(bench, part, held)


def _let_go(bench: Bench, part: Part, held: set[str]) -> None:
    repository.unlock(bench.connection, part.panel)
    held.discard(part.panel)


def _failed(job: _Job, part: Part, waiting: deque[Part], reason: str) -> None:
    """Halves of it are tried at once; a single series is set aside."""
    if len(part.datastreams) > 1:
        log.warning("forecast_panel_halved", panel=part.panel, series=len(part.datastreams), reason=reason)
        waiting.extendleft(part.halves())
        return
    _set_aside(job.attempts, part.datastreams[0], SeriesFailed(reason))


def _set_aside(attempts: Attempts, datastream_id: int, error: Exception) -> None:
    def fail() -> None:
        raise error

    attempts.attempt(str(datastream_id), fail)


@dataclass(slots=True)
class _Issuing:
    """Forecasts of parts of panels; series that nobody has studied are begun with the cheap candidates."""

    bench: Bench
    is_asked_for: bool = False
    report: Report = field(default_factory=Report)
    attempts: Attempts = field(init=False)

    def __post_init__(self) -> None:
        self.attempts = Attempts(self.bench.connection, ISSUES, self.bench.clock)

    def task(self, part: Part) -> Task | None:
        connection, now, limits = self.bench.connection, self.bench.clock(), self.bench.limits
        asked = part.datastreams
        if not part.is_new and part.half_of is None:
            # The neighbours of those that are due are read too: candidates look at them.
            asked = tuple(sorted({*asked, *repository.read_members(connection, part.panel, now)}))
        panel = read_panel(connection, asked, now, limits.serving.issue_weeks, limits.forecast)
        if not self._is_still_due(part, panel):
            return None
        seconds = self.bench.running.issue_seconds_max
        seconds += self.bench.running.issue_series_seconds_max * len(panel.series)
        if part.is_new:
            return Task(part, partial(begin_panel, panel, limits.forecast), seconds)
        studies = repository.read_studies(connection, asked)
        models = repository.read_models(connection, part.half_of or part.panel)
        looked_at = {code for one in studies.values() for code in one.get("beside", ())}
        panel = read_beside(connection, panel, sorted(looked_at), now, limits.forecast)
        return Task(part, partial(issue_panel, panel, models, studies, limits.forecast), seconds)

    def _is_still_due(self, part: Part, panel: Panel) -> bool:
        """Whether nobody else has just issued them."""
        if self.is_asked_for:
            return True
        last = repository.read_last_issues(self.bench.connection, part.datastreams)
        return any(
            self._is_news(one, last.get(one.key), part) for one in panel.series if one.key in part.datastreams
        )

    def _is_news(self, one: PanelSeries, last: repository.Last | None, part: Part) -> bool:
        if last is None:
            return True
        is_whole_now = last.is_provisional and not part.is_new
        return end_of(one.series) > last.origin or is_whole_now or last.has_other_days

    def keep(self, part: Part, result: Any) -> None:
        connection, now = self.bench.connection, self.bench.clock()
        forecasts: dict[int, Forecast] = result
        if part.is_new:
            studied: Studied
            studied, forecasts = result
            repository.store_studies(connection, part, studied, now, self.bench.limits.serving)
        told = {number: forecasts[number] for number in part.datastreams if number in forecasts}
        repository.store_forecasts(connection, told, now, is_provisional=part.is_new)
        repository.delete_old_forecasts(connection, told, self.bench.limits.serving)
        self.report.issued += len(told)
        _settle(self.attempts, part, told)
        log.info("forecasts_issued", panel=part.panel, series=len(told), provisional=part.is_new)


@dataclass(slots=True)
class _Studying:
    """Whole studies of panels."""

    bench: Bench
    report: Report = field(default_factory=Report)
    attempts: Attempts = field(init=False)

    def __post_init__(self) -> None:
        self.attempts = Attempts(self.bench.connection, STUDIES, self.bench.clock)

    def task(self, part: Part) -> Task | None:
        limits, running = self.bench.limits, self.bench.running
        weeks = limits.forecast.training_weeks_max
        connection, now = self.bench.connection, self.bench.clock()
        panel = read_panel(connection, part.datastreams, now, weeks, limits.forecast)
        if not panel.series:
            return None
        panel = read_beside(connection, panel, limits.forecast.regressors, now, limits.forecast)
        seconds = running.study_seconds_max + running.study_series_seconds_max * len(panel.series)
        return Task(part, partial(study_panel, panel, limits.forecast), seconds)

    def keep(self, part: Part, result: Any) -> None:
        studied: Studied = result
        repository.store_studies(
            self.bench.connection, part, studied, self.bench.clock(), self.bench.limits.serving
        )
        self.report.studied += len(studied.studies)
        _settle(self.attempts, part, studied.studies)


def _settle(attempts: Attempts, part: Part, done: Iterable[int]) -> None:
    """What went well is set aside no more; what was asked for in vain is."""
    done = set(done)
    for number in part.datastreams:
        if number not in done:
            _set_aside(attempts, number, NothingToSay("too few measured hours"))
        elif attempts.is_known(str(number)):
            attempts.attempt(str(number), lambda: None)


def end_of(series: HourlySeries) -> datetime:
    """The end of its last measured hour."""
    return ended(series).end
