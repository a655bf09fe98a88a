"""``$filter`` against Python, which evaluates the same expression on the same rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hub_api.conftest import City
from tests.hub_api.sensorthings.conftest import BEGIN, WORDS, Observed, observed

#: An expression as it is written, and what it is of an observation.
Expression = tuple[str, Callable[[Observed], Any]]


def written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def constant(text: str, value: object) -> Expression:
    return text, lambda _: value


def of(template: str, make: Callable[..., Any], *parts: Expression) -> Expression:
    """A function of others; of null it is null."""

    def value(one: Observed) -> Any:
        values = [part(one) for _, part in parts]
        return None if None in values else make(*values)

    return template.format(*(text for text, _ in parts)), value


def divided(a: float, b: float) -> float | None:
    if b == 0:
        return None
    return float(math.trunc(a / b)) if isinstance(a, int) and isinstance(b, int) else a / b


def rounded(x: float) -> float:
    whole = math.trunc(x)
    return whole + (math.copysign(1, x) if abs(x - whole) >= 0.5 else 0)


def modulo(a: float, b: float) -> float | None:
    return None if b == 0 else a - b * math.trunc(a / b)


texts = st.deferred(
    lambda: st.one_of(
        st.sampled_from([constant(quoted(word), word) for word in WORDS if word is not None]),
        st.just(("parameters/s", lambda one: one.word)),
        st.tuples(texts, texts).map(lambda two: of("concat({},{})", str.__add__, *two)),
        texts.map(lambda one: of("tolower({})", str.lower, one)),
        texts.map(lambda one: of("toupper({})", str.upper, one)),
        texts.map(lambda one: of("trim({})", lambda text: text.strip(" \t\r\n"), one)),
        st.tuples(texts, st.integers(0, 5)).map(
            lambda two: of(f"substring({{}},{two[1]})", lambda text: text[two[1] :], two[0])
        ),
        st.tuples(texts, st.integers(0, 5), st.integers(0, 4)).map(
            lambda three: of(
                f"substring({{}},{three[1]},{three[2]})",
                lambda text: text[three[1] : three[1] + three[2]],
                three[0],
            )
        ),
    )
)
times = st.one_of(
    st.integers(-10, 300).map(
        lambda n: constant(written(BEGIN + timedelta(hours=n)), BEGIN + timedelta(hours=n))
    ),
    st.just(("phenomenonTime", lambda one: one.time)),
    st.just(("resultTime", lambda one: one.result_time)),
)
moved = st.one_of(
    times,
    st.tuples(times, st.integers(1, 100)).map(
        lambda two: of(f"({{}} add duration'PT{two[1]}H')", lambda t: t + timedelta(hours=two[1]), two[0])
    ),
    st.tuples(times, st.integers(1, 100)).map(
        lambda two: of(f"({{}} sub duration'PT{two[1]}M')", lambda t: t - timedelta(minutes=two[1]), two[0])
    ),
)
PARTS: dict[str, Callable[[datetime], float]] = {
    "year": lambda t: t.year,
    "month": lambda t: t.month,
    "day": lambda t: t.day,
    "hour": lambda t: t.hour,
    "minute": lambda t: t.minute,
    "second": lambda t: t.second,
    "fractionalseconds": lambda t: t.microsecond / 1e6,
    "totaloffsetminutes": lambda _: 0,
}
numbers = st.deferred(
    lambda: st.one_of(
        st.integers(-20, 20).map(lambda n: constant(str(n), n)),
        st.integers(-40, 40).map(lambda n: constant(str(n / 4), n / 4)),
        st.just(("result", lambda one: one.result)),
        st.just(("parameters/n", lambda one: one.number)),
        st.tuples(numbers, numbers).map(lambda two: of("({} add {})", lambda a, b: a + b, *two)),
        st.tuples(numbers, numbers).map(lambda two: of("({} sub {})", lambda a, b: a - b, *two)),
        st.tuples(numbers, numbers).map(lambda two: of("({} mul {})", lambda a, b: a * b, *two)),
        st.tuples(numbers, numbers).map(lambda two: of("({} mod {})", modulo, *two)),
        st.tuples(numbers, numbers).map(lambda two: of("({} div {})", divided, *two)),
        numbers.map(lambda one: of("round({})", rounded, one)),
        numbers.map(lambda one: of("floor({})", math.floor, one)),
        numbers.map(lambda one: of("ceiling({})", math.ceil, one)),
        numbers.map(lambda one: of("(-{})", lambda a: -a, one)),
        texts.map(lambda one: of("length({})", len, one)),
        st.tuples(texts, texts).map(lambda two: of("indexof({},{})", lambda a, b: a.find(b) + 1, *two)),
        st.tuples(st.sampled_from(sorted(PARTS)), times).map(
            lambda two: of(f"{two[0]}({{}})", PARTS[two[0]], two[1])
        ),
    )
)


def compared(word: str, left: Expression, right: Expression, *, are_times: bool = False) -> Expression:
    """``eq`` and ``ne`` know null; what is more or less than null is false. With a time that is null neither a comparison holds nor its
    opposite, but that it is another that is null.
    """

    def value(one: Observed) -> bool | None:
        a, b = left[1](one), right[1](one)
        if are_times and None in (a, b) and not (a is b and word in ("eq", "ne")):
            return None
        if word in ("eq", "ne"):
            return bool((a == b) == (word == "eq"))
        if a is None or b is None:
            return False
        return bool({"gt": a > b, "ge": a >= b, "lt": a < b, "le": a <= b}[word])

    return f"{left[0]} {word} {right[0]}", value


def both(word: str, left: Expression, right: Expression) -> Expression:
    def value(one: Observed) -> bool | None:
        a, b = left[1](one), right[1](one)
        decided = word == "or"
        if a is decided or b is decided:
            return decided
        return None if a is None or b is None else not decided

    return f"({left[0]} {word} {right[0]})", value


def negated(item: Expression) -> Expression:
    def value(one: Observed) -> bool | None:
        inner = item[1](one)
        return None if inner is None else not inner

    return f"not ({item[0]})", value


COMPARISONS = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
EQUALITIES = st.sampled_from(["eq", "ne"])
NULL = st.just(constant("null", None))
conditions = st.deferred(
    lambda: st.one_of(
        st.builds(compared, COMPARISONS, numbers, numbers),
        st.builds(compared, COMPARISONS, texts, texts),
        st.builds(compared, COMPARISONS, moved, moved, are_times=st.just(True)),
        st.builds(compared, EQUALITIES, st.one_of(numbers, texts, moved), NULL),
        st.just(("parameters/b", lambda one: one.flag)),
        st.tuples(texts, texts).map(lambda two: of("startswith({},{})", str.startswith, *two)),
        st.tuples(texts, texts).map(lambda two: of("endswith({},{})", str.endswith, *two)),
        st.tuples(texts, texts).map(lambda two: of("substringof({},{})", lambda a, b: a in b, *two)),
        st.tuples(moved, moved).map(lambda two: of("before({},{})", lambda a, b: a < b, *two)),
        st.tuples(moved, moved).map(lambda two: of("after({},{})", lambda a, b: a > b, *two)),
        st.builds(both, st.sampled_from(["and", "or"]), conditions, conditions),
        conditions.map(negated),
    )
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(condition=conditions)
def test_as_python_evaluates_it(ask: Any, rich_city: City, condition: Expression) -> None:
    text, holds = condition
    datastream = rich_city.datastreams["air-01.pm10"]
    expected = [one.id for one in observed(datastream) if holds(one) is True]
    answer = ask(f"/Datastreams({datastream})/Observations?$filter={text}&$select=id&$top=100")
    assert [one["@iot.id"] for one in answer["value"]] == expected, text
