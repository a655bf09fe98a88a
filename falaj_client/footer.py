"""How many rows a Parquet file says that it has, from its footer (Thrift's compact protocol), without a library for it."""

from __future__ import annotations

from typing import IO

MAGIC = b"PAR1"
LENGTH_BYTES = 4
#: The field of FileMetaData with the number of rows, and the types of Thrift's fields.
ROWS_FIELD = 3
STOP, INTEGERS, BINARY, LISTS, STRUCT = 0, (4, 5, 6), 8, (9, 10), 12
#: Types of a fixed size in bytes: true and false stand in the type itself, a byte, a double.
FIXED = {1: 0, 2: 0, 3: 1, 7: 8}
TRUTHS = (1, 2)
LONG_LIST = 15
#: A footer is no deeper than the structs of the format.
DEPTH_MAX = 16


def row_count(file: IO[bytes]) -> int:
    """The rows of a whole file, which is left at its beginning; a ``ValueError`` for what is no Parquet file."""
    end = file.seek(0, 2)
    tail = LENGTH_BYTES + len(MAGIC)
    if end < tail:
        raise ValueError("no Parquet file")
    file.seek(end - tail)
    length = int.from_bytes(file.read(LENGTH_BYTES), "little")
    if file.read() != MAGIC or length > end - tail:
        raise ValueError("no Parquet file")
    file.seek(end - tail - length)
    footer = file.read(length)
    file.seek(0)
    try:
        return Compact(footer).field(ROWS_FIELD)
    except (IndexError, RecursionError):
        raise ValueError("no Parquet footer") from None


class Compact:
    """Reads a struct only as far as it must."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def field(self, wanted: int) -> int:
        """The integer that a field of the struct holds; fields before it are passed over."""
        number = 0
        while True:
            head = self._byte()
            kind = head & 0x0F
            if kind == STOP:
                raise ValueError("no such field")
            number = number + (head >> 4) if head >> 4 else self._integer()
            if number == wanted:
                return self._integer()
            self._skip(kind, 0)

    def _byte(self) -> int:
        value = self._data[self._place]
        self._place += 1
        return value

    def _number(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def _integer(self) -> int:
        number = self._number()
        return (number >> 1) ^ -(number & 1)

    def _skip(self, kind: int, depth: int) -> None:
        if depth > DEPTH_MAX:
            raise ValueError("too deep")
        if kind in FIXED:
            self._place += FIXED[kind]
        elif kind in INTEGERS:
            self._number()
        elif kind == BINARY:
            length = self._number()
            self._place += length
        elif kind in LISTS:
            self._skip_list(depth)
        elif kind == STRUCT:
            while (head := self._byte()) & 0x0F != STOP:
                if not head >> 4:
                    self._number()
                self._skip(head & 0x0F, depth + 1)
        else:
            raise ValueError("an unknown type")

    def _skip_list(self, depth: int) -> None:
        head = self._byte()
        kind, size = head & 0x0F, head >> 4
        for _ in range(self._number() if size == LONG_LIST else size):
            if kind in TRUTHS:
                self._place += 1
            else:
                self._skip(kind, depth + 1)
