"""Looks for words where they must not be: in all tables, in files, in answers; plain, encoded and compressed."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

import numpy as np
from psycopg import sql

from citycore.store.connections import Connection
from tests.conftest import Database

#: How streams of zlib and gzip begin.
_STREAMS = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
#: Raw streams, as archives hold them, follow such a head.
_ARCHIVED = re.compile(rb"PK\x03\x04")
_ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-f]{2}){12,}|(?:[0-9A-F]{2}){12,}")
#: What begins a stream or such a head, of which base64 has two letters at least that nothing beside it changes.
_BEGINNINGS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08", b"PK\x03\x04")
_UNPACKED_BYTES_MAX = 1 << 22
_DEPTH = 3


class Traces:
    """Of some words, each long enough to be found nowhere by chance."""

    def __init__(self, *words: str) -> None:
        assert all(len(word) >= 8 for word in words)
        self._words = words
        #: Digests of what was searched in vain: most tables are the same the next time.
        self._clean: set[bytes] = set()
        self._forms: dict[bytes, list[tuple[bytes, str]]] = {}
        #: Whether a form begins with, and goes on with, these two bytes.
        self._begins, self._goes_on = (np.zeros(1 << 16, dtype=bool) for _ in range(2))
        for word in words:
            for form in forms_of(word):
                self._forms.setdefault(form[:4], []).append((form, word))
                self._begins[int.from_bytes(form[:2])] = True
                self._goes_on[int.from_bytes(form[2:4])] = True

    def within(self, blob: bytes) -> set[str]:
        """The words that are in there in whatever form, also in what is packed in it."""
        digest = _digest(blob)
        if digest in self._clean:
            return set()
        found = self._plain(blob)
        for inner in unpacked(blob, _DEPTH):
            found |= self._plain(inner)
        if not found:
            self._clean.add(digest)
        return found

    def in_text(self, text: str) -> set[str]:
        return self.within(text.encode("utf-8", "surrogatepass"))

    def begin(self, database: Database) -> None:
        """Before any of the words was said to anybody: what stands in the tables now holds none, and is searched when it changes."""
        self._clean |= {_digest(copy) for copy in _copies(database).values()}

    def in_tables(self, database: Database) -> dict[str, set[str]]:
        """Every table of every schema, as text and as bytes."""
        copies = _copies(database)
        return _kept({name: self.within(copy) for name, copy in copies.items()})

    def in_files(self, *folders: Path) -> dict[str, set[str]]:
        files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
        return _kept({str(file): self.within(file.read_bytes()) for file in files})

    def in_server(self, database: Database) -> dict[str, set[str]]:
        """The very files of this database, and the server's log of all writes; only what is plain in them."""
        with database.superuser() as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [database.name]).fetchone()  # fmt: skip
        assert row is not None
        cluster = database.server.folder / "cluster"
        folders = (cluster / "base" / str(row[0]), cluster / "pg_wal", cluster / "base" / "pgsql_tmp")
        files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
        log = database.server.folder / "postgres.log"
        return _kept({str(file): self._literal(_read(file)) for file in (*files, log)})

    def _literal(self, blob: bytes) -> set[str]:
        return {word for word in self._words if word.encode() in blob}

    def _plain(self, blob: bytes) -> set[str]:
        if len(blob) < 4:
            return set()
        letters = np.frombuffer(blob, dtype=np.uint8).astype(np.uint16)
        pairs = (letters[:-1] << 8) | letters[1:]
        places = np.flatnonzero(self._begins[pairs[:-2]] & self._goes_on[pairs[2:]])
        return {
            word
            for place in places.tolist()
            for form, word in self._forms.get(blob[place : place + 4], ())
            if blob.startswith(form, place)
        }


def forms_of(word: str) -> set[bytes]:
    """The word as it may be written: other encodings, JSON, addresses, hexadecimal, base64 at each offset."""
    forms = set()
    for raw in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
        forms |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
        for inner in encoded(raw):
            forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    escaped = json.dumps(word)[1:-1]
    return forms | {escaped.encode(), escaped.upper().encode(), quote(word).encode(), word.upper().encode()}


def encoded(raw: bytes) -> list[bytes]:
    """As base64, at each offset: what stands before and after it changes the first and the last letters."""
    return [
        base64.b64encode(bytes(offset) + raw)[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6]
        for offset in range(3)
    ]


_MAY_BE_PACKED = re.compile(b"|".join(re.escape(text) for raw in _BEGINNINGS for text in encoded(raw)))


def unpacked(blob: bytes, depth: int) -> Iterator[bytes]:
    """What is compressed in it, or in what stands in it as base64 or hexadecimal."""
    if depth == 0:
        return
    for inner in (*_inflated(blob), *_decoded(blob)):
        yield inner
        yield from unpacked(inner, depth - 1)


def _inflated(blob: bytes) -> Iterator[bytes]:
    starts = [(match.start(), 47) for match in _STREAMS.finditer(blob)]
    for match in _ARCHIVED.finditer(blob):
        head = blob[match.start() : match.start() + 30]
        if len(head) == 30:
            starts.append((match.start() + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), -15))  # fmt: skip
    whole = memoryview(blob)
    for start, window in starts:
        try:
            inner = zlib.decompressobj(window).decompress(whole[start:], _UNPACKED_BYTES_MAX)
        except zlib.error:
            continue
        if inner:
            yield inner


def _decoded(blob: bytes) -> Iterator[bytes]:
    """Wherever in a run of letters it begins."""
    for match in _ENCODED.finditer(blob):
        text = match.group().rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        # No stream in base64 is written with hexadecimal digits alone.
        if _HEX.fullmatch(text) or _MAY_BE_PACKED.search(text) is None:
            continue
        for offset in range(4):
            part = text[offset:]
            whole = len(part) - (len(part) % 4 if len(part) % 4 == 1 else 0)
            yield from _packed(base64.b64decode(part[:whole] + b"=" * (-whole % 4)))
    for match in _HEX.finditer(blob):
        yield from _packed(bytes.fromhex(match.group().decode()))


def _packed(raw: bytes) -> Iterator[bytes]:
    if _STREAMS.search(raw) or _ARCHIVED.search(raw):
        yield raw


def tables_of(connection: Connection) -> list[str]:
    """All of them, of whatever schema and owner, those of jobs and of the server itself too."""
    rows = connection.execute(
        "SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
        " WHERE relkind IN ('r', 'p', 'm') AND nspname NOT LIKE 'pg_temp%' ORDER BY 1, 2"
    ).fetchall()
    return [f"{schema}.{table}" for schema, table in rows]


def copy_of(connection: Connection, schema: str, table: str) -> bytes:
    """As a dump would have it, and with the bytes as they are."""
    whole = bytearray()
    for options in (sql.SQL(""), sql.SQL(" (FORMAT binary)")):
        statement = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(schema, table))
        try:
            with connection.cursor() as cursor, cursor.copy(statement + options) as copy:
                for piece in copy:
                    whole += bytes(piece)
        except Exception as error:
            # A type of the server's own that has no binary form; its text has been read.
            if "no binary output function" not in str(error):
                raise
    return bytes(whole)


def _copies(database: Database) -> dict[str, bytes]:
    with database.superuser() as connection:
        return {name: copy_of(connection, *name.split(".", 1)) for name in tables_of(connection)}


def _digest(blob: bytes) -> bytes:
    return blake2b(blob, digest_size=20).digest()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # the server has tidied up meanwhile
        return b""


def _kept(found: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: words for name, words in found.items() if words}


def all_words(found: Iterable[set[str]]) -> set[str]:
    return set().union(*found)
