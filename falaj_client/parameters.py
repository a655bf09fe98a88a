"""Filters as the API takes them in addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

Parameters = tuple[tuple[str, str], ...]
#: One name or number, or several: what fits any of them.
Several = str | int | Iterable[str | int] | None
#: Oman keeps it all year, so that no table of zones is needed.
MUSCAT = timezone(timedelta(hours=4))


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


def several(name: str, values: Several) -> str | None:
    """One value or more of a filter that takes several; a ``ValueError`` for none at all or one that would be two."""
    if values is None or isinstance(values, str | int):
        return None if values is None else str(values)
    texts = [str(value) for value in values]
    if not texts:
        raise ValueError(f"{name} has no value; leave it out to ask for all")
    if any("," in text for text in texts):
        raise ValueError(f"{name} has a value with a comma in it, which would be two")
    return ",".join(texts)


def names_text(names: str | Iterable[str] | None) -> str | None:
    return names if names is None or isinstance(names, str) else ",".join(names)


def box_text(box: Sequence[float] | str | None) -> str | None:
    """Numbers in plain decimals; text goes to the API as it is."""
    return box if box is None or isinstance(box, str) else ",".join(_decimals(box))


def instant_text(parameter: str, moment: datetime | date | str | None) -> str | None:
    """RFC 3339 UTC; text goes to the API as it is. As ``start`` or ``end`` a day is the whole day, as the API reads it, elsewhere the
    midnight with which it begins. A ``ValueError`` for a time without an offset, or for no time.
    """
    if moment is None or isinstance(moment, str):
        return moment
    if not isinstance(moment, date):
        reason = f"{parameter} is a datetime, a date or text, not a {type(moment).__name__}"
        raise ValueError(reason)  # noqa: TRY004  # one error for all wrong arguments
    if not isinstance(moment, datetime):
        if parameter in ("start", "end"):
            return moment.isoformat()
        moment = datetime.combine(moment, time(), MUSCAT)
    if moment.tzinfo is None:
        raise ValueError(f"{parameter} has no offset; give it one, for example datetime.now(UTC)")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _decimals(numbers: Iterable[float]) -> Iterable[str]:
    return (format(float(number), ".7f").rstrip("0").rstrip(".") for number in numbers)
