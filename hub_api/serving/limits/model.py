"""Limits as values: policies, and what a process holds of one window."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """At most ``quota`` requests in each window of ``seconds``."""

    name: str
    quota: int
    seconds: int


@dataclass(slots=True)
class Holding:
    """What this process knows of one subject's window: how much it may still spend without
    asking, and how much was left for all processes when it last asked.
    """

    window_start: int
    in_hand: int = 0
    left_for_all: int = 0
    spent: int = 0
    is_exhausted: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands with one policy. ``remaining`` is as exact as the last reservation."""

    policy: Policy
    is_allowed: bool
    remaining: int
    reset_seconds: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is counted: a key or an address, by which policies."""

    code: str
    policies: tuple[Policy, ...]
    api_key_id: int | None = None
