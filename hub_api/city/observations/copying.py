"""``COPY … TO STDOUT`` in blocks of many rows: a call of Python a row would cost more than the query."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping
from typing import Any

import psycopg
from psycopg import generators, pq, waiting

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Block = tuple[list[bytes], bool]


async def copy_blocks(
    connection: Connection, statement: bytes, parameters: Mapping[str, object], block_bytes: int
) -> AsyncGenerator[list[bytes], None]:
    """The rows as the server sends them, about ``block_bytes`` at a time; memory does not grow.

    Whoever iterates must close it (``aclosing``), which ends the copy.
    """
    async with connection.cursor() as cursor, cursor.copy(statement, parameters):
        is_last = False
        while not is_last:
            rows, is_last = await connection.wait(_block(connection.pgconn, block_bytes))
            if rows:
                yield rows


def _block(pgconn: pq.abc.PGconn, block_bytes: int) -> Generator[waiting.Wait, waiting.Ready | int, Block]:
    """As psycopg's own reading of one row, for as many as fit; and whether these were the last."""
    rows: list[bytes] = []
    size = 0
    while size < block_bytes:
        length, data = pgconn.get_copy_data(1)
        if length > 0:
            rows.append(bytes(data))
            size += length
        elif length == 0:
            while not (yield waiting.WAIT_R):
                continue
            pgconn.consume_input()
        else:
            _raise_if_failed((yield from generators.fetch_many(pgconn)))
            return rows, True
    return rows, False


def _raise_if_failed(results: list[pq.abc.PGresult]) -> None:
    for result in results:
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
