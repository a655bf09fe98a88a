"""Small files that take a machine down when they are read without limits."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import numpy as np


def heavy_document(objects: int) -> bytes:
    """A page whose resources are one list of so many numbers, a few bytes each when packed, a hundred when read."""
    listed = b"4 0 <</X [" + b"0 " * objects + b"]>>"
    packed = zlib.compress(listed, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources 4 0 R>>",
    ]
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
    numbered = [*zip((1, 2, 3), parts, strict=True), (5, stream % (len(packed), packed))]
    written, starts = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, content in numbered:
        starts[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    starts[6] = len(written)
    rows = [struct.pack(">BLH", 0, 0, 65_535)]
    for number in range(1, 7):
        inside = number == 4
        rows.append(struct.pack(">BLH", 2, 5, 0) if inside else struct.pack(">BLH", 1, starts[number], 0))
    table = b"".join(rows)
    head = b"<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%s\nendstream"
    written += b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (head % (len(table), table), starts[6])
    return bytes(written)


def wide_picture(width: int, height: int) -> bytes:
    """A PNG of so many points, all of one colour."""
    row = bytes(1 + 3 * width)
    packer, packed = zlib.compressobj(9), bytearray()
    for _ in range(height):
        packed += packer.compress(row)
    packed += packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", bytes(packed)) + chunk(b"IEND", b"")


def crowded_archive(entries: int, *, told: int | None = None) -> bytes:
    """An archive of a single empty file that lists it so many times, and says that it holds ``told``."""
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    one = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory, start = one * entries, len(local)
    said = entries if told is None else told
    end_64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, said, said, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return local + directory + end_64 + locator + end


def roomy_archive(unpacked_bytes: int) -> bytes:
    """An honest archive of one file that unpacks to nearly a hundred times its size."""
    stream, random = io.BytesIO(), np.random.default_rng(unpacked_bytes)
    noise, rest = 650, bytes(65_536 - 650)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("data.csv", "w") as file:
        for _ in range(unpacked_bytes // 65_536):
            file.write(random.bytes(noise) + rest)
    return stream.getvalue()
