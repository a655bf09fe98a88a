"""Rows into a file of the archive and out of it again, without a store."""

from __future__ import annotations

import io

import numpy as np
import pytest
from pyarrow import parquet

from citycore.archive.parts import RowsDigest, read_all
from ingest.archive.settings import ArchiveSettings
from ingest.archive.tables import PartTable


@pytest.mark.parametrize(("quality", "is_same"), [(4, True), (300, False)])
def test_a_number_that_the_file_has_no_room_for_is_noticed_when_it_is_read(
    quality: int, is_same: bool
) -> None:
    rows = {
        "datastream": np.array([1, 1], dtype=np.int32),
        "phenomenon_time": np.array([0, 1], dtype=np.int64),
        "quality": np.array([1, quality], dtype=np.int16),
        "batch": np.array([7, 8], dtype=np.int64),
        "result": np.array([-0.0, 5e-324]),
    }
    file, found = io.BytesIO(), RowsDigest()
    table = PartTable(file, {"result"}, ArchiveSettings(), has_flags=False)
    table.add(rows, [])
    written = table.end()
    for piece, flags in read_all(parquet.ParquetFile(file), 0, 2):
        found.add(piece, flags)
    assert written is not None
    assert (found.digest() == written.rows_digest) is is_same
