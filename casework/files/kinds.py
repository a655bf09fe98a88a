"""What a file may be, and whether it is what its name says. Pure but for the library that knows beginnings of files.

The process that reads archives asks the same of each file in one (:mod:`casework.files.members`).
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: Of a file, to know what it is.
HEAD_BYTES: Final = 1 << 13
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."

#: What may be handed in, by the end of its name. Nothing that a browser would run.
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "mp4": "video/mp4",
        "zip": "application/zip",
        "docx": f"{_OFFICE}wordprocessingml.document",
        "pptx": f"{_OFFICE}presentationml.presentation",
        "xlsx": f"{_OFFICE}spreadsheetml.sheet",
        "csv": "text/csv",
        "txt": "text/plain",
        "md": "text/markdown",
        "json": "application/json",
        "geojson": "application/geo+json",
        "ipynb": "application/x-ipynb+json",
    }
)
TEXTS: Final = frozenset({"csv", "txt", "md", "json", "geojson", "ipynb"})
OFFICE: Final = frozenset({"docx", "pptx", "xlsx"})
ARCHIVES: Final = OFFICE | {"zip"}

#: What a project holds besides, in an archive alone: text that people read, and that the hub neither shows nor runs.
SOURCE_TEXTS: Final = frozenset(
    [
        "c",
        "cc",
        "cfg",
        "conf",
        "cpg",
        "cpp",
        "cs",
        "css",
        "dart",
        "env",
        "example",
        "ex",
        "exs",
        "gitattributes",
        "gitignore",
        "go",
        "graphql",
        "h",
        "hpp",
        "html",
        "htm",
        "ini",
        "java",
        "jl",
        "js",
        "jsx",
        "kt",
        "kts",
        "less",
        "lock",
        "log",
        "lua",
        "map",
        "mjs",
        "mod",
        "php",
        "pl",
        "prj",
        "properties",
        "proto",
        "py",
        "pyi",
        "qmd",
        "r",
        "rb",
        "rmd",
        "rs",
        "rst",
        "sass",
        "scala",
        "scss",
        "sh",
        "sql",
        "sum",
        "svelte",
        "svg",
        "swift",
        "tex",
        "toml",
        "ts",
        "tsv",
        "tsx",
        "tf",
        "typed",
        "vue",
        "xml",
        "yaml",
        "yml",
    ]
)
#: And data, pictures and fonts of a project, with what they begin with.
PROJECT_HEADS: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        "parquet": (b"PAR1",),
        "gpkg": (b"SQLite format 3\x00",),
        "shp": (b"\x00\x00\x27\x0a",),
        "shx": (b"\x00\x00\x27\x0a",),
        "dbf": (b"\x03", b"\x30", b"\x83"),
        "tif": (b"II*\x00", b"MM\x00*"),
        "tiff": (b"II*\x00", b"MM\x00*"),
        "gif": (b"GIF87a", b"GIF89a"),
        "webp": (b"RIFF",),
        "ico": (b"\x00\x00\x01\x00",),
        "woff": (b"wOFF",),
        "woff2": (b"wOF2",),
    }
)
#: Programs by their names, and by what they begin with: Windows, Linux, macOS, Java, WebAssembly.
PROGRAM_NAMES: Final = frozenset(
    [
        "apk",
        "app",
        "bat",
        "bin",
        "class",
        "cmd",
        "com",
        "cpl",
        "dex",
        "dll",
        "dmg",
        "dylib",
        "exe",
        "hta",
        "jar",
        "jse",
        "lnk",
        "msi",
        "msp",
        "ps1",
        "reg",
        "scr",
        "so",
        "sys",
        "vbe",
        "vbs",
        "wsf",
    ]
)
PROGRAM_HEADS: Final = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\x00asm",
    b"dex\n",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
#: Archives likewise; the mark of tar stands further in.
ARCHIVE_NAMES: Final = frozenset(
    [
        "7z",
        "ace",
        "arj",
        "br",
        "bz2",
        "cab",
        "gz",
        "img",
        "iso",
        "lz",
        "lz4",
        "lzma",
        "rar",
        "tar",
        "tbz",
        "tgz",
        "txz",
        "whl",
        "xz",
        "z",
        "zip",
        "zst",
    ]
)
ARCHIVE_HEADS: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
    b"!<arch>\n",
    b"\x04\x22\x4d\x18",
)
_TAR: Final = slice(257, 262)


def is_program(head: bytes) -> bool:
    """By what it begins with. A text that begins so is none: programs hold bytes that no text has."""
    return head.startswith(PROGRAM_HEADS) and b"\x00" in head


def is_archive(head: bytes) -> bool:
    return head.startswith(ARCHIVE_HEADS) or head[_TAR] == b"ustar"


def has_head(head: bytes, extension: str) -> bool:
    """Whether a file begins as those of this name do, for what is neither text nor archive."""
    if extension in PROJECT_HEADS:
        return head.startswith(PROJECT_HEADS[extension])
    import puremagic

    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return MEDIA_TYPES[extension] in found


class TextCheck:
    """Goes through a text piece by piece."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")()

    def wrong(self, piece: bytes, *, is_last: bool = False) -> str | None:
        """What is wrong with it so far, as a key of ``file`` texts."""
        try:
            decoded = self._decoder.decode(piece, final=is_last)
        except UnicodeDecodeError:
            return "not_utf8"
        return "content" if "\x00" in decoded else None
