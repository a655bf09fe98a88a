"""The client's own texts, in Arabic and English."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from falaj_client.model import Language


def text(key: str, language: Language, **fields: object) -> str:
    """The text of ``key`` with its ``{fields}`` filled in."""
    return _texts(language)[key].format(**fields)


@cache
def _texts(language: Language) -> dict[str, str]:
    file = files("falaj_client") / "messages" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))
