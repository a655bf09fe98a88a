"""What the package ``holidays`` knows: public holidays and weekends of countries."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from holidays import HolidayBase

#: Where a zone says in which part of a country people live, and the parts have holidays of their own.
_PARTS = {
    "Australia/Adelaide": "AU-SA",
    "Australia/Brisbane": "AU-QLD",
    "Australia/Darwin": "AU-NT",
    "Australia/Hobart": "AU-TAS",
    "Australia/Melbourne": "AU-VIC",
    "Australia/Perth": "AU-WA",
    "Australia/Sydney": "AU-NSW",
}


class PublicHoliday(NamedTuple):
    """One day. ``is_estimated`` where it follows the moon and nobody has announced it yet."""

    day: date
    name_ar: str
    name_en: str
    is_estimated: bool


@cache
def source() -> str:
    """Whose word it is."""
    return f"holidays {version('holidays')}"


@cache
def country_of(zone: str) -> str | None:
    """The country of a time zone (``AU-VIC`` for that of Melbourne); None where a zone is of no country, as ``UTC``."""
    return _PARTS.get(zone) or _countries().get(zone)


@cache
def is_known(country: str) -> bool:
    """Whether the package knows the holidays of a country, or of a part of one."""
    import holidays  # a second of import that few processes need

    name, _, part = country.partition("-")
    known = holidays.list_supported_countries()
    return name in known and (not part or part in known[name])


@cache
def public_holidays(country: str, year: int) -> tuple[PublicHoliday, ...]:
    """Those of a year in their order; none of a country that is not known. Where they have no Arabic names, English ones stand in."""
    if not is_known(country):
        return ()
    english, plain = _of(country, year, "en_US"), _of(country, year, None)
    arabic = _of(country, year, "ar") if "ar" in plain.supported_languages else english
    return tuple(
        PublicHoliday(day, _unmarked(arabic[day]), _unmarked(english[day]), "estimated" in english[day])
        for day in sorted(english)
    )


@cache
def holiday_dates(country: str, year: int) -> frozenset[date]:
    return frozenset(one.day for one in public_holidays(country, year))


def is_weekend(country: str, day: date) -> bool:
    """Saturday and Sunday where the package does not know the country."""
    if not is_known(country):
        return day.weekday() in {5, 6}
    return bool(_of(country, day.year, None).is_weekend(day))


@cache
def _of(country: str, year: int, language: str | None) -> HolidayBase:
    import holidays

    name, _, part = country.partition("-")
    return holidays.country_holidays(name, subdiv=part or None, years=year, language=language)


def _unmarked(name: str) -> str:
    return name.replace(" (estimated)", "").replace(" (تقديري)", "")


@cache
def _countries() -> dict[str, str]:
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
