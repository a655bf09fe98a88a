"""A recording by its mapping: lines of any shape become rows of one value each, column by column.

Nothing is done line by line but what is told apart by its order: the hours that clocks repeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from citycore.model import Quality
from citycore.recordings.mapping import Mapping
from citycore.recordings.table import open_text, read_names
from citycore.recordings.times import choose_by_order, is_skipped, is_twofold
from ingest.load.csv_blocks import Block, CsvForm, read_blocks
from ingest.load.model import Chunk
from ingest.load.recorded_times import RecordedTimes, can_repeat
from ingest.load.results import number_of
from ingest.load.rules import convert_columns
from ingest.load.settings import LoadSettings
from ingest.model import Int64s, Mask

_CODED = pa.dictionary(pa.int32(), pa.string())
_TEXTS = NDArray[Any]


class Recording:
    """Reads one file once."""

    def __init__(self, file: Path, mapping: Mapping, settings: LoadSettings) -> None:
        self._file = file
        self._mapping = mapping
        self._settings = settings
        with open_text(file, mapping.layout) as lines:
            self._names = read_names(file, lines, mapping)
        self._streams = list(mapping.columns.values())
        self._has_texts = any(stream.result_type == "category" for stream in self._streams)
        self._times = RecordedTimes(mapping.time)
        self._missing = pa.array(sorted(mapping.missing), pa.string())

    def chunks(self) -> Iterator[Chunk]:
        """Chunks of rows in the order of the lines; a line has a row for each of the mapped columns."""
        zone = self._mapping.time.zone
        if self._mapping.time.ambiguous == "order" and zone is not None and can_repeat(zone):
            self._times.choices = choose_by_order(self._repeated())
        for block in read_blocks(self._file, self._form([*self._mapping.columns]), self._settings):
            yield self._chunk(block)

    def _form(self, values: list[str]) -> CsvForm:
        mapping = self._mapping
        things = [] if mapping.thing_column is None else [mapping.thing_column]
        types = {
            **dict.fromkeys((*mapping.time.parts.values(), *things), _CODED),
            **dict.fromkeys(mapping.time.whole, pa.string()),
        }
        types |= {name: pa.string() for name in values if name not in types}
        return CsvForm(
            delimiter=mapping.layout.delimiter,
            types=types,
            encoding=mapping.layout.encoding,
            names=[name if name in types else f"{number}\0{name}" for number, name in enumerate(self._names)],
            header_line=mapping.layout.header_line,
            null_values=(),
        )

    def _repeated(self) -> Iterator[tuple[int, str, datetime]]:
        """The lines of hours that occur twice: line, thing and local time. They are few."""
        zone = self._mapping.time.zone
        assert zone is not None
        for block in read_blocks(self._file, self._form([]), self._settings):
            for row, local in self._times.uncertain(block):
                if is_twofold(local, zone) and not is_skipped(local, zone):
                    column = self._mapping.thing_column
                    thing = "" if column is None else str(block.columns[column][row].as_py()).strip()
                    yield int(block.lines[row]), thing, local

    def _chunk(self, block: Block) -> Chunk:
        count, width = len(block.lines), len(self._streams)
        times = self._times.read(block)
        results, reasons, stated = self._results(block)
        is_missing = reasons == "missing_result"
        bad_times = np.repeat(times.reasons, width)
        reasons = np.where(is_missing | (bad_times == ""), reasons, bad_times)
        refused = pa.array(reasons, pa.string(), mask=reasons == "")
        rows = np.repeat(np.arange(count), width)
        columns = {
            "thing": self._things(block, rows),
            "observed_property": _repeated_codes(
                [self._mapping.datastream_of(name) for name in self._mapping.columns], count
            ),
            "phenomenon_time": pa.array(
                np.repeat(times.microseconds, width), pa.timestamp("us", "UTC"), mask=bad_times != ""
            ),
            "result": results,
            "unit": _repeated_codes([stream.unit for stream in self._streams], count),
            "refused": refused.dictionary_encode().cast(_CODED),
            "stated_time": times.stated.take(pa.array(rows)),
            "stated_result": stated,
        }
        if self._times.has_suspects:
            suspect = np.repeat(times.suspect, width)
            columns["quality"] = pa.array(np.full(len(suspect), float(Quality.SUSPECT)), mask=~suspect)
        lines = np.repeat(block.lines, width)
        # A line that holds nothing is no row.
        blank = np.repeat(is_missing.reshape(count, width).all(axis=1), width) & (bad_times == "missing_time")
        if blank.any():
            keep = pa.array(~blank)
            columns = {name: column.filter(keep) for name, column in columns.items()}
            lines = lines[~blank]
        return Chunk(columns, lines, block.malformed, block.last_line, block.fraction)

    def _things(self, block: Block, rows: Int64s) -> Any:
        mapping = self._mapping
        if mapping.thing_of:
            owners = [mapping.things[mapping.thing_of[name]].code for name in mapping.columns]
            return _repeated_codes(owners, len(block.lines))
        if mapping.thing_column is None:
            return _repeated_codes([mapping.things[""].code] * len(self._streams), len(block.lines))
        column = block.columns[mapping.thing_column]
        words = [str(word).strip() for word in column.dictionary.to_pylist()]
        codes = [mapping.things[word].code if word in mapping.things else word for word in words]
        indices = column.indices.to_numpy(zero_copy_only=False)[rows]
        return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(codes, pa.string()))

    def _results(self, block: Block) -> tuple[Any, _TEXTS, Any]:
        """Results by line and column, the reasons against them, and the texts of those that are no numbers."""
        read = [self._column(name, block.columns[name]) for name in self._mapping.columns]
        count, width = len(block.lines), len(read)
        reasons = np.stack([each[1] for each in read], axis=1).ravel()
        order = (np.arange(width) * count + np.arange(count)[:, None]).ravel()
        kind = pa.string() if self._has_texts else pa.float64()
        results = pa.concat_arrays([each[0].cast(kind) for each in read]).take(pa.array(order))
        stated = pa.concat_arrays([each[2] for each in read]).take(pa.array(order))
        return results, reasons, stated

    def _column(self, name: str, texts: Any) -> tuple[Any, _TEXTS, Any]:
        texts = pc.utf8_trim_whitespace(texts)
        missing = pc.is_in(texts, self._missing).to_numpy(zero_copy_only=False)
        reasons = np.where(missing, "missing_result", "").astype(object)
        none = pa.nulls(len(texts), pa.string())
        present = pc.if_else(pa.array(missing), None, texts)
        if self._mapping.columns[name].result_type == "category":
            return present, reasons, none
        plain = pc.replace_substring(present, ",", ".") if self._mapping.layout.decimal == "," else present
        numbers, wrong = _numbers(plain)
        converts = self._mapping.conversions.get(name)
        if converts is not None:
            numbers = convert_columns(numbers, converts.factor, converts.shift)
        if not wrong.any():
            return pa.array(numbers, mask=missing), reasons, none
        reasons[wrong] = "wrong_type"
        return pa.array(numbers, mask=missing | wrong), reasons, pc.if_else(pa.array(wrong), texts, None)


def _numbers(texts: Any) -> tuple[Any, Mask]:
    """The numbers of a column, and which texts are none."""
    try:
        numbers = texts.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
        return numbers, np.zeros(len(numbers), dtype=np.bool_)
    except pa.ArrowInvalid:
        read = [0.0 if text is None else number_of(text) for text in texts.to_pylist()]
    wrong = np.array([number is None for number in read], dtype=np.bool_)
    return np.array([0.0 if number is None else number for number in read]), wrong


def _repeated_codes(codes: list[Any], count: int) -> Any:
    """The codes of the columns, for each of ``count`` lines."""
    words = sorted(set(codes))
    indices = np.tile(np.array([words.index(code) for code in codes], dtype=np.int32), count)
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(words, pa.string()))
