"""The files of tables from the rows of a binary COPY."""

from __future__ import annotations

from hub_api.exports.tables import TableWriter
from hub_api.observations.binary import is_start, plain_rows


class CopiedTable(TableWriter):
    """Each part of an export is a COPY of its own, with a header of its own."""

    def rows(self, rows: list[bytes]) -> bytes:
        return super().rows(plain_rows(rows, is_first=is_start(rows)))
