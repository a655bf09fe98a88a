"""The wilayats, so that what people typed is known by a code and shown in public by a name of ours. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from casework.governorates.model import Governorate
from citycore.normalisation import normalise_text

#: Written or left out, as people please.
_ARTICLES = ("al ", "as ", "ar ", "ad ", "ash ", "an ", "wilayat ", "ولايه ")


class Wilayat(NamedTuple):
    """``code`` is ours; Omani wilayats have none of ISO."""

    governorate: Governorate
    code: str
    name_ar: str
    name_en: str


@cache
def wilayats() -> Mapping[str, Wilayat]:
    """By code."""
    return {one.code: one for one, _ in _listed()}


def wilayat_named(text: str, governorate: Governorate | None = None) -> Wilayat | None:
    """Which one is meant, of the governorate where that is known; None for anything else."""
    found = _by_name().get(_bare(text))
    return found if found is not None and governorate in {None, found.governorate} else None


@cache
def _by_name() -> Mapping[str, Wilayat]:
    return {_bare(name): one for one, names in _listed() for name in (*names, one.code.replace("_", " "))}


@cache
def _listed() -> tuple[tuple[Wilayat, tuple[str, ...]], ...]:
    table = tomllib.loads((files("casework.governorates") / "wilayats.toml").read_text("utf-8"))
    return tuple(
        (Wilayat(Governorate(governorate), code, names[0], names[1]), tuple(names))
        for governorate, listed in table.items()
        for code, names in listed.items()
    )


def _bare(text: str) -> str:
    said = " ".join(normalise_text(text).replace("-", " ").split())
    for article in _ARTICLES:
        said = said.removeprefix(article)
    return said.removeprefix("ال")
