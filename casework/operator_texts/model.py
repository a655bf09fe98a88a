"""Texts about the hub as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PACKAGE: Final = "casework.operator_texts"
#: What is filled in where it stands in braces: the name of the operator, and how it is reached.
PLACEHOLDERS: Final = frozenset({"operator", "contact"})


@dataclass(frozen=True, slots=True)
class Written:
    """Both languages of a text, in Markdown."""

    text_ar: str
    text_en: str
