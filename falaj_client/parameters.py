"""Filters as the API takes them in addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Parameters = tuple[tuple[str, str], ...]


def given(**filters: Any) -> Parameters:
    """The filters that were given, in the order of the signature. A ``ValueError`` for several values at once."""
    return tuple(
        (name, _spelled(single(name, value))) for name, value in filters.items() if value is not None
    )


def single(name: str, value: Any) -> Any:
    """The value; a ``ValueError`` if it is a list or the like, which no filter takes."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        reason = f"{name} takes one value, not a {type(value).__name__}; ask once for each of them"
        raise ValueError(reason)  # noqa: TRY004  # one error for all wrong arguments
    return value


def checked_limit(limit: int | None) -> int | None:
    """A ``ValueError`` for less than one element."""
    if limit is not None and limit < 1:
        raise ValueError("limit must be at least 1")
    return limit


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
