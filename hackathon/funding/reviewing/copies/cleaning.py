"""Files without what they say about whoever made them: a PDF of its pages alone, a picture of its points alone.

What can be read or seen in them stays; somebody looks at that (decision 0015). A small file can be made to take
gigabytes and minutes, so :func:`clean_apart` is what the hub calls: it cleans in a process with limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from casework.files.pictures import PictureLimits, PictureRefused
from casework.files.pictures import clean as clean_picture
from casework.files.reader import serve
from casework.files.told import Told
from hackathon.funding.reviewing.errors import FileNotPassed

if TYPE_CHECKING:
    from pikepdf import Pdf

    from casework.files.settings import FileSettings

#: What can be passed on, and the end of the name that it then has.
PASSED: Final = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
#: Of a page, what is drawn and how; nothing about the page.
_PAGE_KEYS: Final = frozenset(
    {
        "/Type",
        "/Parent",
        "/Resources",
        "/MediaBox",
        "/CropBox",
        "/BleedBox",
        "/TrimBox",
        "/ArtBox",
        "/Contents",
        "/Rotate",
        "/Group",
        "/UserUnit",
    }
)
#: What any object can carry about its maker: texts behind pictures, private data of programs, things that run.
_TELLING_KEYS: Final = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/AA",
    "/JS",
    "/OPI",
    "/Alternates",
    "/Measure",
    "/PtData",
    "/Ref",
    "/StructParent",
    "/StructParents",
    "/OC",
    "/AF",
)
#: Segments of a JPEG that its points need: tables, frames, scans, and Adobe's mark of how colours are coded.
_JPEG_APP0, _JPEG_APP14, _JPEG_APP15, _JPEG_COMMENT, _JPEG_SCAN = 0xE0, 0xEE, 0xEF, 0xFE, 0xDA
#: Boxes of JPEG 2000 that hold texts, and those that hold other boxes.
_JP2_TELLING: Final = frozenset({b"xml ", b"uuid", b"uinf", b"jp2i"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken on."""

    pages_max: int
    points_max: int
    bytes_max: int


def clean_apart(path: Path, media_type: str, limits: Limits, bounds: FileSettings) -> bytes:
    """The same as :func:`clean`, without what a file can do to the process that reads it."""
    from casework.files.apart import read_apart

    if media_type not in PASSED:
        raise FileNotPassed("kind")
    given = {"media_type": media_type, "limits": asdict(limits)}
    with path.open("rb") as file:
        told = read_apart(
            "hackathon.funding.reviewing.copies.cleaning", given, file, bounds, limits.bytes_max
        )
    if told.refused is not None:
        raise FileNotPassed(told.refused)
    return told.content


def read(file: BinaryIO, given: Mapping[str, Any]) -> Told:
    """As the process apart is asked."""
    try:
        return Told(content=clean(file, given["media_type"], Limits(**given["limits"])))
    except FileNotPassed as refused:
        return Told(refused.code)


def clean(file: Path | BinaryIO, media_type: str, limits: Limits) -> bytes:
    """The file anew; :class:`FileNotPassed` where it cannot be read, or is of a kind that is not passed on."""
    if media_type == "application/pdf":
        cleaned = _clean_pdf(file, limits)
    elif media_type in PASSED:
        try:
            cleaned = clean_picture(
                file, PASSED[media_type], PictureLimits(limits.points_max, limits.bytes_max)
            )
        except PictureRefused as refused:
            raise FileNotPassed(refused.code) from refused
    else:
        raise FileNotPassed("kind")
    if len(cleaned) > limits.bytes_max:
        raise FileNotPassed("size")
    return cleaned


def _clean_pdf(file: Path | BinaryIO, limits: Limits) -> bytes:
    """Its pages in a new document, which has no information, attachments, scripts, forms, notes or outline."""
    import pikepdf

    try:
        with pikepdf.open(file) as source, pikepdf.new() as target:
            if source.is_encrypted:
                raise FileNotPassed("encrypted")
            if len(source.pages) > limits.pages_max:
                raise FileNotPassed("pages")
            _settle_forms(source)
            target.pages.extend(source.pages)
            for page in target.pages:
                for key in set(page.obj.keys()) - _PAGE_KEYS:
                    del page.obj[key]
            for one in target.objects:
                _strip(one)
            written = BytesIO()
            # The identifier of a document can be made from the time and the name of the file.
            target.save(written, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            # Where memory runs out, an object is taken for empty, with a warning: a page would lack what it shows.
            if any("alloc" in str(warning) for warning in [*source.get_warnings(), *target.get_warnings()]):
                raise MemoryError
    except pikepdf.PasswordError as error:
        raise FileNotPassed("encrypted") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise FileNotPassed("content") from error
    return written.getvalue()


def _settle_forms(source: Pdf) -> None:
    """What was filled into a form is drawn on its page; all other notes, links and pop-ups go."""
    import pikepdf

    for page in source.pages:
        notes = page.obj.get("/Annots")
        if isinstance(notes, pikepdf.Array):
            kept = [one for one in notes.as_list() if one.get("/Subtype") == pikepdf.Name.Widget]
            page.obj["/Annots"] = pikepdf.Array(kept)
    if "/AcroForm" in source.Root:
        source.flatten_annotations("screen")


def _strip(one: Any) -> None:
    import pikepdf

    if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
        for key in _TELLING_KEYS:
            if key in one:
                del one[key]
    if isinstance(one, pikepdf.Stream):
        _strip_picture(one)


def _strip_picture(stream: Any) -> None:
    """A photograph inside a document has its own description of who took it where."""
    import pikepdf

    kinds = stream.get("/Filter")
    kind = kinds[-1] if isinstance(kinds, pikepdf.Array) and len(kinds) == 1 else kinds
    if kind == pikepdf.Name.DCTDecode:
        stream.write(bare_jpeg(stream.read_raw_bytes()), filter=kind, decode_parms=stream.get("/DecodeParms"))
    elif kind == pikepdf.Name.JPXDecode:
        stream.write(bare_jp2(stream.read_raw_bytes()), filter=kind)


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG without descriptions and comments, its points as they are (ISO/IEC 10918-1, annex B)."""
    if not data.startswith(b"\xff\xd8"):
        raise FileNotPassed("content")
    kept, place = bytearray(b"\xff\xd8"), 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            raise FileNotPassed("content")
        mark = data[place + 1]
        if mark == 0xFF:  # padding
            place += 1
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        end = place + 2 + length
        is_needed = mark in {_JPEG_APP0, _JPEG_APP14} or not (
            _JPEG_APP0 <= mark <= _JPEG_APP15 or mark == _JPEG_COMMENT
        )
        if is_needed:
            kept += data[place:end]
        if mark == _JPEG_SCAN:
            place, scanned = _scan(data, end)
            kept += scanned
            if data[place : place + 2] == b"\xff\xd9":
                return bytes(kept + b"\xff\xd9")  # what stands behind the end is no picture
            continue
        place = end
    return bytes(kept + b"\xff\xd9")


def _scan(data: bytes, start: int) -> tuple[int, bytes]:
    """Where the coded points end that begin here, and they themselves: the next mark that is no restart."""
    place = start
    while (place := data.find(b"\xff", place)) != -1 and place + 1 < len(data):
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place, data[start:place]
        place += 2
    return len(data), data[start:]


def bare_jp2(data: bytes) -> bytes:
    """A JPEG 2000 without its boxes of texts; a bare code stream is without them anyhow (ISO/IEC 15444-1, annex I)."""
    if data.startswith(b"\xff\x4f"):
        return data
    return b"".join(data[start:end] for kind, start, end in _boxes(data) if kind not in _JP2_TELLING)


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    place = 0
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        if length == 1:
            length = int.from_bytes(data[place + 8 : place + 16], "big")
        end = len(data) if length == 0 else place + length
        if end <= place + 7:
            raise FileNotPassed("content")
        yield data[place + 4 : place + 8], place, end
        place = end


if __name__ == "__main__":
    serve(read)
