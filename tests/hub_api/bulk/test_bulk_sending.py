"""Bulk files over HTTP: whole, in ranges, and never a mixture of two versions."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from typing import Any

import pyarrow.parquet as pq
import pytest

from citycore.failures.service import Attempts
from citycore.failures.settings import FailureSettings
from citycore.partitions import modification_nanoseconds
from citycore.settings import BulkFolderSettings
from hub_api.city.bulk.response import FileResponse
from hub_api.city.bulk.service import find_file, open_file, report_damage
from hub_api.serving.errors import RangeNotSatisfiable
from hub_api.serving.preconditions import Conditions, Verdict
from hub_api.serving.ranges import wanted_span
from ingest.bulk.service import write_due
from tests.hub_api.bulk.conftest import AT_ONCE, DAY, LATER, URL, Bulk
from tests.hub_api.conftest import NOW, START


def slow(hub: Any, block_bytes: int, seconds_max: float) -> Any:
    """The settings of the API with small blocks, and little time."""
    return hub.settings.model_copy(update={"bulk_block_bytes": block_bytes, "bulk_seconds_max": seconds_max})


def test_a_whole_file_comes_with_its_digest(bulk: Bulk) -> None:
    answer = bulk.api.get(URL)
    content = bulk.path.read_bytes()
    digest = hashlib.sha256(content)
    assert (answer.status_code, answer.content) == (200, content)
    headers = answer.headers
    assert headers["etag"] == f'"{digest.hexdigest()}"'
    assert headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert headers["content-type"] == "application/vnd.apache.parquet"
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-disposition"] == 'attachment; filename="simulator-2026-11-24.parquet"'
    assert "no-cache" in headers["cache-control"], "late data may replace it, so a cache asks"
    head = bulk.api.request("HEAD", URL, headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(content)))
    assert head.headers["etag"] == headers["etag"]


def test_a_file_that_is_known_is_not_sent_again(bulk: Bulk) -> None:
    etag = bulk.api.get(URL).headers["etag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = bulk.api.get(URL, headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (answer.status_code, answer.content) == (304, b""), known
        assert answer.headers["etag"] == etag
    assert bulk.api.get(URL, headers={"If-None-Match": '"other"'}).status_code == 200


MADE = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
ON, KNOWN, FAILED = Verdict.GOES_ON, Verdict.NOT_MODIFIED, Verdict.FAILED
AT, LATER_ON, EARLIER = (
    "Tue, 24 Nov 2026 12:00:00 GMT", "Tue, 24 Nov 2026 12:00:01 GMT", "Tue, 24 Nov 2026 11:59:59 GMT",
)  # fmt: skip


@pytest.mark.parametrize(
    ("match", "unmodified", "none_match", "modified", "verdict"),
    [
        # If-Match: strong comparison, lists, several lines, and any version.
        (['"a"'], [], [], [], ON), (['"nope"'], [], [], [], FAILED), (["*"], [], [], [], ON),
        (['"x", "a"'], [], [], [], ON), (['"x"', '"a"'], [], [], [], ON), (['W/"a"'], [], [], [], FAILED),
        (['W/"a", "a"'], [], [], [], ON), (["a"], [], [], [], FAILED), ([""], [], [], [], FAILED),
        (['"x,"a"'], [], [], [], FAILED), (['"a*"'], [], [], [], FAILED), (['"A"'], [], [], [], FAILED),
        # It alone decides where a date is given too, and before what is known.
        (['"a"'], [EARLIER], [], [], ON), (['"x"'], [LATER_ON], [], [], FAILED),
        (['"x"'], [], ['"a"'], [], FAILED), (['"a"'], [], ['"a"'], [], KNOWN), (["*"], [], ["*"], [], KNOWN),
        # If-Unmodified-Since.
        ([], [AT], [], [], ON), ([], [LATER_ON], [], [], ON), ([], [EARLIER], [], [], FAILED),
        ([], ["yesterday"], [], [], ON), ([], [EARLIER], ['"a"'], [], FAILED), ([], [AT], ['"a"'], [], KNOWN),
        # If-None-Match: weak comparison; with it no date counts.
        ([], [], ['"a"'], [], KNOWN), ([], [], ['W/"a"'], [], KNOWN), ([], [], ['"x"'], [LATER_ON], ON),
        ([], [], ['"a"'], [EARLIER], KNOWN),
        # If-Modified-Since, in all forms that HTTP knows; what is none of them does not count.
        ([], [], [], [AT], KNOWN), ([], [], [], [LATER_ON], KNOWN), ([], [], [], [EARLIER], ON),
        ([], [], [], ["Tuesday, 24-Nov-26 12:00:00 GMT"], KNOWN), ([], [], [], ["Tue Nov 24 12:00:00 2026"], KNOWN),
        ([], [], [], ["Tue, 24 Nov 2026 16:00:00 +0400"], ON), ([], [], [], ["2026-11-24T12:00:00Z"], ON),
        ([], [], [], ["Tue, 31 Feb 2026 12:00:00 GMT"], ON), ([], [], [], [AT, AT], ON), ([], [], [], [], ON),
    ],
)  # fmt: skip
def test_conditions_have_one_order(
    match: list[str], unmodified: list[str], none_match: list[str], modified: list[str], verdict: Verdict
) -> None:
    asked = Conditions(
        if_match=match, if_unmodified_since=unmodified, if_none_match=none_match, if_modified_since=modified
    )
    assert asked.verdict('"a"', MADE) is verdict


def test_who_wants_another_version_is_told_so(bulk: Bulk) -> None:
    etag = bulk.api.get(URL).headers["etag"]
    for language, fields in (("en", {}), ("ar", {"If-None-Match": etag}), ("ar", {"Range": "bytes=0-1"})):
        asked = {"If-Match": '"nope"', "Accept-Language": language, **fields}
        answer = bulk.api.get(URL, headers=asked)
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
        assert answer.headers["etag"] == etag
        assert "ETag" in answer.json()["detail"]
        assert bulk.api.request("HEAD", URL, headers=asked).status_code == 412
    part = bulk.api.get(URL, headers={"If-Match": etag, "If-Range": etag, "Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"PAR1")


def test_a_date_tells_what_is_known_too(bulk: Bulk) -> None:
    first = bulk.api.get(URL)
    made = first.headers["last-modified"]
    known = bulk.api.get(URL, headers={"If-Modified-Since": made, "Range": "bytes=0-1"})
    assert (known.status_code, known.content, known.headers["last-modified"]) == (304, b"", made)
    assert bulk.api.get(URL, headers={"If-Unmodified-Since": made}).status_code == 200
    before = format_datetime(parsedate_to_datetime(made) - timedelta(seconds=1), usegmt=True)
    assert bulk.api.get(URL, headers={"If-Modified-Since": before}).status_code == 200
    assert bulk.api.get(URL, headers={"If-Unmodified-Since": before}).status_code == 412
    assert parsedate_to_datetime(made) < NOW, "the file was made after the API's own instant"


def test_ranges(bulk: Bulk) -> None:
    content = bulk.path.read_bytes()
    size = len(content)
    for field, start, end in (
        ("bytes=0-3", 0, 4), ("bytes=4-", 4, size), ("bytes=-8", size - 8, size), ("Bytes = 5 - 9", 5, 10),
        (f"bytes=0-{size * 2}", 0, size), (f"bytes=-{size * 2}", 0, size), (f"bytes={size - 1}-", size - 1, size),
    ):  # fmt: skip
        answer = bulk.api.get(URL, headers={"Range": field})
        assert (answer.status_code, answer.content) == (206, content[start:end]), field
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.headers["content-length"] == str(end - start)
    assert content[-4:] == b"PAR1"


def test_a_range_that_is_none_gets_the_whole_file(bulk: Bulk) -> None:
    for field in (
        "bytes=0-1,4-5", "bytes=5-4", "lines=0-1", "bytes=a-b", "bytes=-", "nonsense", "bytes=0-1,", "bytes=--1",
    ):  # fmt: skip
        assert bulk.api.get(URL, headers={"Range": field}).status_code == 200, field


def test_a_range_behind_the_end_is_refused_with_the_length(bulk: Bulk) -> None:
    size = bulk.path.stat().st_size
    for field in (f"bytes={size}-", "bytes=-0", "bytes=9999999999999999999-"):
        answer = bulk.api.get(URL, headers={"Range": field, "Accept-Language": "ar"})
        assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
        assert answer.headers["content-range"] == f"bytes */{size}"
        assert str(size) in answer.json()["detail"]


def test_if_range_counts_for_the_same_bytes_only(bulk: Bulk) -> None:
    first = bulk.api.get(URL)
    field = {"Range": "bytes=10-19"}
    same = bulk.api.get(URL, headers={**field, "If-Range": first.headers["etag"]})
    assert (same.status_code, same.content) == (206, first.content[10:20])
    for other in ('"other"', f"W/{first.headers['etag']}", first.headers["last-modified"]):
        assert bulk.api.get(URL, headers={**field, "If-Range": other}).status_code == 200
    bulk.observe(START + timedelta(seconds=30))
    bulk.write()
    anew = bulk.api.get(URL, headers={**field, "If-Range": first.headers["etag"]})
    assert (anew.status_code, anew.content) == (200, bulk.path.read_bytes())
    assert anew.headers["etag"] != first.headers["etag"]


def test_a_download_goes_on_while_the_file_is_replaced(bulk: Bulk) -> None:
    old, received = bulk.path.read_bytes(), []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            if not received:
                bulk.observe(START + timedelta(seconds=45))
                bulk.write()
            received.append(message["body"])

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def download(_: Any) -> None:
        hub = bulk.api.app.state.hub
        file, descriptor = await open_file(hub, await find_file(hub, "simulator", DAY))
        await FileResponse(file, descriptor, None, settings=slow(hub, 100, 60))({}, receive, send)

    bulk.api.run(download)
    assert len(received) == -(-len(old) // 100)
    assert b"".join(received) == old
    assert bulk.path.read_bytes() != old


def test_a_reader_who_goes_away_or_is_too_slow_frees_the_file(bulk: Bulk) -> None:
    sent: list[int] = []
    gone = asyncio.Event()

    async def send(message: Any) -> None:
        sent.append(len(message.get("body", b"")))
        await asyncio.sleep(0 if gone.is_set() else 60)

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def download(_: Any) -> int:
        hub = bulk.api.app.state.hub
        file, descriptor = await open_file(hub, await find_file(hub, "simulator", DAY))
        await FileResponse(file, descriptor, None, settings=slow(hub, 1, 0.2))({}, receive, send)
        return descriptor

    for begin in (gone.set, gone.clear):
        begin()
        descriptor = bulk.api.run(download)
        assert sum(sent) < bulk.path.stat().st_size
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


def test_a_file_that_was_replaced_since_it_was_looked_up_comes_as_it_is_now(bulk: Bulk) -> None:
    async def open_late(_: Any) -> tuple[str, bytes]:
        hub = bulk.api.app.state.hub
        known = await find_file(hub, "simulator", DAY)
        bulk.observe(START + timedelta(seconds=15))
        bulk.write()
        file, descriptor = await open_file(hub, known)
        try:
            return file.sha256.hex(), os.pread(descriptor, file.byte_count + 1, 0)
        finally:
            os.close(descriptor)

    digest, content = bulk.api.run(open_late)
    assert digest == hashlib.sha256(content).hexdigest()
    assert content == bulk.path.read_bytes()


def test_a_file_that_is_not_the_described_one_is_never_sent(bulk: Bulk, make_api: Any) -> None:
    """As between the rename and the commit of a new version, or when somebody touched the file."""
    api = make_api(bulk=BulkFolderSettings(folder=bulk.folder), bulk_tries_max=2, bulk_try_seconds=0)
    status = bulk.path.stat()
    os.utime(bulk.path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000))
    answer = api.get(URL)
    assert (answer.status_code, answer.json()["code"]) == (503, "bulk_file_away")
    assert "retry-after" in answer.headers
    assert str(bulk.folder) not in answer.text
    stamp = modification_nanoseconds(LATER)
    os.utime(bulk.path, ns=(stamp, stamp))
    assert api.get(URL).status_code == 200
    bulk.path.unlink()
    assert api.get(URL).json()["code"] == "bulk_file_away"


def test_pages_of_other_sites_may_read_ranges(bulk: Bulk) -> None:
    origin = {"Origin": "https://example.org"}
    answer = bulk.api.get(URL, headers={**origin, "Range": "bytes=0-1"})
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = answer.headers["access-control-expose-headers"]
    for name in ("ETag", "Content-Range", "Accept-Ranges", "Content-Length", "Repr-Digest"):
        assert name in exposed
    asked = {
        **origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range,if-range",
    }
    allowed = bulk.api.request("OPTIONS", URL, headers=asked)
    assert allowed.status_code == 200
    assert {"range", "if-range"} <= set(
        allowed.headers["access-control-allow-headers"].replace(" ", "").split(",")
    )


def test_a_reader_of_parquet_fetches_the_ranges_it_needs(bulk: Bulk) -> None:
    """As DuckDB, fsspec and browsers do: the footer, then the columns that are asked for."""
    size = int(bulk.api.request("HEAD", URL).headers["content-length"])
    fetched: list[int] = []

    class Remote(io.RawIOBase):
        place = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def tell(self) -> int:
            return self.place

        def seek(self, offset: int, whence: int = 0) -> int:
            self.place = offset + (0, self.place, size)[whence]
            return self.place

        def read(self, count: int = -1) -> bytes:
            end = size if count < 0 else min(size, self.place + count)
            answer = bulk.api.get(URL, headers={"Range": f"bytes={self.place}-{end - 1}"})
            assert answer.status_code == 206
            fetched.append(len(answer.content))
            self.place = end
            return answer.content

    file = pq.ParquetFile(Remote(), pre_buffer=False)
    table = file.read(columns=["result"])
    assert table["result"].drop_null().to_pylist() == [n / 4 for n in range(600)]
    assert fetched[-1] < size / 2, "the footer of so small a file is nearly all of it, the column is not"


def test_spans() -> None:
    assert wanted_span(None, None, '"a"', 10) is None
    assert wanted_span("bytes=2-3", '"a"', '"a"', 10) == (2, 4)
    assert wanted_span("bytes=2-3", '"b"', '"a"', 10) is None
    with pytest.raises(RangeNotSatisfiable):
        wanted_span("bytes=10-", None, '"a"', 10)


def test_bytes_that_are_not_its_own_are_not_sent_to_the_end_and_the_worker_hears_of_it(bulk: Bulk) -> None:
    status, content = bulk.path.stat(), bytearray(bulk.path.read_bytes())
    content[7] ^= 1
    bulk.path.write_bytes(content)
    os.utime(bulk.path, ns=(status.st_atime_ns, status.st_mtime_ns))
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def download(_: Any) -> None:
        hub = bulk.api.app.state.hub
        file, descriptor = await open_file(hub, await find_file(hub, "simulator", DAY))
        answer = FileResponse(
            file, descriptor, None, settings=slow(hub, 100, 60), damaged=partial(report_damage, hub, file)
        )
        await answer({}, receive, send)

    with bulk.city.database.connect("worker") as worker:
        worker.autocommit = True
        worker.execute("LISTEN falaj_bulk_suspected")
        bulk.api.run(download)
        assert all(message.get("more_body", True) for message in sent), "it never ends"
        assert len(b"".join(message.get("body", b"") for message in sent)) < len(content)
        told = [one.payload for one in worker.notifies(timeout=10, stop_after=1)]
        assert told == [f"simulator/{DAY}"]
    with bulk.city.database.connect("worker") as worker:
        write_due(worker, bulk.folder, AT_ONCE, lambda: LATER, suspected=told)
    assert bulk.api.get(URL).status_code == 200


def test_who_finds_no_file_is_told_when_to_come_back_and_the_worker_that_it_is_missed(bulk: Bulk) -> None:
    bulk.path.unlink()
    with bulk.city.database.connect("worker") as worker:
        worker.autocommit = True
        worker.execute("LISTEN falaj_bulk_suspected")
        answer = bulk.api.get(URL, headers={"Accept-Language": "ar"})
        seconds = answer.headers["retry-after"]
        assert (answer.status_code, seconds) == (503, str(bulk.api.app.state.hub.settings.bulk_away_seconds))
        assert f"{seconds} ث" in answer.json()["detail"]
        told = [one.payload for one in worker.notifies(timeout=10, stop_after=1)]
        assert told == [f"simulator/{DAY}"]
        # It could not be made: that is what the next reader hears.
        clock = bulk.api.app.state.hub.clock
        attempts = Attempts(worker, "bulk_files", clock, FailureSettings(retry_seconds_min=1_000))
        attempts.attempt(f"simulator/{DAY}", lambda: 1 // 0)
    waits = int(bulk.api.get(URL).headers["retry-after"]) - int(seconds)
    assert 900 < waits <= 1_000
