"""Both clients against a real server that fails on purpose."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from falaj_client import (
    AsyncClient,
    Client,
    Closed,
    Incomplete,
    NotThisApi,
    Options,
    Thing,
    Unavailable,
    Unreachable,
)
from stack.ports import free_port
from tests.falaj_client.failing_server import (
    LEDGER,
    LINES,
    META,
    Failing,
    breaks_off,
    busy,
    hangs_up,
    last_line,
    page,
    says,
)

pytestmark = pytest.mark.usefixtures("wire")

QUICK = Options(pause_seconds_first=0.01, attempts_max=3, timeout_seconds=20.0)
CALM = Options(is_reading_ahead=False)
DESCRIBED = {
    "datastream": 7, "thing": "air-01", "thing_name": {"en": "Ruwi", "ar": "روي"}, "observed_property": "pm2_5",
    "unit": "ug/m3", "result_type": "measurement", "interval_seconds": 60, "source": "simulator",
    "simulated": True, "place": None, "has_forecast": False,
}  # fmt: skip
ONE_ROW = says(200, {"data": [], "next": None, "meta": {**META, "datastream": DESCRIBED}})

Work = Callable[[Any], Any]


def ask(kind: str, url: str, work: Work, options: Options = QUICK) -> Any:
    """``work`` with a client of one kind; what an async one gives is awaited."""

    async def within() -> Any:
        async with AsyncClient(url, options=options) as client:
            return await work(client)

    if kind == "async":
        return asyncio.run(within())
    with Client(url, options=options) as client:
        return work(client)


@pytest.fixture(params=["sync", "async"])
def asked(request: pytest.FixtureRequest, failing: Failing) -> Iterator[Callable[..., Any]]:
    return lambda work, *options: ask(request.param, failing.url, work, *options)


def test_a_failing_server_is_asked_until_it_answers(asked: Any, failing: Failing) -> None:
    failing.behaviours = [hangs_up, busy(503, Retry_After="0"), says(200, LEDGER)]
    assert asked(lambda client: client.ledger()).received == 4
    assert failing.asked == ["/v1/ledger"] * 3


def test_who_says_when_is_asked_then(asked: Any, failing: Failing) -> None:
    failing.behaviours = [busy(429, Retry_After="1"), says(200, LEDGER)]
    asked(lambda client: client.ledger())
    first, second = failing.moments
    assert second - first >= 1.0


def test_after_the_last_attempt_it_is_an_error(asked: Any, failing: Failing) -> None:
    failing.behaviours = [busy(503)]
    with pytest.raises(Unavailable, match="Come back later"):
        asked(lambda client: client.ledger())
    assert len(failing.asked) == QUICK.attempts_max
    failing.behaviours = [hangs_up]
    with pytest.raises(Unreachable):
        asked(lambda client: client.ledger())


def test_nobody_there_is_an_error() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    for kind in ("sync", "async"):
        with pytest.raises(Unreachable, match="does not answer"):
            ask(kind, url, lambda client: client.ledger())


def test_a_silent_server_is_given_up_in_time(asked: Any, failing: Failing) -> None:
    failing.behaviours = [lambda handler: handler.connection.settimeout(1) or handler.rfile.read(1)]
    with pytest.raises(Unreachable):
        asked(lambda client: client.ledger(), Options(timeout_seconds=0.2, attempts_max=1))


def test_another_server_is_told_apart(asked: Any, failing: Failing) -> None:
    failing.behaviours = [says(200, b"<html>")]
    with pytest.raises(NotThisApi):
        asked(lambda client: client.places().all())


def test_an_export_that_breaks_off_is_fetched_anew(asked: Any, failing: Failing) -> None:
    cut, altered = says(200, LINES), says(200, LINES.replace(b",1,", b",3,", 1) + last_line())
    failing.behaviours = [ONE_ROW, breaks_off, cut, says(200, LINES + last_line())]
    options = Options(pause_seconds_first=0.01, spool_bytes_max=100)
    frame = asked(lambda client: client.observations(datastream=7).to_pandas(), options)
    assert frame["result"].tolist() == list(range(60))
    assert "f=csv&trailer=true" in failing.asked[-1]
    failing.behaviours = [altered]
    with pytest.raises(Incomplete, match="checksum"):
        asked(lambda client: client.observations(datastream=7).save_csv("never.csv"), options)
    assert not Path("never.csv").exists()


def test_an_empty_export_is_an_empty_table_with_its_columns(asked: Any, failing: Failing) -> None:
    head = LINES.splitlines(keepends=True)[0]
    failing.behaviours = [ONE_ROW, says(200, head + last_line(head))]
    frame = asked(lambda client: client.observations(datastream=7).to_pandas())
    assert (len(frame), frame.attrs["unit"]) == (0, "ug/m3")
    dtypes = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert dtypes["phenomenon_time"].endswith("UTC]")
    assert (dtypes["result"], dtypes["quality"], dtypes["simulated"]) == ("float64", "Int64", "bool")


def test_an_arrow_stream_without_its_end_is_fetched_anew(asked: Any, failing: Failing) -> None:
    sink = io.BytesIO()
    schema = pa.schema([pa.field("result", pa.float64(), metadata={"unit": "ug/m3"})])
    with pa.ipc.new_stream(sink, schema) as stream:
        stream.write_batch(pa.record_batch([[1.0, 2.0]], schema=schema))
    whole = sink.getvalue()
    failing.behaviours = [says(200, whole[:-8]), says(200, whole)]
    options = Options(pause_seconds_first=0.01)
    table = asked(lambda client: client.observations(datastream=7).to_arrow(), options)
    assert table["result"].to_pylist() == [1.0, 2.0]
    assert failing.asked[-1].endswith("f=arrow")
    failing.behaviours = [says(200, whole[:-8])]
    with pytest.raises(Incomplete, match="end is missing"):
        asked(lambda client: client.observations(datastream=7).to_arrow(), options)


def test_an_export_may_be_refused(asked: Any, failing: Failing, tmp_path: Path) -> None:
    failing.behaviours = [busy(503, "query_too_long")]
    with pytest.raises(Unavailable):
        asked(lambda client: client.observations(datastream=7).save_csv(tmp_path / "x.csv"))
    assert list(tmp_path.iterdir()) == []


def many_pages(failing: Failing) -> None:
    row = {
        "thing": "t", "kind": "k", "name": {"en": "T", "ar": "ت"}, "source": "s", "simulated": True,
        "location": None, "place": None, "datastreams": [],
    }  # fmt: skip
    failing.behaviours = [page([row, row], str(number)) for number in range(9)] + [page([row], None)]


def test_reading_ahead_is_one_page_and_no_more(failing: Failing) -> None:
    many_pages(failing)
    with Client(failing.url) as client:
        pages = client.things().pages()
        for read in (1, 2, 3):
            next(pages)
            assert wait_for(lambda read=read: len(failing.asked) == read + 1)
        pages.close()
    assert len(failing.asked) == 4


def wait_for(condition: Callable[[], bool]) -> bool:
    from stack.waiting import wait_until

    return wait_until(condition, 40)


def test_reading_ahead_can_be_switched_off(asked: Any, failing: Failing) -> None:
    many_pages(failing)
    assert asked(lambda client: client.things().first(), CALM).thing == "t"
    assert len(failing.asked) == 1
    many_pages(failing)
    failing.asked.clear()
    assert len(asked(lambda client: client.things().all(), CALM)) == 19
    assert len(failing.asked) == 10


def test_an_async_reader_reads_ahead_and_may_leave(failing: Failing) -> None:
    many_pages(failing)

    async def leave() -> list[Thing]:
        async with AsyncClient(failing.url) as client:
            found = []
            async for one in client.things():
                found.append(one)
                if len(found) == 3:
                    break
            everything = await client.things().all()
        return found + everything[:0]

    assert len(asyncio.run(leave())) == 3


def test_an_error_of_a_later_page_reaches_the_reader(asked: Any, failing: Failing) -> None:
    many_pages(failing)
    failing.behaviours[2:] = [busy(500, "internal")]
    with pytest.raises(Unavailable):
        asked(lambda client: client.things().all())
    assert len(failing.asked) == 3


def test_a_closed_client_says_so(failing: Failing) -> None:
    many_pages(failing)
    with Client(failing.url, language="ar") as client:
        pages = client.things().pages()
        next(pages)
        next(pages)
    with pytest.raises(Closed, match="أُغلق"):
        client.ledger()
    with pytest.raises(Closed):
        list(pages)


def test_every_request_says_who_asks_and_in_which_language(asked: Any, failing: Failing) -> None:
    failing.behaviours = [says(200, LEDGER)]
    asked(lambda client: client.ledger())
    (headers,) = failing.headers
    assert headers["user-agent"].startswith("falaj-client/")
    assert headers["accept-language"] == "en"
