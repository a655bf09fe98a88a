"""Exports in pieces, and what their columns are."""

from __future__ import annotations

import itertools
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from falaj_client.exports import CsvSink, read_header, replacing

HEAD = b"phenomenon_time,result,quality,simulated\n"


def whole(lines: bytes, rows: int = 1) -> bytes:
    return lines + b"# complete rows=%d sha256=%s\n" % (rows, sha256(lines).hexdigest().encode())


def received(body: bytes, cuts: list[int]) -> tuple[bytes, str | None, int]:
    file = BytesIO()
    sink = CsvSink(file)
    sink.begin()
    borders = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    for begin, end in itertools.pairwise(borders):
        sink.feed(body[begin:end])
    fault = sink.finish()
    return file.getvalue(), fault, sink.rows


@given(st.binary(max_size=1000), st.lists(st.integers(0, 1500), max_size=8), st.integers(0, 10**18))
def test_however_it_is_cut_into_pieces_the_lines_arrive(rows: bytes, cuts: list[int], count: int) -> None:
    lines = HEAD + rows + b"\n"
    assert received(whole(lines, count), cuts) == (lines, None, count)


@given(st.binary(max_size=300), st.integers(min_value=1), st.data())
def test_a_shorter_or_altered_export_is_never_taken_for_whole(
    rows: bytes, cut: int, data: st.DataObject
) -> None:
    body = whole(HEAD + rows + b"\n")
    assert received(body[: -min(cut, len(body))], [])[1] is not None
    place = data.draw(st.integers(0, len(body) - 1))
    altered = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    _, fault, count = received(altered, [])
    assert fault is not None or count != 1  # only the number of rows is not under the seal


def test_a_second_attempt_forgets_the_first() -> None:
    file = BytesIO()
    sink = CsvSink(file)
    for body in (b"x" * 5000, whole(HEAD)):
        sink.begin()
        sink.feed(body)
    assert sink.finish() is None
    assert file.read() == HEAD


def test_columns_and_units() -> None:
    header = read_header(
        BytesIO("\ufeffbucket_start,mean [[ppb]],good_count,simulated,completeness,later\n".encode())
    )
    assert header.names == ("bucket_start", "mean", "good_count", "simulated", "completeness", "later")
    assert header.units == {"mean": "[ppb]"}
    assert [header.kind(name) for name in header.names] == [
        "instant", "number", "whole", "truth", "number", "text",
    ]  # fmt: skip
    assert read_header(BytesIO(HEAD)).kind("result") == "either", "only its datastream says what it holds"


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "series.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), replacing(path) as file:  # noqa: PT012  # the error is the last line
        file.write(b"half")
        raise RuntimeError
    assert path.read_text() == "old"
    with replacing(path) as file:
        file.write(b"new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]
