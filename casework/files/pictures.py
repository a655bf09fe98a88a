"""Pictures without what they say about who took them where: their points alone, in a new picture.

A small file can be made to take gigabytes, so it is read in a process apart (:mod:`casework.files.apart`).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from casework.files.reader import serve
from casework.files.told import Told

if TYPE_CHECKING:
    from casework.files.settings import FileSettings

#: As the library names them, by the end of the name.
FORMATS: Final = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG"}
_JPEG_QUALITY: Final = 90


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """How many points are taken on, how many bytes may be made of them, and how long the longer side stays, if it is bounded."""

    points_max: int
    bytes_max: int
    side_max: int | None = None


class PictureRefused(Exception):
    """``code`` is a key of ``file`` texts, with its ``details``."""

    def __init__(self, code: str, **details: int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def clean_apart(content: bytes, ending: str, limits: PictureLimits, bounds: FileSettings) -> bytes:
    """The same as :func:`clean`, without what a file can do to the process that reads it."""
    from casework.files.apart import read_apart

    given = {"ending": ending, "limits": asdict(limits)}
    told = read_apart("casework.files.pictures", given, content, bounds, limits.bytes_max)
    if told.refused is not None:
        raise PictureRefused(told.refused, **told.details)
    return told.content


def read(file: BinaryIO, given: Mapping[str, Any]) -> Told:
    """As the process apart is asked."""
    try:
        return Told(content=clean(file, given["ending"], PictureLimits(**given["limits"])))
    except PictureRefused as refused:
        return Told(refused.code, refused.details)


def clean(file: Path | BinaryIO, ending: str, limits: PictureLimits) -> bytes:
    """The picture anew, turned as its description said it is to be seen; :class:`PictureRefused`."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    wanted = FORMATS[ending]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[wanted]) as source:
                if source.width * source.height > limits.points_max:
                    raise PictureRefused("points", points_max=limits.points_max)
                if limits.side_max is not None:
                    source.thumbnail((limits.side_max, limits.side_max))
                upright = ImageOps.exif_transpose(source)
                mode = "RGBA" if wanted == "PNG" and _is_see_through(source) else "RGB"
                drawn = upright.convert(mode)
                bare = Image.frombytes(mode, drawn.size, drawn.tobytes())
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused("content") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureRefused("content") from error
    written = BytesIO()
    bare.save(written, wanted, quality=_JPEG_QUALITY)
    if written.tell() > limits.bytes_max:
        raise PictureRefused("size", bytes_max=limits.bytes_max)
    return written.getvalue()


def _is_see_through(picture: Any) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


if __name__ == "__main__":
    serve(read)
