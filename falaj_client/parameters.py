"""Filters as the API takes them in addresses."""

from __future__ import annotations

from typing import Any

Parameters = tuple[tuple[str, str], ...]


def given(**filters: Any) -> Parameters:
    """The filters that were given, in the order of the signature."""
    return tuple((name, _spelled(value)) for name, value in filters.items() if value is not None)


def checked_limit(limit: int | None) -> int | None:
    """A ``ValueError`` for less than one element."""
    if limit is not None and limit < 1:
        raise ValueError("limit must be at least 1")
    return limit


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
