"""Services in stages: started in order, restarted when they die, stopped in reverse order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from stack.child import STOP_SECONDS_MAX, Child
from stack.errors import ProcessFailed
from stack.settings import StackSettings
from stack.stopping import Stop

STEP_SECONDS = 0.1


@dataclass(slots=True)
class Service:
    """A process that has to run as long as the hub does. ``answers`` asks it with a real request."""

    title: str
    child: Child
    answers: Callable[[], bool] = lambda: True
    restarts: int = 0
    started: float = 0.0
    retry_at: float | None = None


@dataclass(slots=True)
class Task:
    """A process that ends by itself; ``finished`` is called once if it ended well."""

    title: str
    child: Child
    finished: Callable[[], None] = lambda: None
    over: bool = False


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
        self.adopt(*services)
        for service in services:
            self._launch(service)

    def adopt(self, *services: Service) -> None:
        """Take over services that run already."""
        for service in services:
            service.started = time.monotonic()
        self.stages.append(list(services))

    def start_task(self, task: Task) -> None:
        self.tasks.append(task)
        task.child.start()

    def wait_until_healthy(self) -> None:
        """Wait for every service; :class:`ProcessFailed` names the one that does not come up."""
        end = time.monotonic() + self.settings.healthy_seconds_max
        for service in self._services():
            while not service.answers():
                self.stop.wait(STEP_SECONDS)
                if not service.child.running:
                    raise _failed(service, f"ended at start: {service.child.last_words(1)}")
                if time.monotonic() > end:
                    raise _failed(service, f"does not answer after {self.settings.healthy_seconds_max:g} s")

    def tend(self) -> None:
        """One look at everybody: restart the dead, settle finished tasks.

        :class:`ProcessFailed` if a service keeps dying.
        """
        now = time.monotonic()
        for service in self._services():
            self._tend_service(service, now)
        for task in self.tasks:
            self._tend_task(task)

    def stop_all(self) -> None:
        """Stop tasks first, then stage by stage in reverse order; never raises, never hangs."""
        _stop_together([task.child for task in self.tasks])
        self.tasks.clear()
        while self.stages:
            _stop_together([service.child for service in self.stages.pop()])

    def _services(self) -> list[Service]:
        return [service for stage in self.stages for service in stage]

    def _launch(self, service: Service) -> None:
        self.stop.check()
        service.child.start()
        service.started = time.monotonic()
        service.retry_at = None

    def _tend_service(self, service: Service, now: float) -> None:
        if service.child.running:
            if service.restarts and now - service.started > self.settings.restart_forgiven_seconds:
                service.restarts = 0
        elif service.retry_at is None:
            self._plan_restart(service, now)
        elif now >= service.retry_at:
            self._launch(service)

    def _plan_restart(self, service: Service, now: float) -> None:
        service.restarts += 1
        if service.restarts > self.settings.restarts_max:
            raise _failed(service, f"died {service.restarts} times: {service.child.last_words(1)}")
        delay = restart_delay_seconds(service.restarts, self.settings.restart_delay_seconds_max)
        service.retry_at = now + delay
        self.tell("died", {"process": service.title, "log": service.child.log, "seconds": f"{delay:g}"})

    def _tend_task(self, task: Task) -> None:
        if task.over or task.child.running:
            return
        task.over = True
        process = task.child.process
        if process is not None and process.returncode == 0:
            task.finished()
        else:
            self.tell("task_failed", {"process": task.title, "log": task.child.log})


def restart_delay_seconds(restarts: int, seconds_max: float) -> float:
    """1, 2, 4, … seconds before the first, second, third restart, up to the limit."""
    return float(min(2 ** (restarts - 1), seconds_max))


def _failed(service: Service, reason: str) -> ProcessFailed:
    return ProcessFailed(process=service.title, reason=reason, log=service.child.log)


def _stop_together(children: list[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    end = time.monotonic() + STOP_SECONDS_MAX
    for child in children:
        child.stop(max(0.0, end - time.monotonic()))
