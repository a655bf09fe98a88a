"""From the data file to changes, feeds and header fields: pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, timedelta
from email.utils import format_datetime
from importlib.resources import files
from typing import Any

from citycore.language import LANGUAGES, Language
from hub_api.developers.changes.model import Change, Kind, Words, midnight, urn_of
from hub_api.serving.texts import TEXTS

#: The promise of the deprecation policy.
OVERLAP = timedelta(days=365)
Fields = tuple[tuple[str, str], ...]


def shipped_changes() -> tuple[Change, ...]:
    """The changes of this version of the API, newest first."""
    return parse_changes((files("hub_api.developers.changes") / "changes.toml").read_text("utf-8"))


def parse_changes(text: str) -> tuple[Change, ...]:
    """Changes newest first, those of one day in the order of the file; ``ValueError`` if the policy is broken."""
    changes = [_change(table) for table in tomllib.loads(text)["change"]]
    if len({change.slug for change in changes}) < len(changes):
        raise ValueError("two changes have the same id")
    return tuple(sorted(changes, key=lambda change: change.day, reverse=True))


def _change(table: dict[str, Any]) -> Change:
    words: dict[Language, Words] = {language: Words(**table[language]) for language in LANGUAGES}
    change = Change(
        slug=table["id"],
        day=table["date"],
        kind=Kind(table["kind"]),
        paths=tuple(table["paths"]),
        words=words,
        sunset=table.get("sunset"),
    )
    if (change.kind is Kind.DEPRECATED) != (change.sunset is not None):
        raise ValueError(f"{change.slug}: what is deprecated has a sunset, and nothing else has one")
    if change.sunset is not None and change.sunset - change.day < OVERLAP:
        raise ValueError(f"{change.slug}: the sunset must be {OVERLAP.days} days later or more")
    return change


def deprecation_fields(changes: Iterable[Change]) -> Mapping[str, Fields]:
    """By deprecated path: Deprecation (RFC 9745), Sunset (RFC 8594), and where both are explained."""
    return {
        path: _fields(change) for change in changes if change.kind is Kind.DEPRECATED for path in change.paths
    }


def _fields(change: Change) -> Fields:
    assert change.sunset is not None
    sunset = format_datetime(midnight(change.sunset).astimezone(UTC), usegmt=True)
    return (
        ("Deprecation", f"@{int(change.moment.timestamp())}"),
        ("Sunset", sunset),
        ("Link", f'</changes#{change.slug}>; rel="deprecation"; type="text/html"'),
    )


def json_feed(changes: Sequence[Change], language: Language, base_url: str) -> dict[str, Any]:
    """The changes as JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TEXTS.text("changes.title", language),
        "home_page_url": f"{base_url}/changes?lang={language}",
        "feed_url": f"{base_url}/changes.json?lang={language}",
        "language": language,
        "items": [_item(change, language, base_url) for change in changes],
    }


def _item(change: Change, language: Language, base_url: str) -> dict[str, Any]:
    words = change.words[language]
    return {
        "id": change.urn,
        "url": entry_url(change, language, base_url),
        "title": words.title,
        "content_text": words.text,
        "date_published": change.moment.isoformat(),
        "tags": [change.kind],
        "_falaj": {"paths": change.paths, "sunset": change.sunset},
    }


def entry_url(change: Change, language: Language, base_url: str) -> str:
    return f"{base_url}/changes?lang={language}#{change.slug}"


def feed_urn() -> str:
    return urn_of("changes")
