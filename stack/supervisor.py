"""Services in stages: started in order, restarted when they die or freeze, stopped in reverse order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from stack.child import STOP_SECONDS_MAX, Child
from stack.errors import ProcessFailed
from stack.liveness import Watch, watch
from stack.probes import is_stopped
from stack.settings import StackSettings
from stack.stopping import Stop

STEP_SECONDS = 0.1
#: A service that was silent for so many questions is named, before it is replaced.
SILENCE_TOLD_TIMES = 1.5
#: Keeps a number of doublings from growing out of all bounds.
DOUBLINGS_MAX = 30


@dataclass(slots=True)
class Service:
    """A process that has to run as long as the hub does.

    ``answers`` asks with a real request whether it is ready. ``lives`` asks whether it is frozen; it may
    take as long as a process may be silent, and comes from a thread of its own.
    """

    title: str
    child: Child
    answers: Callable[[], bool] = lambda: True
    lives: Callable[[], bool] | None = None
    #: The hub comes up without it, too.
    is_optional: bool = False
    #: What asks it to end at once when it was frozen; by default what asks it to end in order.
    abort_signal: signal.Signals | None = None
    #: Ends what it leaves behind when it is killed.
    clear: Callable[[], None] = lambda: None
    restarts: int = 0
    started: float = 0.0
    retry_at: float | None = None
    #: While it is replaced: when it is killed at the latest.
    kill_at: float | None = None
    watch: Watch | None = None


@dataclass(slots=True)
class Task:
    """A process that ends by itself and can run again from its start; ``finished`` is called once if it ended well.

    One that fails, for its server was away, is run again as a service is, but a limited number of times.
    """

    title: str
    child: Child
    finished: Callable[[], None] = lambda: None
    over: bool = False
    restarts: int = 0
    retry_at: float | None = None


@dataclass(frozen=True, slots=True)
class Ailment:
    """A service that does not work now: ``down``, or ``silent`` for so many seconds."""

    title: str
    state: str
    seconds: float


@dataclass(slots=True)
class Supervisor:
    """Owns every child of the hub. ``tell`` gets a line for people when something happens."""

    settings: StackSettings
    stop: Stop
    tell: Callable[[str, dict[str, object]], None]
    stages: list[list[Service]] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    def start(self, *services: Service) -> None:
        """Start services that do not need each other; they form one stage."""
        self.stages.append(list(services))
        for service in services:
            self._launch(service)

    def adopt(self, *services: Service) -> None:
        """Take over services that run already."""
        self.stages.append(list(services))
        for service in services:
            self._note_start(service)

    def start_task(self, task: Task) -> None:
        self.tasks.append(task)
        task.child.start()

    def wait_until_healthy(self) -> None:
        """Wait for every service; :class:`ProcessFailed` names one that the hub needs and does not come up."""
        end = time.monotonic() + self.settings.healthy_seconds_max
        for service in self._services():
            while not service.answers():
                self.stop.wait(STEP_SECONDS)
                if service.child.running and time.monotonic() <= end:
                    continue
                if service.is_optional:  # it is looked after like one that fails later
                    break
                if not service.child.running:
                    raise _failed(service, f"ended at start: {service.child.last_words(1)}")
                raise _failed(service, f"does not answer after {self.settings.healthy_seconds_max:g} s")

    def tend(self) -> None:
        """One look at everybody: restart the dead, replace the frozen, settle finished tasks.

        No service that fails ends the hub: one that fails over and over rests, and is tried again.
        """
        now = time.monotonic()
        for service in self._services():
            self._tend_service(service, now)
        for task in self.tasks:
            self._tend_task(task, now)

    def ailments(self) -> list[Ailment]:
        """Who does not work now."""
        now, found = time.monotonic(), []
        for service in self._services():
            if not service.child.running:
                found.append(Ailment(service.title, "down", max(0.0, (service.retry_at or now) - now)))
            elif service.watch is not None and service.watch.pulse.has_answered:
                silent = service.watch.silent_seconds
                if silent > self.settings.liveness_seconds * SILENCE_TOLD_TIMES:
                    found.append(Ailment(service.title, "silent", silent))
        return found

    def stop_all(self) -> None:
        """Stop tasks first, then stage by stage in reverse order; never raises, never hangs."""
        for service in self._services():
            _stop_watching(service)
        _stop_together([task.child for task in self.tasks])
        self.tasks.clear()
        while self.stages:
            _stop_together([service.child for service in self.stages.pop()])

    def _services(self) -> list[Service]:
        return [service for stage in self.stages for service in stage]

    def _launch(self, service: Service) -> None:
        self.stop.check()
        service.child.start()
        self._note_start(service)

    def _note_start(self, service: Service) -> None:
        service.started = time.monotonic()
        service.retry_at = service.kill_at = None
        if service.lives is not None:
            service.watch = watch(service.lives, self.settings.liveness_seconds, service.started)

    def _tend_service(self, service: Service, now: float) -> None:
        if service.child.running:
            self._tend_running(service, now)
        elif service.retry_at is None:
            self._plan_restart(service, now)
        elif now >= service.retry_at:
            self._launch_again(service, now)

    def _tend_running(self, service: Service, now: float) -> None:
        if service.kill_at is not None:
            if now >= service.kill_at:
                service.child.kill()
            return
        if service.restarts and now - service.started > self.settings.restart_forgiven_seconds:
            service.restarts = 0
        if service.watch is not None:
            service.watch.look(now, is_stopped=is_stopped(service.child))
            pulse, stopped = service.watch.pulse, service.watch.stillness.silent_seconds
            is_frozen = pulse.is_frozen(self.settings.frozen_seconds, self.settings.healthy_seconds_max)
            if is_frozen or stopped >= self.settings.stopped_seconds:
                self._replace(service, now)

    def _replace(self, service: Service, now: float) -> None:
        """Ask it to end and wake it, so that it may save what it holds; it is killed if it does not."""
        assert service.watch is not None, "only a watched service is found frozen"
        silent = service.watch.silent_seconds
        self.tell("frozen", {"process": service.title, "log": service.child.log, "seconds": f"{silent:.0f}"})
        service.kill_at = now + self.settings.frozen_stop_seconds_max
        service.child.wake_and_stop(service.abort_signal)

    def _launch_again(self, service: Service, now: float) -> None:
        try:
            self._launch(service)
        except OSError:  # no process, no memory or no log to be had at the moment
            self._plan_restart(service, now)

    def _plan_restart(self, service: Service, now: float) -> None:
        _stop_watching(service)
        was_frozen, service.kill_at = service.kill_at is not None, None
        service.child.kill()  # the rest of its session
        service.clear()
        service.restarts += 1
        delay = restart_delay_seconds(service.restarts, self.settings)
        service.retry_at = now + delay
        what = "rests" if service.restarts > self.settings.restarts_max else "died"
        if not (was_frozen and what == "died"):  # that it is replaced has been told
            self.tell(what, {"process": service.title, "log": service.child.log, "seconds": f"{delay:g}"})

    def _tend_task(self, task: Task, now: float) -> None:
        if task.over or task.child.running:
            return
        if task.retry_at is not None:
            if now >= task.retry_at:
                self._run_again(task, now)
            return
        process = task.child.process
        if process is not None and process.returncode == 0:
            task.over = True
            task.finished()
        else:
            self._plan_another_run(task, now)

    def _run_again(self, task: Task, now: float) -> None:
        self.stop.check()
        task.retry_at = None
        try:
            task.child.start()
        except OSError:  # no process, no memory or no log to be had at the moment
            self._plan_another_run(task, now)

    def _plan_another_run(self, task: Task, now: float) -> None:
        task.child.kill()  # the rest of its session
        task.restarts += 1
        details: dict[str, object] = {"process": task.title, "log": task.child.log}
        if task.restarts > self.settings.restarts_max:
            task.over = True
            self.tell("task_failed", details)
            return
        delay = restart_delay_seconds(task.restarts, self.settings)
        task.retry_at = now + delay
        self.tell("died", {**details, "seconds": f"{delay:g}"})


def restart_delay_seconds(restarts: int, settings: StackSettings) -> float:
    """1, 2, 4, … seconds before the first, second, third restart, up to the limit; after too many
    restarts a rest, each twice as long as the one before, up to its own limit.
    """
    rests = restarts - settings.restarts_max
    if rests <= 0:
        return float(min(2.0 ** (restarts - 1), settings.restart_delay_seconds_max))
    times = min(rests - 1, DOUBLINGS_MAX)
    return float(min(settings.rest_seconds_first * 2**times, settings.rest_seconds_max))


def _stop_watching(service: Service) -> None:
    if service.watch is not None:
        service.watch.asker.stop()
        service.watch = None


def _failed(service: Service, reason: str) -> ProcessFailed:
    return ProcessFailed(process=service.title, reason=reason, log=service.child.log)


def _stop_together(children: list[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    end = time.monotonic() + STOP_SECONDS_MAX
    for child in children:
        child.stop(max(0.0, end - time.monotonic()))
