"""Pages of the portal in this process, beside a bare handler that is called the same way."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from benchmarks.guarded.measuring import Run, Step
from benchmarks.guarded.reading import HISTORY
from benchmarks.portal import Side, addresses, open_side
from benchmarks.processor import Meter
from benchmarks.programme.crowd import EMPTY
from benchmarks.reading.ceilings import create_app
from benchmarks.reading.history import fill as fill_history
from citycore.clock import system_clock
from citycore.settings import StoreSettings
from stack.postgres import ROLES, PrivatePostgres

DATABASE = "bench_guard_portal"
BARE = "/latest?limit=1000"
#: By what it is called: the route, and who asks for its first object, as the crowd numbers people.
PAGES: dict[str, tuple[str, int | None]] = {
    "portal, home": ("/portal", None),
    "portal, a submission": ("/portal/submissions/{submission_id}", 1),
    "portal, a desk's list": ("/portal/desk/organisations", 1),
}
TIMES, BARE_TIMES = 20, 30


@contextmanager
def serving(postgres: PrivatePostgres, folder: Path) -> Iterator[list[Step]]:
    """While both applications run in this process."""
    if not _exists(postgres, HISTORY.database):
        fill_history(postgres, HISTORY)
    os.environ.setdefault("FALAJ_LIMITS_FREE_NETWORKS", "127.0.0.0/8")
    hub = open_side(postgres, DATABASE, EMPTY, system_clock(), folder)
    urls = {f"{role}_url": SecretStr(postgres.url(role, HISTORY.database)) for role in ROLES}
    bare = Side(create_app(StoreSettings.model_validate(urls)))
    targets = dict(addresses())
    with asyncio.Runner() as runner:
        ends = [side.app.router.lifespan_context(side.app) for side in (hub, bare)]
        for end in ends:
            runner.run(end.__aenter__())
        # As the API itself does: what was imported is never garbage.
        gc.collect()
        gc.freeze()
        try:
            bare_run = Asked(bare, Meter(postgres, HISTORY.database), BARE, None, BARE_TIMES).by(runner)
            meter = Meter(postgres, DATABASE)
            yield [
                Step(
                    name,
                    "page",
                    Asked(hub, meter, targets[route], visitor, TIMES).by(runner),
                    "bare latest of 1,000, in-process",
                    bare_run,
                )
                for name, (route, visitor) in PAGES.items()
            ]
        finally:
            for end in reversed(ends):
                runner.run(end.__aexit__(None, None, None))


def _exists(postgres: PrivatePostgres, database: str) -> bool:
    """Whether the steps before have made it."""
    with postgres.superuser() as connection:
        return connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount > 0


@dataclass(frozen=True, slots=True)
class Asked:
    """An address, asked by one person or by nobody who is signed in, of an application with this database."""

    side: Side
    meter: Meter
    target: str
    visitor: int | None
    times: int

    async def ask(self) -> None:
        for _ in range(self.times):
            answer = await self.side.ask(self.target, self.visitor)
            if answer.status != 200:
                raise RuntimeError(f"{self.target}: {answer.status}")

    def by(self, runner: asyncio.Runner) -> Run:
        def run() -> float:
            before = self.meter.read()
            runner.run(self.ask())
            return self.meter.milliseconds_since(before) / 1_000 / self.times

        return run
