"""Service alerts of a feed of GTFS Realtime. Pure.

Texts and lists are cut to what an alert may hold; how many informed entities are left out is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from google.transit import gtfs_realtime_pb2

from citycore.clock import EPOCH
from ingest.decoders.model import AlertLimits, Refusal, ServiceAlert, ServiceAlerts

_Alert = gtfs_realtime_pb2.Alert
_ID_CHARACTERS_MAX = 200


def read_alerts(
    feed: Any, stated_at: datetime | None, limits: AlertLimits, refusals: list[Refusal]
) -> ServiceAlerts | None:
    """What a feed says of alerts; None of one that only brings changes, and none of them to an alert."""
    is_whole = feed.header.incrementality == gtfs_realtime_pb2.FeedHeader.FULL_DATASET
    told: dict[str, ServiceAlert] = {}
    deleted, left_out = set(), 0
    for entity in feed.entity:
        name = _clean(entity.id, _ID_CHARACTERS_MAX)
        if entity.is_deleted:
            deleted.add(name)
        elif entity.HasField("alert"):
            if name in told or len(told) < limits.alerts_max:
                told[name] = _alert(name, entity.alert, limits)
            else:
                left_out += 1
    if left_out:
        refusals.append(Refusal("alert", "too_large", f"{left_out} alerts beyond {limits.alerts_max}"))
    if not is_whole and not told and not deleted:
        return None
    return ServiceAlerts(stated_at, tuple(told.values()), is_whole=is_whole, deleted=frozenset(deleted))


def _alert(name: str, alert: Any, limits: AlertLimits) -> ServiceAlert:
    every = list(dict.fromkeys(_informed(one, limits) for one in alert.informed_entity))
    # Whole routes first: what is cut says where on them.
    every.sort(key=lambda one: dict(one)["stop"] is not None)
    return ServiceAlert(
        alert=name,
        active_periods=[
            {"start": _instant(one.start), "end": _instant(one.end)}
            for one in alert.active_period[: limits.periods_max]
        ],
        informed=[dict(one) for one in every[: limits.informed_max]],
        informed_left_out=max(0, len(every) - limits.informed_max),
        cause=_Alert.Cause.Name(alert.cause).lower(),
        effect=_Alert.Effect.Name(alert.effect).lower(),
        severity=_Alert.SeverityLevel.Name(alert.severity_level).lower(),
        header=_texts(alert.header_text.translation, limits.header_characters_max, limits),
        description=_texts(alert.description_text.translation, limits.description_characters_max, limits),
        url=_texts(alert.url.translation, limits.description_characters_max, limits),
    )


def _informed(one: Any, limits: AlertLimits) -> tuple[tuple[str, Any], ...]:
    def given(value: str) -> str | None:
        return _clean(value, limits.header_characters_max) or None

    return (
        ("agency", given(one.agency_id)),
        ("route", given(one.route_id or one.trip.route_id)),
        ("route_type", one.route_type if one.HasField("route_type") else None),
        ("direction", one.direction_id if one.HasField("direction_id") else None),
        ("stop", given(one.stop_id)),
        ("trip", given(one.trip.trip_id)),
    )


def _texts(translations: Iterable[Any], characters: int, limits: AlertLimits) -> list[dict[str, str | None]]:
    """The first of each language; None is the language of which the feed says nothing."""
    found: dict[str | None, str] = {}
    for one in translations:
        if text := _clean(one.text, characters):
            found.setdefault(_clean(one.language, _ID_CHARACTERS_MAX) or None, text)
    kept = list(found.items())[: limits.languages_max]
    return [{"language": language, "text": text} for language, text in kept]


def _instant(seconds: int) -> str | None:
    """None for an open end, and for what is no time."""
    if not seconds:
        return None
    try:
        return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
    except OverflowError:
        return None


def _clean(text: str | bytes, characters: int) -> str:
    """As the database can take it, cut with a sign. What is no UTF-8 comes as bytes."""
    stated = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    whole = stated.replace("\0", "\ufffd")
    return whole if len(whole) <= characters else f"{whole[: characters - 1]}…"
