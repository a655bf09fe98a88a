"""Texts of mails as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from casework.workflow.wording import Label

PACKAGE: Final = "casework.mail_texts"


@dataclass(frozen=True, slots=True)
class Wording:
    """In one language; placeholders stand in braces: ``{name}``."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class MailText:
    """Both languages as they are mailed; ``is_own`` where the operator has written one of them."""

    code: str
    ar: Wording
    en: Wording
    is_own: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What the operator writes, both languages at once."""

    subject_ar: str
    text_ar: str
    subject_en: str
    text_en: str


def field(name: str) -> Label:
    return Label(PACKAGE, f"field.{name}")
