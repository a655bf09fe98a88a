"""The core without a socket: its steps are driven by hand."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from falaj_client import (
    InvalidParameters,
    NotFound,
    NotThisApi,
    Options,
    Problem,
    TooManyPages,
    Unavailable,
    Unreachable,
    questions,
)
from falaj_client.exchange import Answer, Ask, Broken, Core, Pause, Reading, Steps
from tests.falaj_client.failing_server import LEDGER, META

SOURCE = {
    "source": "s", "kind": "device", "simulated": False, "name": {"en": "S", "ar": "س"}, "licence": None,
    "attribution": None,
}  # fmt: skip
PROPERTY = {
    "observed_property": "p",
    "name": {"en": "P", "ar": "خ"},
    "sector": "air",
    "unit": "1",
    "lower_bound": None,
    "upper_bound": None,
    "datastream_count": 0,
}


def core(language: Any = "en", chance: float = 1.0, **options: Any) -> Core:
    return Core(
        url="http://hub.test/", language=language, options=Options(**options), chance=lambda: chance
    )  # fmt: skip


def drive(steps: Steps[Any], *outcomes: Answer | Broken) -> tuple[Any, list[Ask], list[float]]:
    """What the steps come to, or their error; what was asked, and how long each pause was."""
    asked, pauses, left = [], [], list(outcomes)
    try:
        step = next(steps)
        while True:
            if isinstance(step, Pause):
                pauses.append(step.seconds)
                step = steps.send(None)
                continue
            asked.append(step)
            outcome = left.pop(0)
            step = steps.throw(outcome) if isinstance(outcome, Broken) else steps.send(outcome)
    except StopIteration as finished:
        assert left == []
        return finished.value, asked, pauses
    except Exception as error:  # noqa: BLE001  # the caller looks at it
        assert left == []
        return error, asked, pauses


def ok(body: object) -> Answer:
    return Answer(200, {}, json.dumps(body).encode())


def problem(status: int, body: object = None, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, names, json.dumps(body or {}).encode())


def test_one_answer_needs_one_request() -> None:
    ledger, asked, pauses = drive(core("ar").one(questions.ledger()), ok(LEDGER))
    assert (ledger.received, ledger.closes, pauses) == (4, True, [])
    (ask,) = asked
    assert ask.url == "http://hub.test/v1/ledger"
    assert ask.headers["accept-language"] == "ar"


def test_a_key_is_sent_and_shown_nowhere() -> None:
    keyed = Core(url="http://hub.test", language="en", options=Options(), chance=lambda: 0.0, key="secret-1")
    _, (ask,), _ = drive(keyed.one(questions.ledger()), ok(LEDGER))
    assert ask.headers["authorization"] == "Bearer secret-1"
    error, _, _ = drive(keyed.one(questions.ledger()), problem(401))
    assert "secret-1" not in f"{keyed!r} {ask!r} {error!r}"
    _, (anonymous,), _ = drive(core().one(questions.ledger()), ok(LEDGER))
    assert "authorization" not in anonymous.headers


def test_pauses_double_and_are_capped() -> None:
    limits = {"attempts_max": 6, "pause_seconds_first": 1.0, "pause_seconds_max": 5.0}
    refused, asked, pauses = drive(core(**limits).one(questions.ledger()), *[Broken("reset")] * 6)
    assert isinstance(refused, Unreachable)
    assert "reset" in str(refused)
    assert len(asked) == 6
    assert pauses == [1, 2, 4, 5, 5]


def test_pauses_are_spread_but_never_shorter_than_half() -> None:
    steps = core(chance=0.0, pause_seconds_first=1.0).one(questions.ledger())
    _, _, pauses = drive(steps, Broken("reset"), ok(LEDGER))
    assert pauses == [0.5]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_who_is_busy_is_asked_again_when_it_says(status: int) -> None:
    steps = core(pause_seconds_first=0.1).one(questions.ledger())
    ledger, _, pauses = drive(steps, problem(status, retry_after="7"), ok(LEDGER))
    assert ledger.received == 4
    assert pauses == [7.0]


def test_a_pause_that_is_too_long_is_not_cut_short() -> None:
    steps = core(pause_seconds_max=5.0).one(questions.ledger())
    error, _, pauses = drive(steps, problem(503, retry_after="60"))
    assert isinstance(error, Unavailable)
    assert (error.retry_after_seconds, pauses) == (60.0, [])


def test_a_date_in_retry_after_leaves_the_clients_own_pause() -> None:
    steps = core(pause_seconds_first=0.1).one(questions.ledger())
    _, _, pauses = drive(steps, problem(503, retry_after="Wed, 25 Nov 2026 00:00:00 GMT"), ok(LEDGER))
    assert pauses == [0.1]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (problem(404), NotFound),
        (problem(422), InvalidParameters),
        (problem(500), Unavailable),
        (problem(403), Problem),
        (problem(503, {"code": "query_too_long"}, retry_after="1"), Unavailable),
    ],
)
def test_what_would_fail_again_is_asked_once(answer: Answer, kind: type[Problem]) -> None:
    error, asked, pauses = drive(core().one(questions.ledger()), answer)
    assert type(error) is kind
    assert (len(asked), pauses) == (1, [])


def test_a_hopeless_failure_is_not_repeated() -> None:
    error, asked, _ = drive(core().one(questions.ledger()), Broken("too many redirects", is_hopeless=True))
    assert isinstance(error, Unreachable)
    assert len(asked) == 1


def test_a_problem_says_what_and_how_to_go_on() -> None:
    body = {
        "title": "A parameter is wrong", "status": 422, "detail": "Parameter “limit”: …", "code": "invalid_parameter",
        "errors": [{"parameter": "limit", "code": "below_minimum", "detail": "It must be at least 1."}],
        "hint_url": "/v1/ledger?limit=1", "reference": "abc",
    }  # fmt: skip
    error, _, _ = drive(core().one(questions.ledger()), problem(422, body))
    assert str(error) == body["detail"]
    assert (error.status, error.code, error.title) == (422, "invalid_parameter", "A parameter is wrong")
    assert (error.parameter, error.faults[0].code, error.hint) == (
        "limit", "below_minimum", "http://hub.test/v1/ledger?limit=1",
    )  # fmt: skip
    assert (error.reference, error.url) == ("abc", "http://hub.test/v1/ledger")


def test_a_suggestion_is_a_hint() -> None:
    error, _, _ = drive(core().one(questions.thing("air-1")), problem(404, {"suggestion": "air-01"}))
    assert (error.suggestion, error.hint, error.parameter) == ("air-01", "air-01", None)


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b"[1]", b'{"errors": 3, "title": null}', b'{"errors": [1]}']
)
def test_any_body_of_an_error_is_an_error(body: bytes) -> None:
    error, _, _ = drive(core("ar").one(questions.ledger()), Answer(418, {}, body))
    assert (error.status, error.code, error.faults) == (418, "http_418", ())
    assert "418" in str(error)
    assert "الجواب" in str(error)


@pytest.mark.parametrize("body", [b"<html>", b"\xff\xfe", b"[]", b"null", b'"text"', b'{"data": 1}', b"{}"])
def test_what_is_no_answer_of_this_api_is_said_to_be_none(body: bytes) -> None:
    error, _, _ = drive(core().one(questions.ledger()), Answer(200, {}, body))
    assert isinstance(error, NotThisApi)
    listed, _, _ = drive(Reading(core(), questions.sources()).next_page(), Answer(200, {}, body))
    assert isinstance(listed, NotThisApi)


def read_pages(reading: Reading[Any], *answers: Answer) -> tuple[list[Any], list[str]]:
    elements, urls = [], []
    for answer in answers:
        assert not reading.is_over
        page, asked, _ = drive(reading.next_page(), answer)
        if isinstance(page, Exception):
            raise page
        elements += page.elements
        urls += [ask.url for ask in asked]
    return elements, urls


def listed(rows: int, cursor: str | None) -> Answer:
    thing = {
        "thing": "t", "kind": "k", "name": {"en": "T", "ar": "ت"}, "source": "s", "simulated": True,
        "location": None, "place": None, "datastreams": [],
    }  # fmt: skip
    return ok({"data": [thing] * rows, "next": cursor, "meta": META})


def test_pages_follow_the_cursor_with_the_same_filters() -> None:
    reading = Reading(core(page_rows=2), questions.things(kind="bus"))
    elements, urls = read_pages(reading, listed(2, "a"), listed(2, "b/+"), listed(1, None))
    assert len(elements) == 5
    assert urls == [
        "http://hub.test/v1/things?kind=bus&limit=2",
        "http://hub.test/v1/things?kind=bus&limit=2&cursor=a",
        "http://hub.test/v1/things?kind=bus&limit=2&cursor=b%2F%2B",
    ]
    assert reading.is_over


def test_a_limit_counts_over_all_pages() -> None:
    reading = Reading(core(page_rows=2), questions.things(limit=3))
    elements, urls = read_pages(reading, listed(2, "a"), listed(2, "b"))
    assert len(elements) == 3
    assert [url.split("?")[1] for url in urls] == ["limit=2", "limit=1&cursor=a"]
    assert reading.is_over


def test_lists_without_pages_are_asked_without_a_page_size() -> None:
    reading = Reading(core(page_rows=2), questions.cut(questions.observed_properties(), 1))
    elements, urls = read_pages(reading, ok({"data": [PROPERTY, PROPERTY], "next": None, "meta": META}))
    assert urls == ["http://hub.test/v1/observed-properties"]
    assert [one.name.text("ar") for one in elements] == ["خ"]


def test_sources_are_read_page_by_page() -> None:
    reading = Reading(core(page_rows=2), questions.sources())
    first = ok({"data": [SOURCE, SOURCE], "next": "a", "meta": META})
    elements, urls = read_pages(reading, first, ok({"data": [SOURCE], "next": None, "meta": META}))
    assert [url.split("?")[1] for url in urls] == ["limit=2", "limit=2&cursor=a"]
    assert [one.name.text("ar") for one in elements] == ["س"] * 3


@pytest.mark.parametrize(
    ("page_rows", "limit", "asked"),
    [
        (None, None, []),
        (20, None, ["20"]),
        (5_000, None, ["1000"]),
        (None, 5_000, ["1000"]),
        (5_000, 7, ["7"]),
    ],
)
def test_no_larger_page_of_datasets_is_asked_for_than_there_is(
    page_rows: int | None, limit: int | None, asked: list[str]
) -> None:
    reading = Reading(core(page_rows=page_rows), questions.datasets(limit=limit))
    _, (url,) = read_pages(reading, ok({"data": [], "next": None, "meta": META}))
    assert parse_qs(urlsplit(url).query).get("limit", []) == asked


def test_a_list_without_an_end_ends() -> None:
    reading = Reading(core(pages_max=2), questions.things())
    read_pages(reading, listed(1, "a"), listed(1, "b"))
    error, asked, _ = drive(reading.next_page())
    assert isinstance(error, TooManyPages)
    assert "more than 2 pages" in str(error)
    assert asked == []


def test_pages_in_circles_are_noticed() -> None:
    reading = Reading(core(), questions.things())
    with pytest.raises(NotThisApi, match="circles"):
        read_pages(reading, listed(1, "a"), listed(1, "a"))


@pytest.mark.parametrize("key", ["", "two words", "with-break\n", "مفتاح"])
def test_a_key_that_is_none_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ValueError) as caught:
        Core(url="http://hub.test", language="en", options=Options(), chance=lambda: 0.0, key=key)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("url", ["", "hub.test", "ftp://hub.test", "http://", "http://hub.test:port"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError):
        Core(url=url, language="en", options=Options(), chance=lambda: 0.0)
