"""Files as chunks: the same rows whatever the format, with the lines that a person finds them at."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv, parquet

from citycore.errors import InvalidFile
from ingest.load.csv_blocks import number_lines
from ingest.load.errors import MissingColumn, UnusableColumn
from ingest.load.files import read_history
from ingest.load.model import Chunk
from ingest.load.settings import LoadSettings

START = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "thing,observed_property,phenomenon_time,result\n"
LINE = "station-1,pm2_5,2026-01-01T00:00:00Z,{}\n"
SMALL = LoadSettings(batch_rows=7, csv_block_bytes=1024)


def table(rows: int) -> Any:
    numbers = range(rows)
    return pa.table(
        {
            "thing": [f"station-{n % 3}" for n in numbers],
            "observed_property": ["pm2_5" if n % 2 else "no2" for n in numbers],
            "phenomenon_time": pa.array(
                [START + timedelta(seconds=n) for n in numbers], pa.timestamp("us", "UTC")
            ),
            "result": [n / 7 for n in numbers],
        }
    )


def write(file: Path, content: Any) -> Path:
    """The table in the format that the file's name says."""
    if file.suffix == ".parquet":
        parquet.write_table(content, file, row_group_size=10)
    elif file.suffix == ".arrow":
        with pa.ipc.new_file(file, content.schema) as writer:
            writer.write_table(content, max_chunksize=9)
    elif file.suffix == ".arrows":
        with pa.ipc.new_stream(file, content.schema) as writer:
            writer.write_table(content, max_chunksize=9)
    elif file.suffix == ".gz":
        plain = file.with_suffix("")
        csv.write_csv(content, plain)
        file.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        csv.write_csv(content, file)
    return file


def read(file: Path, after_line: int = 0, settings: LoadSettings = SMALL) -> list[Chunk]:
    return list(read_history(file, after_line, settings))


def values(chunks: Sequence[Chunk], name: str) -> list[Any]:
    return [value for chunk in chunks for value in chunk.columns[name].to_pylist()]


def lines(chunks: Sequence[Chunk]) -> list[int]:
    return [line for chunk in chunks for line in chunk.lines.tolist()]


FORMATS = ["a.csv", "a.csv.gz", "a.parquet", "a.arrow", "a.arrows"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_rows_in_chunks_of_the_wanted_size(tmp_path: Path, name: str) -> None:
    content = table(40)
    chunks = read(write(tmp_path / name, content))
    assert [len(chunk) for chunk in chunks] == [7, 7, 7, 7, 7, 5]
    for column in ("thing", "observed_property"):
        assert values(chunks, column) == content[column].to_pylist()
    assert [float(value) for value in values(chunks, "result")] == content["result"].to_pylist()
    first = 2 if "csv" in name else 1
    assert lines(chunks) == list(range(first, first + 40))
    fractions = [chunk.fraction for chunk in chunks]
    assert fractions == sorted(fractions)
    assert 0.9 < fractions[-1] <= 1


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("after", [1, 8, 10, 25, 39, 41])
def test_reading_continues_behind_any_line(tmp_path: Path, name: str, after: int) -> None:
    file = write(tmp_path / name, table(40))
    whole = zip(lines(read(file)), values(read(file), "result"), strict=True)
    rest = read(file, after)
    assert list(zip(lines(rest), values(rest, "result"), strict=True)) == [
        pair for pair in whole if pair[0] > after
    ]


def test_the_name_of_a_file_decides_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "a.parquet", table(3)).rename(tmp_path / "a.csv")
    assert len(read(file)[0]) == 3


def test_malformed_and_blank_lines_do_not_shift_the_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        HEADER + LINE.format(2) + "two,columns\n" + "\n" + LINE.format(5) + "a,b,c,d,e\n" + LINE.format(7)
    )
    chunks = read(file)
    assert list(zip(lines(chunks), values(chunks, "result"), strict=True)) == [(2, "2"), (5, "5"), (7, "7")]
    assert [(m.line, m.text) for chunk in chunks for m in chunk.malformed] == [
        (3, "two,columns"),
        (6, "a,b,c,d,e"),
    ]


@given(st.lists(st.sampled_from(["row", "malformed", "blank"]), max_size=120), st.integers(0, 130))
def test_every_line_is_a_row_or_malformed_or_blank(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], after: int
) -> None:
    file = tmp_path_factory.mktemp("csv") / "a.csv"
    texts = {"malformed": "no columns\n", "blank": "\n"}
    file.write_text(HEADER + "".join(texts.get(kind, LINE.format(n)) for n, kind in enumerate(kinds, 2)))
    chunks = read(file, after)
    expected = {
        kind: [n for n, this in enumerate(kinds, 2) if this == kind and n > after]
        for kind in ("row", "malformed")
    }
    assert lines(chunks) == expected["row"]
    assert [int(text) for text in values(chunks, "result")] == expected["row"]
    assert [m.line for chunk in chunks for m in chunk.malformed] == expected["malformed"]


def test_line_numbers_leave_gaps_out() -> None:
    assert number_lines(2, 4, [3, 4, 9]).tolist() == [2, 5, 6, 7]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_delimiters_and_a_byte_order_mark(tmp_path: Path, mark: str) -> None:
    file = tmp_path / "a.csv"
    text = (HEADER + LINE.format(1)).replace(",", mark)
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert values(read(file), "thing") == ["station-1"]


def test_unknown_columns_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("operator,result,thing,phenomenon_time,observed_property\nx,1,a,2026-01-01T00:00:00Z,b\n")
    assert set(read(file)[0].columns) == {"thing", "observed_property", "phenomenon_time", "result"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_missing_column_is_named(tmp_path: Path, name: str) -> None:
    file = write(tmp_path / name, table(3).drop(["result"]))
    with pytest.raises(MissingColumn, match="“result”"):
        read(file)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("phenomenon_time", pa.array([1, 2, 3])),
        ("phenomenon_time", pa.array([1, 2, 3], pa.date32())),
        ("result", pa.array([True, False, True])),
        ("thing", pa.array([1, 2, 3])),
    ],
)
def test_a_column_that_cannot_be_understood_is_named(tmp_path: Path, name: str, column: Any) -> None:
    content = table(3)
    content = content.set_column(content.schema.get_field_index(name), name, column)
    with pytest.raises(UnusableColumn, match=f"“{name}”"):
        read(write(tmp_path / "a.parquet", content))


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(HEADER.strip() + ",result\n" + LINE.format(1).strip() + ",2\n")
    with pytest.raises(UnusableColumn, match="“result”"):
        read(file)


def damaged(file: Path, name: str) -> Path:
    whole = write(file / name, table(3_000)).read_bytes()
    (file / name).write_bytes(whole[: len(whole) // 2])
    return file / name


@pytest.mark.parametrize("name", ["a.csv.gz", "a.parquet", "a.arrow", "a.arrows"])
def test_a_cut_file_is_an_error_of_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read(damaged(tmp_path, name))
    assert "\n" not in str(caught.value)


def test_rows_before_the_cut_of_a_gzip_are_read(tmp_path: Path) -> None:
    chunks = read_history(damaged(tmp_path, "a.csv.gz"), 0, SMALL)
    assert len(next(chunks)) == 7


@pytest.mark.parametrize("content", [b"", b"PAR1 and nothing", b"\x1f\x8b\x08 rubbish", b"\x00\xff" * 40])
def test_rubbish_is_an_error_of_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a"
    file.write_bytes(content)
    with pytest.raises(InvalidFile) as caught:
        read(file)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.arrows"])
def test_texts_that_are_not_utf_8_are_an_error_of_one_line(tmp_path: Path, name: str) -> None:
    content = table(3).set_column(
        0, "thing", pa.array([b"a", b"\xff\xfe", b"c"], pa.binary()).view(pa.string())
    )
    with pytest.raises(InvalidFile, match="UTF8"):
        read(write(tmp_path / name, content))


def test_endless_lines_of_another_shape_are_an_error(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(HEADER + "no such columns\n" * 50)
    with pytest.raises(InvalidFile):
        read(file, settings=LoadSettings(malformed_lines_max=20))
