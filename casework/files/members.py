"""Whether what lies in an archive may lie there: each file is held to its name, as one that is sent by itself is. Pure.

What is wrong is told with the name of the file, tidied: it is shown to whoever sent it.
"""

from __future__ import annotations

from typing import Final

from casework.files.kinds import (
    ARCHIVE_NAMES,
    HEAD_BYTES,
    MEDIA_TYPES,
    OFFICE,
    PROGRAM_NAMES,
    PROJECT_HEADS,
    SOURCE_TEXTS,
    TEXTS,
    TextCheck,
    has_head,
    is_archive,
    is_program,
)
from casework.files.rules import tidy_name

#: What systems put beside files, with what it begins with: no reason to refuse an archive, and nothing anybody opens.
_LITTER_HEADS: Final = {".ds_store": b"\x00\x00\x00\x01Bud1", "._": b"\x00\x05\x16\x07"}
_NAME_CHARACTERS_MAX: Final = 80


class MemberRefused(Exception):
    """``code`` is a key of ``file`` texts, ``member`` the name in the archive."""

    def __init__(self, code: str, path: str) -> None:
        super().__init__(code)
        self.code = code
        self.member = tidy_name(path)[-_NAME_CHARACTERS_MAX:] or "?"


class Member:
    """One file of an archive, read piece by piece.

    ``is_part`` is one of an office document: its parts have names of their own, so that only programs and archives
    are looked for. ``holds_source``: the archive may be a project, with source code and data.
    """

    def __init__(self, path: str, *, is_part: bool, holds_source: bool) -> None:
        self._path = path
        self._is_part = is_part
        self._head = b""
        self._name = _name_of(path)
        self.extension = _extension_of(self._name)
        self._text: TextCheck | None = None
        #: The bytes of an office document, which is an archive again and read as one.
        self.document: bytearray | None = None
        if not is_part:
            self._check_ending()
            if not _is_litter(self._name):
                self._check_name(holds_source=holds_source)

    def _check_ending(self) -> None:
        """Whatever a file is besides, no system may run it for its name: ``.bat`` runs, and so does ``._run.bat``."""
        ending = ending_of(self._path)
        if ending in PROGRAM_NAMES:
            self._refuse("member_program")
        if ending in ARCHIVE_NAMES:
            self._refuse("member_archive")

    def _check_name(self, *, holds_source: bool) -> None:
        is_source = self.extension in SOURCE_TEXTS or self.extension in PROJECT_HEADS
        if self.extension and self.extension not in MEDIA_TYPES and not (holds_source and is_source):
            self._refuse("member_source_type" if holds_source else "member_type")
        if self.extension in OFFICE:
            self.document = bytearray()
        elif self.extension in TEXTS or self.extension in SOURCE_TEXTS or not self.extension:
            self._text = TextCheck()

    def feed(self, piece: bytes) -> None:
        """:class:`MemberRefused` as soon as something is wrong."""
        if not self._head:
            self._head = piece[:HEAD_BYTES]
            self._check_head()
        if self.document is not None:
            self.document += piece
        elif self._text is not None:
            self._check_text(piece)

    def end(self) -> None:
        """All of it was read; an empty file is nothing that could be wrong."""
        if self._text is not None:
            self._check_text(b"", is_last=True)

    def _check_head(self) -> None:
        if is_program(self._head):
            self._refuse("member_program")
        if self._is_part:
            return
        if _is_litter(self._name):
            if not any(
                self._name.startswith(name) and self._head.startswith(head)
                for name, head in _LITTER_HEADS.items()
            ):
                self._refuse("member_content")
        elif self.document is None and is_archive(self._head):
            self._refuse("member_archive")
        elif self._text is None and self.document is None and not has_head(self._head, self.extension):
            self._refuse("member_content")

    def _check_text(self, piece: bytes, *, is_last: bool = False) -> None:
        assert self._text is not None
        wrong = self._text.wrong(piece, is_last=is_last)
        if wrong is not None:
            self._refuse(f"member_{wrong}")

    def _refuse(self, code: str) -> None:
        raise MemberRefused(code, self._path)


def ending_of(path: str) -> str:
    """What the name of a file ends with behind its last dot, in small letters; also of ``.bat``, which systems run."""
    _, dot, ending = _name_of(path).rpartition(".")
    return ending if dot else ""


def _name_of(path: str) -> str:
    """Some systems let go of what a name ends with: ``run.bat.`` is ``run.bat`` there."""
    return path.rpartition("/")[2].lower().rstrip(". ")


def _extension_of(name: str) -> str:
    """The end of a name in small letters; nothing of ``README`` and ``.gitignore``, which are texts."""
    stem, _, extension = name.rpartition(".")
    return extension if stem else ""


def _is_litter(name: str) -> bool:
    return name.startswith(tuple(_LITTER_HEADS))
