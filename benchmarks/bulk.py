"""One step for five hundred rows of each list that has steps for many: how long the answer takes, and that all of them were done.

Each is sent as its page sends it, to a hub that holds some of everything; whoever is told of a step has an account and is mailed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import psycopg
import structlog

from benchmarks.portal import Side, open_side
from benchmarks.programme.crowd import EMPTY, id_of
from benchmarks.reading.servers import stage
from benchmarks.report import Case, report
from casework.audit.service import verify
from citycore.clock import system_clock
from citycore.store.queries import load_queries

ROWS, SECONDS_MAX = 500, 3.0
STAFF = 1
SIZE = replace(
    EMPTY,
    people=9_000,
    organisations=2_000,
    vendors=1_800,
    offerings=1_900,
    needs=1_400,
    ambassadors=1_100,
    applications=1_700,
    teams=850,
)
_QUERIES = load_queries("benchmarks", "bulk.sql")
_ROWS = re.compile(r'name="chosen" value="([^"]+)"')
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_REFUSED = re.compile(r'role="alert">.*?<li>(.*?)</li>', re.DOTALL)


class Step(NamedTuple):
    """What is sent from a list, of rows in a state."""

    path: str
    state: str
    event: str
    reason: str = ""


STEPS = (
    Step("/desk/offerings", "in_review", "return", "unclear"),
    Step("/desk/offerings", "in_review", "publish"),
    Step("/desk/needs", "under_review", "return", "unclear"),
    Step("/desk/needs", "under_review", "publish"),
    Step("/desk/organisations", "registered", "verify"),
    Step("/desk/vendors", "verifying", "verify"),
    Step("/desk/activities", "reported", "verify"),
    Step("/desk/ambassadors", "applied", "shortlist"),
    Step(f"/calls/{id_of('call 1')}/desk/applications", "screening", "accept"),
    Step(f"/hackathons/{id_of('hackathon 1')}/desk/submissions", "frozen", "accept"),
    Step(f"/hackathons/{id_of('hackathon 1')}/desk/teams", "eligible", "disqualify", "rules"),
)


def prepare(owner: psycopg.Connection, at: datetime) -> None:
    """Enough rows of each kind wait for a step."""
    with owner.transaction():
        for query in _QUERIES.values():
            owner.execute(query, {"at": at, "rows": ROWS})
    owner.execute("ANALYZE")


async def choose(side: Side, step: Step) -> list[str]:
    """The first rows of the list in that state, as its pages name them."""
    chosen, target = list[str](), f"/portal{step.path}?state={step.state}"
    while len(chosen) < ROWS:
        answer = await side.ask(target, STAFF)
        assert answer.status == 200, (target, answer.status)
        page = answer.body.decode()
        chosen += _ROWS.findall(page)
        onward = _NEXT.search(page)
        if onward is None:
            break
        target = unescape(onward[1])
    return chosen[:ROWS]


async def take(side: Side, step: Step) -> list[Case]:
    """How long the answer takes by the clock, and the processor time of the process that answers."""
    from hub_api.programme.kit.forms import form_token

    chosen = await choose(side, step)
    fields = [
        ("form_token", form_token(side.cookies[STAFF])),
        ("event", step.event),
        ("reason", f"{step.event}:{step.reason}" if step.reason else ""),
        ("step_words", "Which of them?"),
        *(("chosen", one) for one in chosen),
    ]
    began, worked = time.perf_counter(), time.process_time()
    answer = await side.post(f"/portal{step.path}/bulk", urlencode(fields).encode(), STAFF)
    seconds, own = time.perf_counter() - began, time.process_time() - worked
    why = _REFUSED.search(answer.body.decode())
    assert answer.status == 303, (step, answer.status, why and why[1])
    name = f"{step.event} {len(chosen)} of {re.sub('[0-9a-f-]{36}', '…', step.path)}"
    return [
        Case(name, seconds, "s", target=SECONDS_MAX, at_most=True),
        Case(f"{name}, processor time of the API", own, "s"),
    ]


async def run(side: Side) -> list[Case]:
    async with side.app.router.lifespan_context(side.app):
        return [case for step in STEPS for case in await take(side, step)]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench bulk")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    os.environ.setdefault("FALAJ_LIMITS_FREE_NETWORKS", "127.0.0.0/8")
    os.environ.setdefault("FALAJ_PORTAL_FORM_FIELDS_MAX", str(2 * ROWS))
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="falaj-bench-")))
        folder.chmod(0o755)
        postgres, at = ending.enter_context(stage(folder)).postgres, system_clock()
        side = open_side(postgres, "bench_bulk", SIZE, at, folder)
        with psycopg.connect(postgres.url("owner", "bench_bulk"), autocommit=True) as owner:
            prepare(owner, at)
            cases = asyncio.run(run(side))
            wrong = verify(owner).findings
    report("bulk", cases, options.json)
    assert not wrong, wrong
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
