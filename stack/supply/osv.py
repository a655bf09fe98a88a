"""Advisories as the Open Source Vulnerability format writes them (OSV schema 1.7): what of it decides. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import Version

ECOSYSTEM: Final = "PyPI"
#: Packages that are an attack themselves: whoever has one is attacked already.
_MALICIOUS: Final = "MAL-"


class Severity(StrEnum):
    """From worst to least; what nobody rated counts as ``high`` until somebody does."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


_ORDER: Final = tuple(Severity)
#: Least scores of CVSS, and the words that databases use.
_SCORES: Final = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.0, Severity.LOW))
_WORDS: Final = {one.value: one for one in Severity} | {"moderate": Severity.MEDIUM}


class Event(msgspec.Struct):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class Range(msgspec.Struct):
    type: str
    events: list[Event] = []


class Package(msgspec.Struct):
    ecosystem: str
    name: str


class Rating(msgspec.Struct):
    type: str
    score: str


class Affected(msgspec.Struct):
    package: Package | None = None
    ranges: list[Range] = []
    versions: list[str] = []
    severity: list[Rating] = []


class Entry(msgspec.Struct):
    id: str
    modified: datetime
    published: datetime | None = None
    withdrawn: datetime | None = None
    aliases: list[str] = []
    summary: str = ""
    severity: list[Rating] = []
    affected: list[Affected] = []
    database_specific: dict[str, Any] | None = None

    @property
    def public_at(self) -> datetime:
        return self.published or self.modified


def parts_for(entry: Entry, name: str) -> Iterator[Affected]:
    """What an entry says about a package of PyPI, by its canonical name."""
    for part in entry.affected:
        package = part.package
        if package and package.ecosystem == ECOSYSTEM and canonicalize_name(package.name) == name:
            yield part


def is_affected(part: Affected, version: Version) -> bool:
    """By the versions that are listed, or by a range in the order of PEP 440; ``ValueError`` for a bound that is none."""
    if any(_is_version(one, version) for one in part.versions):
        return True
    return any(_is_within(one.events, version) for one in part.ranges if one.type in {"ECOSYSTEM", "SEMVER"})


def fixed_after(part: Affected, version: Version) -> Version | None:
    """The first version after this one in which it is mended, as far as ranges say."""
    fixes = [
        Version(event.fixed)
        for one in part.ranges
        if one.type != "GIT"
        for event in one.events
        if event.fixed
    ]
    return min((fix for fix in fixes if fix > version), default=None)


def severity_of(entry: Entry, part: Affected) -> Severity:
    """By the highest score of CVSS for this package, else for all, else by the database's own word."""
    if entry.id.startswith(_MALICIOUS):
        return Severity.CRITICAL
    scores = [score for one in part.severity or entry.severity if (score := _score(one)) is not None]
    if scores:
        return next(severity for least, severity in _SCORES if max(scores) >= least)
    word = (entry.database_specific or {}).get("severity")
    return _WORDS.get(word.lower(), Severity.HIGH) if isinstance(word, str) else Severity.HIGH


def worst(severities: Iterator[Severity]) -> Severity:
    return min(severities, key=_ORDER.index)


def _is_version(listed: str, version: Version) -> bool:
    try:
        return Version(listed) == version
    except ValueError:  # InvalidVersion, or a number of more digits than Python reads
        return False  # one that pip could not install either


def _is_within(events: list[Event], version: Version) -> bool:
    """The evaluation that the schema lays down: from each beginning to the end that follows it."""
    limits = [one.limit for one in events if one.limit is not None]
    if limits and not any(limit == "*" or version < Version(limit) for limit in limits):
        return False
    within = False
    for _, event in sorted(_placed(events), key=lambda one: one[0]):
        if event.introduced is not None and (event.introduced == "0" or version >= Version(event.introduced)):
            within = True
        if event.fixed is not None and version >= Version(event.fixed):
            within = False
        if event.last_affected is not None and version > Version(event.last_affected):
            within = False
    return within


def _placed(events: list[Event]) -> Iterator[tuple[tuple[bool, Version], Event]]:
    for event in events:
        bound = event.introduced or event.fixed or event.last_affected
        if bound is not None:
            # "0" is before every version, also before those of development.
            yield (bound != "0", Version(bound)), event


def _score(rating: Rating) -> float | None:
    import cvss

    kind = {"CVSS_V2": cvss.CVSS2, "CVSS_V3": cvss.CVSS3, "CVSS_V4": cvss.CVSS4}.get(rating.type)
    if kind is None:
        return None
    try:
        made = kind(rating.score)
    except cvss.CVSSError:
        return None
    return float(made.base_score)
