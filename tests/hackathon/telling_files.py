"""Files that say about themselves whose they are, in every place that a program writes it to."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo


def picture(words: str, kind: str = "JPEG") -> bytes:
    """Sixty points wide and forty high, to be turned by a quarter (JPEG)."""
    image, written = Image.new("RGB", (60, 40), (200, 30, 30)), BytesIO()
    if kind == "PNG":
        told = PngInfo()
        told.add_text("Author", words)
        told.add_itxt("XML:com.adobe.xmp", f"<x>{words}</x>")
        image.save(written, "PNG", pnginfo=told)
    else:
        exif = Image.Exif()
        exif[0x013B] = exif[0x8298] = words  # artist, copyright
        exif[0x0112] = 6  # orientation
        image.save(written, "JPEG", exif=exif, comment=words.encode())
    return written.getvalue()


def document(words: str) -> bytes:
    """A page with a picture, and these words wherever a PDF has room for them but on the page."""
    pdf, written = pikepdf.new(), BytesIO()
    pdf.add_blank_page(page_size=(200, 200))
    page, text = pdf.pages[0], pikepdf.String(words)
    image = pikepdf.Stream(pdf, picture(words))
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = 60, 40, 8
    image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    image.Metadata = pikepdf.Stream(pdf, words.encode())
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.obj.Contents = pikepdf.Stream(pdf, b"q 60 0 0 40 10 10 cm /Im0 Do Q")
    page.obj.Annots = pikepdf.Array([_note(pdf, text)])
    page.obj.PieceInfo = pikepdf.Dictionary(X=pikepdf.Dictionary(Private=text))
    pdf.docinfo["/Author"] = words
    with pdf.open_metadata() as told:
        told["dc:creator"] = [words]
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, words.encode(), filename=f"{words}.txt")
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=text)
    pdf.Root.Lang = text
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(words, 0))
    pdf.save(written)
    return written.getvalue()


def _note(pdf: pikepdf.Pdf, text: Any) -> Any:
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 10, 10], T=text, Contents=text
        )
    )


def all_of(data: bytes) -> bytes:
    """A file as it is and, of a PDF, every object and stream of it unpacked, texts in the bytes of UTF-8 too."""
    parts = [data]
    if data.startswith(b"%PDF"):
        with pikepdf.open(BytesIO(data)) as pdf:
            for one in [pdf.trailer, *pdf.objects]:
                parts += _texts(one, 0)
    return b"\n".join(parts)


def _texts(one: Any, depth: int) -> list[bytes]:
    if depth > 8:
        return []
    if isinstance(one, pikepdf.String | pikepdf.Name | str):
        return [str(one).encode()]
    found: list[bytes] = []
    if isinstance(one, pikepdf.Stream):
        found.append(one.read_raw_bytes())
        with suppress(pikepdf.PdfError):  # a picture: its bytes are what it is
            found.append(one.read_bytes())
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in one.items():
            if key not in {"/Parent", "/P"}:
                found += [key.encode(), *_texts(value, depth + 1)]
    elif isinstance(one, pikepdf.Array):
        for value in one:
            found += _texts(value, depth + 1)
    return found
