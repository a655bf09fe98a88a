"""The core of both clients: what is sent, when again, and what an answer means.

It sends nothing itself. A question is a generator that yields :class:`Ask` and :class:`Pause`; whoever
drives it sends the request or waits, and hands the :class:`Answer` back in, or throws
:class:`Broken` in if none came. So retries, pages and errors exist once, and need no socket to be tested.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit

from falaj_client import parsing
from falaj_client.errors import (
    ClientError,
    Incomplete,
    NotThisApi,
    Problem,
    TooManyPages,
    Unreachable,
)
from falaj_client.model import Count, Datastream, Freshness, Language, Page
from falaj_client.options import Options
from falaj_client.parameters import Parameters
from falaj_client.parsing import Json
from falaj_client.problems import problem_of
from falaj_client.questions import Many, One, Series
from falaj_client.texts import text

VERSION = "1.2.0"
#: What can stand in a header behind ``Bearer`` (RFC 6750).
KEY = re.compile(r"[A-Za-z0-9._~+/=-]+")
#: What is worth asking again: too many requests, and gateways or an API that cannot answer now.
BUSY = frozenset({429, 502, 503, 504})
#: Statuses whose body a sink takes; the second is the rest of a file.
WHOLE, REST = 200, 206
TAKEN = (WHOLE, REST)
#: Not worth it: the same question would take as long again.
HOPELESS_CODES = frozenset({"query_too_long"})
#: Rows of a page when a ``limit`` is given but no page size; every hub allows so many.
PAGE_ROWS = 1_000

Element = TypeVar("Element")
Value = TypeVar("Value")


class Sink(Protocol):
    """Where the body of a successful answer goes, piece by piece, and in which format it is to come."""

    accept: str
    parameters: Parameters

    def begin(self) -> None:
        """Forget what an earlier attempt left."""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes."""

    def finish(self) -> str | None:
        """After the last bytes: what is wrong with them (a key of the texts), or None."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Send ``GET url``; if it succeeds and there is a sink, the body goes there."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    sink: Sink | None = None
    #: Asked before each attempt: what to send besides, to go on where the last attempt broke off.
    resume: Callable[[], Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are lower case, ``body`` is empty where a sink took it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ResumableSink(Sink, Protocol):
    """A sink that keeps what it has; :meth:`begin` is only called for a body from its beginning."""

    def resume(self) -> Mapping[str, str]:
        """The header fields that ask for the rest."""


class Broken(Exception):
    """No whole answer came; ``reason`` says why. ``is_hopeless``: the next attempt would be no better."""

    def __init__(self, reason: str, *, is_hopeless: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_hopeless = is_hopeless


Steps = Generator[Ask | Pause, Answer | None, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """One API, and how to talk to it. ``chance`` gives numbers in [0, 1)."""

    url: str
    language: Language
    options: Options
    key: str | None = field(default=None, repr=False)
    chance: Callable[[], float]

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        # Reading the port checks it too.
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError(f"{self.url}: {text('not_an_address', self.language)}")
        if self.key is not None and not KEY.fullmatch(self.key):
            raise ValueError(text("not_a_key", self.language))

    def address(self, path: str, parameters: Parameters) -> str:
        """The address of a question, as a person can open it."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return f"{self.url.rstrip('/')}{path}{query}"

    def one(self, question: One[Value]) -> Steps[Value]:
        """The answer to a question that has one."""
        url = self.address(question.path, question.parameters)
        answer = yield from self._answered(self.ask(url, "application/json"))
        return self._understood(url, answer, question.parse)

    def page(self, question: Many[Element], more: Parameters) -> Steps[Page[Element]]:
        """One page of a list; ``more`` holds its length and where it begins."""
        url = self.address(question.path, question.parameters + more)
        answer = yield from self._answered(self.ask(url, "application/json"))
        return self._understood(url, answer, lambda body: _page(question, body))

    def export(self, question: Many[Element], sink: Sink) -> Steps[None]:
        """A series into the sink, in its format, whole or not at all."""
        limit = () if question.limit is None else (("limit", str(question.limit)),)
        url = self.address(question.path, question.parameters + sink.parameters + limit)
        yield from self._answered(self.ask(url, sink.accept, sink))

    def fetch(self, path: str, sink: ResumableSink) -> Steps[None]:
        """A file into the sink, whole or not at all; each attempt goes on where the last one broke off."""
        ask = self.ask(self.address(path, sink.parameters), sink.accept, sink)
        yield from self._answered(replace(ask, resume=sink.resume))

    def ask(self, url: str, accept: str, sink: Sink | None = None) -> Ask:
        """The request for ``url`` as media type ``accept``."""
        headers = {
            "accept": f"{accept}, application/problem+json;q=0.9",
            "accept-language": self.language,
            "user-agent": f"falaj-client/{VERSION}",
        }
        if self.key is not None:
            headers["authorization"] = f"Bearer {self.key}"
        return Ask(url, headers, sink)

    def _answered(self, ask: Ask) -> Steps[Answer]:
        """A successful answer, after as many attempts as the options allow."""
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = (
                    yield ask if ask.resume is None else replace(ask, headers={**ask.headers, **ask.resume()})
                )
            except Broken as broken:
                failure: ClientError = Unreachable(ask.url, broken.reason, self.language)
                pause = None if broken.is_hopeless else self.pause(attempt, None, self.options.attempts_max)
            else:
                assert answer is not None
                found = self._failure(ask, answer)
                if found is None:
                    return answer
                failure, pause = found, self.pause_after(attempt, found, self.options.attempts_max)
            if pause is None:
                raise failure
            yield Pause(pause)

    def _failure(self, ask: Ask, answer: Answer) -> ClientError | None:
        if answer.status not in TAKEN:
            return problem_of(ask.url, answer.status, answer.headers, answer.body, self.language)
        fault = None if ask.sink is None else ask.sink.finish()
        return None if fault is None else Incomplete(ask.url, fault, self.language)

    def pause_after(self, attempt: int, failure: ClientError, attempts_max: int) -> float | None:
        """How long to wait after this failure; None if the next attempt would be of no use."""
        if isinstance(failure, Incomplete):
            return self.pause(attempt, None, attempts_max)
        if not isinstance(failure, Problem) or failure.status not in BUSY or failure.code in HOPELESS_CODES:
            return None
        return self.pause(attempt, failure.retry_after_seconds, attempts_max)

    def pause(self, attempt: int, wanted_seconds: float | None, attempts_max: int) -> float | None:
        """How long to wait after this attempt; None if there is to be no other.

        Spread over the upper half, so that many clients do not come back at the same moment.
        """
        options = self.options
        if attempt >= attempts_max:
            return None
        if wanted_seconds is not None and wanted_seconds > options.pause_seconds_max:
            return None
        grown = min(options.pause_seconds_max, options.pause_seconds_first * 2.0 ** min(attempt - 1, 30))
        return max(wanted_seconds or 0.0, grown * (1 + self.chance()) / 2)

    def _understood(self, url: str, answer: Answer, parse: Callable[[Json], Value]) -> Value:
        try:
            body = json.loads(answer.body)
        except ValueError as error:
            raise NotThisApi(url, "no_json", self.language) from error
        try:
            return parse(body)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise NotThisApi(url, "no_answer_of_ours", self.language) from error


class Reading(Generic[Element]):
    """The progress of reading one list: the next page, and whether there is one."""

    def __init__(self, core: Core, question: Many[Element]) -> None:
        self.is_over = False
        self._core = core
        self._question = question
        self._cursor: str | None = None
        self._left = question.limit
        self._pages = 0

    def next_page(self) -> Steps[Page[Element]]:
        """The next page, cut where the question's limit is reached."""
        core, question = self._core, self._question
        url = core.address(question.path, question.parameters)
        if self._pages >= core.options.pages_max:
            raise TooManyPages(url, core.options.pages_max, core.language)
        page = yield from core.page(question, self._position())
        self._pages += 1
        if page.next is not None and page.next == self._cursor:
            raise NotThisApi(url, "pages_in_circles", core.language)
        self._cursor = page.next
        return self._cut(page)

    def _position(self) -> Parameters:
        if not self._question.is_paged:
            return ()
        rows, most = self._core.options.page_rows, self._question.page_rows_max
        if rows is not None and most is not None:
            rows = min(rows, most)
        if self._left is not None:
            rows = min(self._left, rows or most or PAGE_ROWS)
        position = () if rows is None else (("limit", str(rows)),)
        return position if self._cursor is None else (*position, ("cursor", self._cursor))

    def _cut(self, page: Page[Element]) -> Page[Element]:
        elements = page.elements if self._left is None else page.elements[: self._left]
        if self._left is not None:
            self._left -= len(elements)
        self.is_over = page.next is None or self._left == 0
        return replace(page, elements=elements)


def _page(question: Many[Element], body: Json) -> Page[Element]:
    meta = body["meta"]
    described = meta.get("datastream") if isinstance(question, Series) else None
    cursor = body.get("next")
    if cursor is not None and not isinstance(cursor, str):
        raise TypeError("a cursor is text")
    # Where one datastream was asked for, the answer names it once for all rows.
    whose = (
        {} if described is None else {name: described[name] for name in parsing.NAMELESS if name in described}
    )
    counted = meta.get("count")
    return Page(
        elements=tuple(question.parse({**whose, **row}) for row in body[question.rows_key]),
        freshness=parsing.parse(Freshness, meta),
        next=cursor,
        datastream=None if described is None else parsing.parse(Datastream, described),
        quality=tuple(meta.get("quality", ())),
        count=None if counted is None else parsing.parse(Count, counted),
    )
