"""Support as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

PACKAGE: Final = "casework.supports"


@dataclass(frozen=True, slots=True)
class Support:
    """Counted apart: people with accounts, and browsers, from which repeats are possible.

    ``in_an_hour`` is the most that came within one hour. A noun reads it from the view ``participation.support_counts``.
    """

    accounts: int
    browsers: int
    in_an_hour: int


class Supporter(NamedTuple):
    """Somebody with an account, or a browser."""

    person_id: UUID | None
    browser: UUID | None
