"""What a file looks like as one picture: drawn in a process apart, and never more than its limits."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from casework.files.errors import PreviewRefused
from casework.files.previews import PDF, preview
from casework.files.settings import FileSettings

SMALL = FileSettings(preview_side_max=200, preview_pages_max=3)


def pdf(pages: int, size: int = 100, drawing: bytes = b"0 0 50 50 re f") -> bytes:
    """A document of empty squares with something drawn in a corner of each."""
    packed = zlib.compress(drawing)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects.append(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed))
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 3 0 R>>" % (size, size)] * pages
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + pages))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


def png(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGBA", (width, height), (0, 128, 128, 90)).save(out, "PNG")
    return out.getvalue()


def locked(document: bytes) -> bytes:
    """Behind a password."""
    out = BytesIO()
    with pikepdf.open(BytesIO(document)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="owner", user="reader"))
    return out.getvalue()


def endless() -> bytes:
    """A page of a few hundred kilobytes that asks for work without an end; made when it is wanted, which takes a second."""
    return pdf(1, drawing=b"0 0 m 99 99 l S " * 20_000_000)


pytestmark = pytest.mark.usefixtures("wire")


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (pdf(1), PDF, (200, 200)),
        (pdf(9), PDF, (200, 3 * 200 + 2 * 12)),
        (png(400, 100), "image/png", (200, 50)),
    ],
)
def test_a_file_is_shown_as_one_small_picture(
    tmp_path: Path, content: bytes, media_type: str, size: tuple[int, int]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    shown = Image.open(BytesIO(preview(path, "file", media_type, SMALL)))
    assert (shown.format, shown.size) == ("JPEG", size)


@pytest.mark.parametrize(
    ("content", "media_type", "settings", "code"),
    [
        (b"%PDF-1.4 nothing", PDF, SMALL, "content"),
        (locked(pdf(2)), PDF, SMALL, "encrypted"),
        (b"text", "text/plain", SMALL, "no_preview"),
        (png(400, 100), "image/png", SMALL.model_copy(update={"preview_points_max": 1_000}), "points"),
        (endless, PDF, SMALL.model_copy(update={"core_seconds_max": 1}), "too_heavy"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_said(
    tmp_path: Path, content: bytes | Callable[[], bytes], media_type: str, settings: FileSettings, code: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content() if callable(content) else content)
    with pytest.raises(PreviewRefused) as caught:
        preview(path, "file", media_type, settings)
    assert caught.value.code == code
    assert caught.value.text("ar") != caught.value.text("en")
