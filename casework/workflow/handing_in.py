"""What a machine says of handing something in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HandingIn:
    """The steps, or the making of an object, with which somebody hands something in: who does is mailed that it arrived, and that it
    stands at ``path``, a page of the portal without its mount in which ``{}`` is the object.
    """

    events: frozenset[str]
    path: str
