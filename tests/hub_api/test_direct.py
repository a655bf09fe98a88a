"""The short way to the handlers reads parameters as the long one does, and leaves what is wrong to it."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qsl, quote_plus

from hypothesis import example, given
from hypothesis import strategies as st

from hub_api.app import ROOMS
from hub_api.city.observations.schemas import ObservationsParameters
from hub_api.serving.transport.direct import direct_of, fields_of, read

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PIECES = st.one_of(
    st.text("ab&=+% ;#é%41%zz", max_size=12),
    st.tuples(TEXTS, TEXTS).map(lambda pair: "=".join(map(quote_plus, pair))),
)


@given(st.lists(PIECES, max_size=5).map("&".join))
@example("a=%D9%85%D8%B3%D9%82%D8%B7&b=1+2&c&=d&&e==f")
def test_fields_are_those_of_the_framework(text: str) -> None:
    pairs = parse_qsl(text, keep_blank_values=True)
    is_repeated = any(times > 1 for times in Counter(name for name, _ in pairs).values())
    assert fields_of(text) == (None if is_repeated else dict(pairs))


def test_what_is_wrong_takes_the_long_way() -> None:
    assert read(ObservationsParameters, b"datastream=1&limit=5") == ObservationsParameters(
        datastream=1, limit=5
    )
    for wrong in (b"datastream=0", b"datastream=1&limt=5", b"datastream=1&datastream=1", b"start=yesterday"):
        assert read(ObservationsParameters, wrong) is None


def test_the_busiest_paths_are_direct() -> None:
    routes = [route for room in ROOMS for route in room.router.routes]
    direct = {found.route.path for found in map(direct_of, routes) if found is not None}
    assert {"/v1/observations", "/v1/latest", "/v1/things", "/v1/datastreams", "/v1/forecasts"} <= direct
    assert {f"/v1/innovation/{name}" for name in ("hackathons", "deadlines", "results", "awards")} <= direct
    assert {"/docs", "/readyz"} <= direct
    assert not any("{" in path for path in direct)
