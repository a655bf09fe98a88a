"""Who is signed in here, and what the hub is asked in their name.

Everything public works without. The token is one of the person's own tokens at the hub, with the scopes of the
dashboards alone, and stays in this process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """``roles`` are the codes of the hub's roles, as ``duty_officer``; ``token`` is never shown."""

    name: str
    roles: frozenset[str]
    token: str = field(repr=False)


def signed_in() -> Account | None:
    """Who this session belongs to; None of somebody unknown."""
    return None


def ask(
    account: Account,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Any:
    """The hub's answer to one operation of :mod:`hub_api.programme.programs`, as JSON; ``version`` is sent as If-Match.

    Raises :class:`citycore.errors.FalajError` with the hub's own words, code and language where it refuses, and
    where it is away.
    """
    raise NotImplementedError
