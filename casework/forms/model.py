"""What a form asks, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class FieldKind(StrEnum):
    """What is asked for in a field."""

    LINE = "line"
    TEXT = "text"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class FormField:
    """One question to those who take part."""

    code: str
    name_ar: str
    name_en: str
    kind: FieldKind = FieldKind.TEXT
    is_required: bool = False
    characters_max: int = 2_000
    #: Whether the answer tells who they are: it then reaches nobody who must not know.
    is_identifying: bool = False


class Wrong(NamedTuple):
    """What is not as it must be (``form``, ``form_field`` or ``answer``), and what it may be."""

    name: str
    limit: str
