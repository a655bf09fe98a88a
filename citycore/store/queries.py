"""SQL kept in files: ``queries.sql`` beside its repository, one block a statement.

A block begins with ``-- name --`` and a line that says what it is for.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

_HEAD = re.compile(r"^-- ([a-z][a-z0-9_]*) --$", re.MULTILINE)


@cache
def load_queries(package: str, file: str = "queries.sql") -> dict[str, LiteralString]:
    """The statements of ``package/file`` by name; ``ValueError`` on a name given twice.

    The result counts as literal: it comes from files of the project, never from input.
    """
    text = (files(package) / file).read_text("utf-8")
    parts = _HEAD.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{package}/{file} names a statement twice")
    return {name: cast("LiteralString", body.strip()) for name, body in zip(names, bodies, strict=True)}
