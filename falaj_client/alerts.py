"""Alerts, as the API answers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from falaj_client.model import Name, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a rule has raised. ``kind`` is ``threshold``, ``rate``, ``missing``, ``band`` or ``forecast``; ``text`` says what to do.

    ``value`` is in ``unit`` (of a rate units per hour, of a forecast a probability). ``raised_at`` is by the clock of the phenomenon,
    ``noted_at`` by that of the hub; ``cleared_at`` is None while it goes on, ``false_alarm`` while nobody has assessed it. ``above`` and
    ``below`` are the bounds of the rule in ``bound_unit``, or in the unit of the property; of a forecast they are passed with ``probability``.
    """

    alert: str
    rule: str
    kind: str
    name: Name
    text: Name
    severity: str
    category: str
    thing: str
    thing_name: Name
    source: str
    simulated: bool
    place: str | None
    place_name: Name | None
    location: Position | None
    datastream: int | None
    observed_property: str | None
    index: str | None
    value: float | None
    unit: str | None
    raised_at: datetime
    noted_at: datetime
    expected_at: datetime | None
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    false_alarm: bool | None
    above: float | None = None
    below: float | None = None
    bound_unit: str | None = None
    probability: float | None = None
