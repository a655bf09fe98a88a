"""Licences of data: what an identifier stands for, in both languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """``code`` is the SPDX identifier where there is one; ``url`` is where its text can be read."""

    code: str
    url: str | None
    name_en: str
    name_ar: str


@cache
def known_licences() -> dict[str, Licence]:
    """The licences of ``licences.toml`` by code."""
    text = (files("citycore") / "licences.toml").read_text("utf-8")
    return {code: Licence(code=code, **row) for code, row in tomllib.loads(text).items()}


def licence_of(
    code: str | None, *, url: str | None = None, name_en: str | None = None, name_ar: str | None = None
) -> Licence | None:
    """The licence of a source: what the source says itself goes before what the hub knows.

    None if the source says nothing; a licence without a name is called by its code.
    """
    if code is None:
        return None
    known = known_licences().get(code) or Licence(code=code, url=None, name_en=code, name_ar=code)
    return Licence(
        code=code,
        url=url or known.url,
        name_en=name_en or known.name_en,
        name_ar=name_ar or known.name_ar,
    )
