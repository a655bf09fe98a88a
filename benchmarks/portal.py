"""Every page and list of the innovation programme with many people, beside an almost empty hub of the same run.

Pages come from the application's own routes: a new one joins by itself. Each is asked for by the first visitor
who gets in, in turns with the empty hub, so that whatever else the machine does meets both alike. Searches join
where a page has a field for one.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import structlog
from pydantic import SecretStr

from benchmarks.programme.crowd import EMPTY, FULL, VISITORS, Size, fill, id_of, objects
from benchmarks.reading.servers import stage
from benchmarks.report import Case, report
from citycore.clock import system_clock
from citycore.settings import StoreSettings
from stack.postgres import ROLES, PrivatePostgres

RATIO_MAX = 3.0
#: What is asked of every page with a field for it: a name in another spelling than most have.
SEARCHED = "فاطمه"
#: The lists of the open data send up to a thousand rows at once. They are compared at a size that both sides have.
OPEN, ROWS_ALIKE = ("/v1/innovation/", "/v1/participation/", "/open311/"), 1
#: What is said to be quicker than that with ten thousand beside a hundred, or fifty thousand answers beside a hundred.
CLOSER, CLOSER_MAX = (
    re.compile(
        # Whoever writes a new survey chooses among the agencies, of which one side has a hundred times as many.
        r"/portal/decisions( |$)|.*/(voices|surveys(?!/new)|releases|figures)|/open311"
    ),
    1.5,
)
#: What says how many rows; the shapes of other standards have their own word for it, or none.
LIMITS = ("limit", "pageSize")
#: And what leaves out of account what it does not know.
LIMIT_OF = {"/open311/": ("page_size",)}
#: What is measured of all routes, and what of it is for people's own programs, who come with a token.
LISTED, OWN = ("/portal", *OPEN), ("/v1/innovation/me", "/v1/innovation/desk")
_PARAMETER = re.compile(r"{(\w+)}")
_SEARCH = re.compile(r'<input[^>]*name="(\w+)"[^>]*type="search"')
ALL = re.compile("")
_READABLE = ("text/html", "application/json", "application/geo+json")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    kind: str
    body: bytes
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Page:
    """An address, and whose browser it is asked by; None is somebody who is not signed in."""

    name: str
    target: str
    visitor: int | None
    #: Whether the target is for it.
    counts: bool = True


@dataclass(slots=True)
class Side:
    """An application over a hub of some size, and its visitors' cookies."""

    app: Any
    cookies: dict[int, str] = field(default_factory=dict)
    #: Of a browser without an account, which follows a voice.
    follow: str = ""

    async def ask(self, target: str, visitor: int | None) -> Answer:
        """One request, straight into the application: no network, and no client whose work would flatter the ratio."""
        return await self._call(target, visitor, "GET", b"")

    async def post(self, target: str, body: bytes, visitor: int) -> Answer:
        """A form, as a browser sends it."""
        return await self._call(target, visitor, "POST", body)

    async def _call(self, target: str, visitor: int | None, method: str, sent_body: bytes) -> Answer:
        path, _, query = target.partition("?")
        headers = [(b"host", b"hub.test"), (b"accept-language", b"ar")]
        if sent_body:
            headers += [
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"content-length", str(len(sent_body)).encode()),
            ]
        cookies = f"falaj_follow={self.follow}"
        if visitor is not None:
            cookies += f"; falaj_session={self.cookies[visitor]}"
        headers.append((b"cookie", cookies.encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 4000),
            "server": ("hub.test", 80),
            "state": {},
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent_body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        began = time.perf_counter()
        # What goes wrong is answered first and raised afterwards; the answer is what counts here.
        with suppress(Exception):
            await self.app(scope, receive, send)
        milliseconds = 1000 * (time.perf_counter() - began)
        if not sent:
            return Answer(500, "", b"", milliseconds)
        kinds = dict(sent[0].get("headers", ()))
        body = b"".join(message.get("body", b"") for message in sent[1:])
        kind = kinds.get(b"content-type", b"").decode().partition(";")[0]
        return Answer(sent[0]["status"], kind, body, milliseconds)


def addresses() -> Iterator[tuple[str, str]]:
    """(route, address) for every page and list whose objects are known."""
    known = objects()
    for path in sorted(_paths()):
        names = _PARAMETER.findall(path)
        if all(name in known for name in names):
            for values in product(*(known[name] for name in names)):
                named = dict(zip(names, values, strict=True))
                points = [known[name].index(one) + 1 for name, one in named.items() if len(known[name]) > 1]
                yield path + "".join(f" #{point}" for point in points), path.format(**named)


def not_measured() -> dict[str, list[str]]:
    """Routes whose objects are not known, and the parameters that it is for."""
    known = objects()
    unknown = {path: [name for name in _PARAMETER.findall(path) if name not in known] for path in _paths()}
    return {path: names for path, names in sorted(unknown.items()) if names}


def _paths() -> set[str]:
    """As the access matrix of the tests finds them, and the lists of the open data."""
    from fastapi.routing import APIRoute

    from hub_api.app import ROOMS as OPEN_ROOMS
    from hub_api.programme.routes import ROOMS

    routes = [route for room in (*OPEN_ROOMS, *ROOMS) for route in room.router.routes]
    paths = {route.path for route in routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())}
    # What takes any path is none of its own.
    return {
        path for path in paths if path.startswith(LISTED) and not path.startswith(OWN) and ":" not in path
    }


def _limits(address: str) -> tuple[str, ...]:
    return next((own for start, own in LIMIT_OF.items() if address.startswith(start)), LIMITS)


async def find_pages(sides: Sequence[Side], wanted: re.Pattern[str] = ALL) -> list[Page]:
    """What somebody gets in to on all sides, with its search; what is no page (a file, a redirect) stays out."""
    found, full = [], sides[-1]
    for name, address in addresses():
        if wanted.search(name) is None:
            continue
        for visitor in (*VISITORS, None):
            answers = [await side.ask(address, visitor) for side in sides]
            if all(one.status == 200 and one.kind in _READABLE for one in answers):
                # What is one element counts as it is.
                is_list = address.startswith(OPEN) and "{" not in name
                found.append(Page(name, address, visitor, counts=not is_list))
                for limit in _limits(address) if is_list else ():
                    short = f"{address}?{limit}={ROWS_ALIKE}"
                    if (await full.ask(short, visitor)).status == 200:
                        found.append(Page(f"{name} ?{limit}", short, visitor))
                own = answers[-1].body.decode("utf-8", "replace").partition("<main")[2]
                search = _SEARCH.search(own)
                if search is not None:
                    found.append(
                        Page(f"{name} ?{search[1]}", f"{address}?{search[1]}={quote(SEARCHED)}", visitor)
                    )
                break
    return found


async def measure(empty: Side, full: Side, requests: int, wanted: re.Pattern[str]) -> list[Case]:
    cases = []
    for page in await find_pages((empty, full), wanted):
        times: tuple[list[float], list[float]] = ([], [])
        gc.collect()
        for _ in range(requests):
            for side, so_far in zip((empty, full), times, strict=True):
                so_far.append((await side.ask(page.target, page.visitor)).milliseconds)
        few, many = (np.array(so_far) for so_far in times)
        most = CLOSER_MAX if CLOSER.match(page.name) else RATIO_MAX
        for part, target in ((50, None), (95, most if page.counts else None)):
            below, above = (float(np.percentile(so_far, part)) for so_far in (few, many))
            cases.append(
                Case(f"{page.name}, p{part}", above, "ms", below, above / below, target, at_most=True)
            )
    return cases


def open_side(postgres: PrivatePostgres, database: str, size: Size, at: datetime, folder: Path) -> Side:
    """A hub of this size, its application, and sessions of its visitors."""
    import psycopg

    from casework.follow_up.model import Followed
    from casework.second_factor.settings import SecondFactorSettings
    from citycore.store.migrate import migrate
    from hub_api.app import create_app
    from hub_api.programme.kit.following import pass_for
    from hub_api.programme.kit.office import OfficeSettings
    from hub_api.settings import ApiSettings

    postgres.create_database(database)
    migrate(postgres.url("owner", database))
    with psycopg.connect(postgres.url("owner", database), autocommit=True) as owner:
        fill(owner, size, at)
    urls = {f"{role}_url": SecretStr(postgres.url(role, database)) for role in ROLES}
    store = StoreSettings.model_validate(urls)
    cookies = sessions_of(postgres.url("portal", database), VISITORS)
    os.environ["FALAJ_DATA"] = str(folder)
    # The desk is measured too, by sessions that have shown a password alone.
    office = OfficeSettings(second_factor=SecondFactorSettings(duties=frozenset()))
    app = create_app(ApiSettings(), store, office=office)
    return Side(app, cookies, pass_for(app.state.office, Followed("voice", id_of("voice 1")))[0])


def sessions_of(url: str, people: Iterable[int]) -> dict[int, str]:
    """The secret of a new session for each of these people of the crowd; ``url`` is that of the portal's role."""
    import psycopg

    from casework.access.model import ANONYMOUS
    from casework.people.model import Visitor
    from casework.people.sessions.service import begin_session
    from casework.programme import Programme

    visitor = Visitor("127.0.0.1", "bench")
    with Programme(lambda: psycopg.connect(url, autocommit=True)).session(ANONYMOUS) as session:
        return {one: begin_session(session, id_of(f"person {one}"), visitor).token for one in people}


async def run(sides: Sequence[Side], requests: int, wanted: re.Pattern[str]) -> list[Case]:
    async with AsyncExitStack() as serving:
        for side in sides:
            await serving.enter_async_context(side.app.router.lifespan_context(side.app))
        return await measure(sides[0], sides[1], requests, wanted)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench portal")
    parser.add_argument("--requests", type=int, default=40, help="of each page, on each side")
    parser.add_argument(
        "--pages", type=re.compile, default=re.compile(""), help="a regular expression: of these routes alone"
    )
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    os.environ.setdefault("FALAJ_LIMITS_FREE_NETWORKS", "127.0.0.0/8")
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="falaj-bench-")))
        folder.chmod(0o755)
        postgres = ending.enter_context(stage(folder)).postgres
        at = system_clock()
        sides = [
            open_side(postgres, name, size, at, folder)
            for name, size in (("bench_empty", EMPTY), ("bench_full", FULL))
        ]
        cases = asyncio.run(run(sides, options.requests, options.pages))
    report("portal", cases, options.json)
    for path, names in not_measured().items():
        sys.stdout.write(f"not measured, no object is known for {', '.join(names)}: {path}\n")
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
