"""Who plays: invented people, each under a role by which scenes call them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from citycore.language import Language


@dataclass(frozen=True, slots=True)
class Part:
    """One of the cast; ``email`` is the name of the account too."""

    name_ar: str
    name_en: str
    email: str
    language: Language


def read(name: str) -> dict[str, Any]:
    """One of the files of texts beside this module."""
    return tomllib.loads((files("stack.fiction") / f"{name}.toml").read_text("utf-8"))


class Cast:
    """Deals out names in the order of the file, women and men in turn: the same call gives the same people."""

    def __init__(self) -> None:
        self._people = _people(read("people"))

    def next(self, email: str) -> Part:
        """Somebody new, with this address."""
        language, (name_ar, name_en) = next(self._people)
        return Part(name_ar, name_en, email, language)


def _people(texts: Mapping[str, Any]) -> Iterator[tuple[Language, tuple[str, str]]]:
    family_m, family_f = texts["family_ar"]
    count = 0
    for women, men in zip(texts["women"], texts["men"], strict=True):
        for (given_ar, given_en), family in ((women, family_f), (men, family_m)):
            # Every third reads English, so that pages and mails of both are there.
            language: Language = "en" if count % 3 == 2 else "ar"
            count += 1
            yield language, (f"{given_ar} {family}", f"{given_en} {texts['family_en']}")
