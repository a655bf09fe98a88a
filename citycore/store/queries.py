"""SQL kept in files: ``queries.sql`` beside its repository, one block a statement.

A block begins with ``-- name --`` and a line that says what it is for. A line ``-- + name`` in another stands for
what that block has below: a part that many statements share, and no statement itself.
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
    text = (files(package) / file).read_text("utf-8")
    heads = _HEAD.split(text)
    names, bodies = heads[1::2], heads[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{package}/{file} names a statement twice")
    blocks = {name: body.strip() for name, body in zip(names, bodies, strict=True)}
    parts = set(_PART.findall(text))
    if not parts <= blocks.keys():
        raise ValueError(f"{package}/{file} has no part {', '.join(sorted(parts - blocks.keys()))}")

    def fill(name: str, outer: tuple[str, ...]) -> LiteralString:
        if name in outer:
            raise ValueError(f"{package}/{file} has {name} within itself")
        return _PART.sub(lambda found: fill(found[1], (*outer, name)), blocks[name])

    filled = {name: fill(name, ()) for name in names}
    return {name: text for name, text in filled.items() if name not in parts}
