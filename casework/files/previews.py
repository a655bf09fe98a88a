"""What a file looks like, as one picture: the first pages of a PDF below each other, or a picture made smaller.

A small file can be made to take gigabytes, so it is read in a process apart (:mod:`casework.files.apart`).
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from casework.files.pictures import PictureLimits, PictureRefused, clean
from casework.files.reader import serve
from casework.files.told import Told

if TYPE_CHECKING:
    from casework.files.settings import FileSettings

PDF: Final = "application/pdf"
#: What is shown, and the end of a name that says the same.
SHOWN: Final = {PDF: "pdf", "image/png": "png", "image/jpeg": "jpg"}
MEDIA_TYPE: Final = "image/jpeg"
_JPEG_QUALITY: Final = 80
#: Between two pages, in points.
_GAP: Final = 12
#: A page is not drawn larger than so many points for each of its own (72 to an inch).
_SCALE_MAX: Final = 3.0


def preview(path: Path, name: str, media_type: str, settings: FileSettings) -> bytes:
    """A JPEG of what is stored; :class:`PreviewRefused` for what has none, is protected by a password or damaged, or too heavy to draw."""
    from casework.files.apart import read_apart
    from casework.files.errors import PreviewRefused

    if media_type not in SHOWN:
        raise PreviewRefused("no_preview", name=name)
    given = {
        "media_type": media_type,
        "pages_max": settings.preview_pages_max,
        "side_max": settings.preview_side_max,
        "points_max": settings.preview_points_max,
        "bytes_max": settings.preview_bytes_max,
    }
    with path.open("rb") as file:
        told = read_apart("casework.files.previews", given, file, settings, settings.preview_bytes_max)
    if told.refused is not None:
        raise PreviewRefused(told.refused, name=name, **told.details)
    return told.content


def read(file: BinaryIO, given: Mapping[str, Any]) -> Told:
    """As the process apart is asked."""
    draw = _pages if given["media_type"] == PDF else _picture
    try:
        content = draw(file, given)
    except PictureRefused as refused:
        return Told(refused.code, refused.details)
    if len(content) > given["bytes_max"]:
        return Told("too_heavy")
    return Told(content=content)


def _picture(file: BinaryIO, given: Mapping[str, Any]) -> bytes:
    from PIL import Image

    limits = PictureLimits(given["points_max"], given["points_max"], given["side_max"])
    cleaned = clean(file, SHOWN[given["media_type"]], limits)
    with Image.open(BytesIO(cleaned)) as picture:
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
    return _written(flat)


def _pages(file: BinaryIO, given: Mapping[str, Any]) -> bytes:
    from PIL import Image
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        document = PdfDocument(file)
    except PdfiumError as error:
        code = "encrypted" if error.err_code == FPDF_ERR_PASSWORD else "content"
        raise PictureRefused(code) from error
    drawn = []
    for number in range(min(len(document), given["pages_max"])):
        page = document[number]
        scale = min(_SCALE_MAX, given["side_max"] / max(*page.get_size(), 1.0))
        drawn.append(page.render(scale=scale).to_pil().convert("RGB"))
        page.close()
    if not drawn:
        raise PictureRefused("content")
    width = max(one.width for one in drawn)
    height = sum(one.height + _GAP for one in drawn) - _GAP
    if width * height > given["points_max"]:
        raise PictureRefused("points", points_max=given["points_max"])
    whole, top = Image.new("RGB", (width, height), "gray"), 0
    for one in drawn:
        whole.paste(one, ((width - one.width) // 2, top))
        top += one.height + _GAP
    return _written(whole)


def _written(picture: Any) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=_JPEG_QUALITY)
    return written.getvalue()


if __name__ == "__main__":
    serve(read)
