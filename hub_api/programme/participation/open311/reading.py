"""What programs send, as values; what is wrong is refused at the argument. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from casework.cases.model import Asker
from casework.follow_up.rules import read_number
from casework.forms.reading import POINT_DECIMALS
from casework.governorates.model import Governorate
from casework.governorates.wilayats import wilayat_named
from casework.people.addresses import parse_address
from casework.people.errors import InvalidAddress
from citycore.intervals import parse_instant
from citycore.language import Language
from citycore.normalisation import without_turning
from hub_api.programme.participation.open311.errors import (
    ArgumentMissing,
    ArgumentWrong,
    JurisdictionUnknown,
    ServiceUnknown,
    SpanTooLong,
)
from hub_api.programme.participation.open311.model import AGENCY, GOVERNORATE
from hub_api.programme.participation.open311.problems import SERVICES, STATUSES, Limits, Report

_NAMES: Final = {"first_name": 50, "last_name": 49, "phone": 30, "email": 254}
_LINK_CHARACTERS: Final = 2_000
_ADDRESS_CHARACTERS: Final = 500
_NUMBERS_MAX: Final = 100
_PAGES_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which problems: with these numbers, or else of a time, of services and states; the parameters of the statement."""

    numbers: list[str] | None
    start: datetime
    end: datetime
    topics: list[str] | None
    states: list[str] | None
    rows: int
    skipped: int


def require_jurisdiction(said: str, settings: Limits) -> None:
    """Nobody has to name it, since there is one."""
    if said not in {"", settings.jurisdiction}:
        raise JurisdictionUnknown(jurisdiction_id=_shown(said))


def read_service(code: str) -> str:
    if code not in SERVICES:
        raise ServiceUnknown(service_code=_shown(code))
    return code


def read_wanted(sent: Mapping[str, str], now: datetime, limits: Limits) -> Wanted:
    """The last days where no time is said."""
    span = timedelta(days=limits.open311_days_max)
    start, end = _instant(sent, "start_date"), _instant(sent, "end_date")
    end = end or (now if start is None else start + span)
    start = start or end - span
    if end - start > span:
        raise SpanTooLong(days_max=limits.open311_days_max)
    codes, statuses = _several(sent, "service_code"), _several(sent, "status")
    unknown = [one for one in statuses if one not in STATUSES]
    if unknown:
        raise ArgumentWrong(name="status", expected=", ".join(STATUSES))
    rows = _whole(sent, "page_size", limits.open311_rows_max, limits.open311_rows_max)
    return Wanted(
        [read_number(one) or "" for one in _several(sent, "service_request_id")] or None,
        start,
        end,
        [read_service(one) for one in codes] or None,
        [state for one in statuses for state in STATUSES[one]] or None,
        rows,
        rows * (_whole(sent, "page", 1, _PAGES_MAX) - 1),
    )


def read_report(sent: Mapping[str, str], language: Language, limits: Limits) -> Report:
    """A problem of a public place, as somebody's program reports it."""
    service = read_service(_required(sent, "service_code"))
    said = _required(sent, "description", limits.body_characters_max)
    address = _bounded(sent, "address_string", _ADDRESS_CHARACTERS)
    media = _bounded(sent, "media_url", _LINK_CHARACTERS)
    if media and not media.startswith(("https://", "http://")):
        raise ArgumentWrong(name="media_url", expected="https://…")
    # What the thread has no place of its own for stands below the words.
    body = "\n\n".join(one for one in (said, address, media) if one)
    if len(body) > limits.body_characters_max:
        raise ArgumentWrong(name="description", expected=f"1–{limits.body_characters_max}")
    return Report(
        service,
        _agency(sent),
        without_turning(" ".join(said.splitlines()[0].split()))[: limits.subject_characters_max],
        body,
        *_place(sent, address),
        language,
        _asker(sent),
    )


def _asker(sent: Mapping[str, str]) -> Asker:
    first, last, phone, email = (_bounded(sent, name, most) for name, most in _NAMES.items())
    if email:
        try:
            email = parse_address(email).written
        except InvalidAddress:
            raise ArgumentWrong(name="email", expected="name@example.om") from None
    return Asker(name=without_turning(f"{first} {last}").strip(), email=email, telephone=phone)


def _agency(sent: Mapping[str, str]) -> UUID:
    name = f"attribute[{AGENCY}]"
    try:
        return UUID(_required(sent, name))
    except ValueError:
        raise ArgumentWrong(name=name, expected="services/{service_code}") from None


def _place(sent: Mapping[str, str], address: str) -> tuple[Governorate, str, float | None, float | None]:
    """Governorate and wilayat, longitude and latitude."""
    name = f"attribute[{GOVERNORATE}]"
    said = _required(sent, name)
    if said not in set(Governorate):
        raise ArgumentWrong(name=name, expected="services/{service_code}")
    governorate = Governorate(said)
    latitude, longitude = _degrees(sent, "lat", 90), _degrees(sent, "long", 180)
    if (latitude is None) != (longitude is None):
        raise ArgumentMissing(name="lat, long")
    if latitude is None and not address:
        raise ArgumentMissing(name="lat, long | address_string")
    parts = address.replace("،", ",").split(",")
    wilayat = next((found for part in parts if (found := wilayat_named(part, governorate))), None)
    return governorate, "" if wilayat is None else wilayat.name_ar, longitude, latitude


def _degrees(sent: Mapping[str, str], name: str, most: int) -> float | None:
    said = sent.get(name, "").strip()
    if not said:
        return None
    try:
        degrees = float(said)
    except ValueError:
        degrees = math.nan
    if not abs(degrees) <= most:
        raise ArgumentWrong(name=name, expected=f"−{most}–{most}")
    return round(degrees, POINT_DECIMALS)


def _instant(sent: Mapping[str, str], name: str) -> datetime | None:
    said = sent.get(name, "").strip()
    if not said:
        return None
    try:
        found = parse_instant(said)
    except (ValueError, OverflowError):
        found = None
    # So that a span can be counted from it.
    if found is None or not datetime(1970, 1, 1, tzinfo=UTC) < found < datetime(9000, 1, 1, tzinfo=UTC):
        raise ArgumentWrong(name=name, expected="2026-11-27T08:00:00+04:00")
    return found


def _several(sent: Mapping[str, str], name: str) -> list[str]:
    found = [one.strip() for one in sent.get(name, "").split(",") if one.strip()]
    if len(found) > _NUMBERS_MAX:
        raise ArgumentWrong(name=name, expected=f"0–{_NUMBERS_MAX}")
    return found


def _whole(sent: Mapping[str, str], name: str, usual: int, most: int) -> int:
    said = sent.get(name, "").strip()
    if not said:
        return usual
    if not (said.isascii() and said.isdecimal() and len(said) < 9 and 1 <= int(said) <= most):
        raise ArgumentWrong(name=name, expected=f"1–{most}")
    return int(said)


def _bounded(sent: Mapping[str, str], name: str, most: int) -> str:
    said = sent.get(name, "").strip()
    if len(said) > most:
        raise ArgumentWrong(name=name, expected=f"0–{most}")
    return said


def _required(sent: Mapping[str, str], name: str, most: int = _LINK_CHARACTERS) -> str:
    said = _bounded(sent, name, most)
    if not said:
        raise ArgumentMissing(name=name)
    return said


def _shown(said: str) -> str:
    return said[:60]
