"""Somebody walks everything that can be read, and says where a word stands that they must not meet.

Every GET route of the application is asked, with identifiers that the person knows and with those that the person
must not know; those of the programme with each parameter that lists offer, in both languages. What the city's own
answers are made of holds nothing of people at all: ``hostile/test_read_role.py``.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import product
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pyarrow as pa
import pytest
from fastapi.routing import APIRoute
from pyarrow import parquet
from starlette.datastructures import QueryParams

from tests.hackathon.telling_files import all_of
from tests.hub_api.portal.conftest import Portal

_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
#: Streams never end, and the service's own files say nothing about anybody.
_ENDLESS = ("/stream", "/events", "/live")
HERE, BROKEN = 200, 500
#: How a stream of Arrow begins.
ARROW = b"\xff\xff\xff\xff"
OF_PROGRAMME = ("/portal", "/v1/innovation", "/innovation")
#: What any page can be asked with.
OF_PAGES = {"lang", "q"}
#: For parameters of which nothing is known here.
ANYTHING = ("{mark}", "1", "{application}")
#: What lists can be asked for, by the names of their parameters; a place in a list is nobody's.
QUERIES: Mapping[str, Sequence[str]] = {
    "q": ("{mark}", "e"),
    "state": ("panel", "in_review", "accepted"),
    "stage": ("reviewing",),
    "sort": ("title", "-title", "created_at", "-created_at", "reference", "code"),
    "format": ("csv", "json", "geojson", "parquet", "xlsx", "ndjson"),
    "page": ("2",),
    "start": ("1",),
    "limit": ("1000",),
    "after": (str(uuid4()), "{mark}"),
    "call": ("{call}",),
    "subject": ("{application}", "{call_id}"),
    "chain": ("call:{call_id}",),
    "kind": ("call", "application"),
    # Whoever walks reads English where nothing else is asked for.
    "lang": ("ar",),
}


class Leak(NamedTuple):
    """A mark that stood somewhere."""

    mark: str
    where: str


@dataclass
class Walker:
    """``known`` are objects by the names that paths have for them, of which a walk takes each combination."""

    portal: Portal
    marks: Sequence[str]
    known: Mapping[str, Sequence[object]]
    words: Mapping[str, str]
    #: What pages are asked with besides nothing, where it is less than all that lists offer.
    queries: Mapping[str, Sequence[str]] | None = None
    asked: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)

    def walk(self, ask: Any, routes: Iterable[APIRoute]) -> list[Leak]:
        """``ask`` sends a GET of an address with a query and gives the answer."""
        found: list[Leak] = []
        for route in routes:
            for address in self._addresses(route):
                with names_read() as read:
                    answer = self._ask(ask, route, address, {})
                found += self._look(answer, f"{address} → {answer.status_code}", {})
                if answer.status_code != HERE:
                    found += self._shut(ask, route, address)
                    continue
                for query in self._queries(route, read):
                    answer = self._ask(ask, route, address, query)
                    found += self._look(answer, f"{address} {query} → {answer.status_code}", query)
        return found

    def _shut(self, ask: Any, route: APIRoute, address: str) -> Iterator[Leak]:
        """A door that is shut says no more in the other language, or to whoever knows a word."""
        for query in (
            ({"lang": "ar"}, {"q": self.words["mark"]}) if self.queries is None else ({"lang": "ar"},)
        ):
            answer = self._ask(ask, route, address, query)
            yield from self._look(answer, f"{address} {query} → {answer.status_code}", query)

    def _ask(self, ask: Any, route: APIRoute, address: str, query: dict[str, str]) -> httpx.Response:
        self.portal.watch.pass_by(seconds=2)  # one address may read only so many pages a minute
        answer: httpx.Response = ask(address, query)
        assert answer.status_code != BROKEN, (address, query)
        self.asked.add(route.path)
        if answer.status_code == HERE:
            self.reached.add(route.path)
        return answer

    def _look(self, answer: httpx.Response, where: str, query: dict[str, str]) -> Iterator[Leak]:
        for part, name in ((answer.content, "body"), (_headers(answer).encode(), "headers")):
            told = self._without_query(part, query)
            yield from (Leak(mark, f"{where} ({name})") for mark in marks_in(told, self.marks))

    def _without_query(self, part: bytes, query: dict[str, str]) -> bytes:
        """What the answer says by itself: what was asked stands in fields, links and errors again, as it was asked. What
        is found by it has other marks too.
        """
        for value in query.values():
            if any(mark.casefold() in value.casefold() for mark in self.marks):
                quoted = str(httpx.QueryParams({"x": value})).partition("=")[2]
                for echo in (value, quoted, quoted.replace("%", "%25"), json.dumps(value)[1:-1]):
                    part = part.replace(echo.encode(), b"")
        return part

    def _addresses(self, route: APIRoute) -> list[str]:
        names = _PARAMETER.findall(route.path)
        choices = [self.known.get(name, (uuid4(),)) for name in names]
        path = re.sub(r":\w+}", "}", route.path)
        return list(
            dict.fromkeys(path.format(**dict(zip(names, one, strict=True))) for one in product(*choices))
        )

    def _queries(self, route: APIRoute, read: set[str]) -> Iterator[dict[str, str]]:
        """Each parameter that the route knows, and of those that a page may read from its address itself which it has ``read``."""
        if not route.path.startswith(OF_PROGRAMME):
            return
        asked = parameters_of(route) | (OF_PAGES & (read | {"lang"}))
        for name in sorted(asked if self.queries is None else asked & self.queries.keys()):
            for value in (QUERIES if self.queries is None else self.queries).get(name, ANYTHING):
                yield {name: value.format(**self.words)}


@contextmanager
def names_read() -> Iterator[set[str]]:
    """What is looked for in addresses meanwhile, by name."""
    read: set[str] = set()
    get = QueryParams.get

    def noted(params: QueryParams, name: str, default: Any = None) -> Any:
        read.add(name)
        return get(params, name, default)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(QueryParams, "get", noted)
        yield read


def parameters_of(route: APIRoute) -> set[str]:
    """The names of what can be asked of a route, also of those that come as a model."""
    found: set[str] = set()
    for one in route.dependant.query_params:
        model = one.field_info.annotation
        fields = getattr(model, "model_fields", None)
        found |= {one.alias} if fields is None else {field.alias or name for name, field in fields.items()}
    return found


def readable(app: Any) -> list[APIRoute]:
    """Every route that answers a GET and ends."""
    found = [
        route
        for route in _all(app.routes)
        if "GET" in (route.methods or ()) and not any(part in route.path for part in _ENDLESS)
    ]
    return sorted({route.path: route for route in found}.values(), key=lambda route: route.path)


def marks_in(data: bytes, marks: Sequence[str]) -> list[str]:
    """The marks that stand in these bytes: as they are, unpacked, escaped as JSON or in an address, in any case."""
    texts = [_folded(part) for part in _unpacked(data)]
    return [mark for mark in marks if any(form in text for form in _forms(mark) for text in texts)]


def _all(routes: Iterable[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        yield from _all(
            getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", ())
        )


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield all_of(data)
    if data.startswith(b"PAR1"):
        yield str(parquet.read_table(BytesIO(data)).to_pylist()).encode()
    if data.startswith(ARROW):
        yield str(pa.ipc.open_stream(data).read_all().to_pylist()).encode()
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from _unpacked(archive.read(name))


@cache
def _forms(mark: str) -> frozenset[str]:
    plain = mark.casefold()
    escaped = json.dumps(mark)[1:-1].casefold()
    quoted = httpx.QueryParams({"x": mark}).__str__().partition("=")[2].casefold()
    return frozenset({plain, escaped, quoted})


def _folded(data: bytes) -> str:
    return data.decode("utf-8", "replace").casefold()


def _headers(answer: httpx.Response) -> str:
    return "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
