"""The command line's texts, in the language of the person at it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache

from citycore.language import LANGUAGES, Catalogue, Language


def choose_language(environment: Mapping[str, str]) -> Language:
    """``FALAJ_LANGUAGE`` if it names one of ours, else Arabic where the locale is Arabic."""
    wanted = environment.get("FALAJ_LANGUAGE", "")
    for language in LANGUAGES:
        if wanted == language:
            return language
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "ar" if locale.startswith("ar") else "en"


@cache
def _catalogue() -> Catalogue:
    return Catalogue("stack")


def text(key: str, **fields: object) -> str:
    """A text of this room; KeyError if there is none."""
    return _catalogue().text(key, choose_language(os.environ), **fields)
