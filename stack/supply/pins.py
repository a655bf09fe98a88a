"""Packages as ``requirements.txt`` pins them, with what needs them: read from the file that ``uv pip compile`` writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from stack.supply.errors import PinsUnusable
from stack.texts import text

_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")
#: Who needs a package: ``# via NAME``, or one a line below ``# via``.
_VIA: Final = re.compile(r"^ {4}# (?:via)? *(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)?")
_FILE_BYTES_MAX: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Pin:
    """``marker`` says on which machines, or nothing; ``hashes`` are SHA-256 of its files; ``needed_by`` are names as pinned."""

    name: str
    version: Version
    marker: str
    hashes: tuple[str, ...]
    needed_by: frozenset[str]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def read_pins(file: Path) -> list[Pin]:
    """In the order of the file; :class:`PinsUnusable`."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_FILE_BYTES_MAX + 1).decode()
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise PinsUnusable(file=file, reason=text("supply.no_text")) from error
    if len(content) > _FILE_BYTES_MAX:
        raise PinsUnusable(file=file, reason=text("supply.too_large"))
    pins = [_pin(block, file) for block in _blocks(content)]
    if not pins:
        raise PinsUnusable(file=file, reason=text("supply.no_pin"))
    return pins


def _blocks(content: str) -> Iterator[list[str]]:
    """A pin with the lines that belong to it."""
    block: list[str] = []
    for line in content.splitlines():
        if line and not line[0].isspace() and block:
            yield block
            block = []
        if line.strip() and not line.startswith("#"):
            block.append(line)
    if block:
        yield block


def _pin(block: list[str], file: Path) -> Pin:
    wanted = block[0].removesuffix("\\").strip()
    try:
        asked = Requirement(wanted)
        (exact,) = asked.specifier
        version = Version(exact.version)
    except (InvalidRequirement, ValueError) as error:
        raise PinsUnusable(file=file, reason=text("supply.not_pinned", line=wanted)) from error
    if exact.operator != "==":
        raise PinsUnusable(file=file, reason=text("supply.not_pinned", line=wanted))
    found = [_VIA.match(line) for line in block[1:]]
    needed_by = frozenset(canonicalize_name(hit["name"]) for hit in found if hit and hit["name"])
    hashes = tuple(hit for line in block[1:] for hit in _HASH.findall(line))
    return Pin(canonicalize_name(asked.name), version, str(asked.marker or ""), hashes, needed_by)
