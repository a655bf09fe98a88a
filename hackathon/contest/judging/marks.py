"""Marks as they are stored: decimals as text, and a word for what does not apply. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from hackathon.contest.judging.model import NOT_APPLICABLE, Mark


def write_marks(marks: Mapping[str, Mark]) -> dict[str, str]:
    return {code: mark.value if mark is NOT_APPLICABLE else str(mark) for code, mark in marks.items()}


def read_marks(written: Mapping[str, str]) -> dict[str, Mark]:
    """What :func:`write_marks` gave."""
    return {
        code: NOT_APPLICABLE if text == NOT_APPLICABLE.value else Decimal(text)
        for code, text in written.items()
    }
