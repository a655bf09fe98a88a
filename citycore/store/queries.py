"""SQL kept in files: ``queries.sql`` beside its repository, one block a statement.

A block begins with ``-- name --`` and a line that says what it is for. A line ``-- + name`` in another stands for
what that block has below: a part that many statements share, and no statement itself. ``-- + package/file.sql:name`` stands for
a block of another file.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString

_HEAD = re.compile(r"^-- ([a-z][a-z0-9_]*) --$", re.MULTILINE)
_PART = re.compile(r"^[ ]*-- \+ (\S+)$", re.MULTILINE)


@cache
def load_queries(package: str, file: str = "queries.sql") -> dict[str, LiteralString]:
    """The statements of ``package/file`` by name; ``ValueError`` on a name given twice, a part that nothing is called,
    and parts within themselves.

    The result counts as literal: it comes from files of the project, never from input.
    """
    blocks = _blocks(package, file)
    parts = {name for text in blocks.values() for name in _PART.findall(text)}
    filled = {name: _filled(package, file, name, ()) for name in blocks}
    return {name: text for name, text in filled.items() if name not in parts}


@cache
def _blocks(package: str, file: str) -> dict[str, LiteralString]:
    text = (files(package) / file).read_text("utf-8")
    heads = _HEAD.split(text)
    names, bodies = heads[1::2], heads[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{package}/{file} names a statement twice")
    blocks = {name: body.strip() for name, body in zip(names, bodies, strict=True)}
    own = {name for name in _PART.findall(text) if ":" not in name}
    if not own <= blocks.keys():
        raise ValueError(f"{package}/{file} has no part {', '.join(sorted(own - blocks.keys()))}")
    return blocks


def _filled(package: str, file: str, name: str, outer: tuple[str, ...]) -> LiteralString:
    whole = f"{package}/{file}:{name}"
    if whole in outer:
        raise ValueError(f"{package}/{file} has {name} within itself")
    blocks = _blocks(package, file)
    if name not in blocks:
        raise ValueError(f"{package}/{file} has no part {name}")

    def part(found: re.Match[str]) -> LiteralString:
        place, colon, other = found[1].rpartition(":")
        its_package, _, its_file = place.partition("/") if colon else (package, "", file)
        return _filled(its_package, its_file, other, (*outer, whole))

    return _PART.sub(part, blocks[name])
