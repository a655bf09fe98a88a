"""What is known against the pins, how bad it is, and whether it has been known for too long. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from packaging.utils import canonicalize_name
from packaging.version import Version

from stack.supply.osv import Entry, Severity, fixed_after, is_affected, parts_for, severity_of, worst
from stack.supply.pins import Pin
from stack.supply.reading import Seen
from stack.supply.settings import AdvisorySettings


@dataclass(frozen=True, slots=True)
class Fault:
    """What one entry says of one pin; ``names`` are its own and those that it goes by elsewhere."""

    pin: Pin
    names: frozenset[str]
    severity: Severity
    public_at: datetime
    fixed: Version | None
    summary: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a pin, by all its names; ``due`` is the day by which a release mends it."""

    fault: Fault
    due: date
    is_late: bool
    #: Why it does not touch the hub, if somebody looked at it and that still counts.
    reviewed: str | None

    @property
    def name(self) -> str:
        """The one that most people know: of GitHub, else of PyPI, else the first."""
        ranked = sorted(
            self.fault.names, key=lambda one: (not one.startswith("GHSA-"), not one.startswith("PYSEC-"), one)
        )
        return ranked[0]


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody looked at an advisory and found that the hub is not touched, which counts until a day."""

    reason: str
    until: date

    @classmethod
    def of(cls, said: Mapping[str, object]) -> Self:
        """``ValueError`` for what is none."""
        reason, until = said.get("reason"), said.get("until")
        if not isinstance(reason, str) or not reason.strip() or type(until) is not date:
            raise ValueError("reason, until")
        return cls(reason, until)


def find_faults(pins: Sequence[Pin], entries: Iterable[Entry], seen: Seen) -> list[Fault]:
    """In the order of entries; one whose bounds are no versions is counted as unreadable."""
    by_name: dict[str, list[Pin]] = {}
    for pin in pins:
        by_name.setdefault(pin.name, []).append(pin)
    faults: list[Fault] = []
    for entry in entries:
        named = {canonicalize_name(one.package.name) for one in entry.affected if one.package}
        try:
            faults += [fault for name in named & by_name.keys() for fault in _faults(by_name[name], entry)]
        except ValueError as error:  # InvalidVersion, or a number of more digits than Python reads
            seen.refuse(f"{entry.id}: {error}")
    return faults


def findings_of(
    faults: Sequence[Fault], reviews: Mapping[str, Review], now: datetime, settings: AdvisorySettings
) -> list[Finding]:
    """The worst first, of those what has been public the longest; entries about the same fault of a pin are one."""
    days = {
        Severity.CRITICAL: settings.critical_days,
        Severity.HIGH: settings.high_days,
        Severity.MEDIUM: settings.medium_days,
        Severity.LOW: settings.low_days,
    }
    found = [_finding(fault, reviews, now, days) for fault in _merged(faults)]
    order = list(Severity)
    return sorted(
        found, key=lambda one: (order.index(one.fault.severity), one.due, one.name, one.fault.pin.purl)
    )


def _finding(
    fault: Fault, reviews: Mapping[str, Review], now: datetime, days: Mapping[Severity, int]
) -> Finding:
    due = fault.public_at.astimezone(UTC).date() + timedelta(days=days[fault.severity])
    today = now.astimezone(UTC).date()
    counted = [
        reviews[name] for name in sorted(fault.names) if name in reviews and today <= reviews[name].until
    ]
    reviewed = counted[0].reason if counted else None
    return Finding(fault, due, reviewed is None and today > due, reviewed)


def _faults(pins: Sequence[Pin], entry: Entry) -> Iterable[Fault]:
    for pin in pins:
        parts = [part for part in parts_for(entry, pin.name) if is_affected(part, pin.version)]
        if parts:
            fixes = [fix for part in parts if (fix := fixed_after(part, pin.version)) is not None]
            at = entry.public_at
            yield Fault(
                pin,
                frozenset({entry.id, *entry.aliases}),
                worst(severity_of(entry, part) for part in parts),
                at if at.tzinfo else at.replace(tzinfo=UTC),
                max(fixes, default=None),
                entry.summary,
            )


def _merged(faults: Sequence[Fault]) -> list[Fault]:
    """Faults of a pin that share a name are one: the worst severity, the earliest instant, the latest fix."""
    merged: list[Fault] = []
    for fault in faults:
        same = [one for one in merged if one.pin == fault.pin and one.names & fault.names]
        merged = [one for one in merged if one not in same]
        for one in same:
            fault = _together(one, fault)  # noqa: PLW2901 (it grows by what it is joined to)
        merged.append(fault)
    return merged


def _together(one: Fault, other: Fault) -> Fault:
    fixes = [fix for fix in (one.fixed, other.fixed) if fix is not None]
    return Fault(
        one.pin,
        one.names | other.names,
        worst(iter((one.severity, other.severity))),
        min(one.public_at, other.public_at),
        max(fixes, default=None),
        one.summary or other.summary,
    )
