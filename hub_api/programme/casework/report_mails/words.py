"""What the pages of reports by mail call things, and how their forms are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.report_mails.model import DAYS, WEEKDAYS, Choice, Known, Rhythm, Subscription, Times
from casework.report_mails.service import Vocabulary
from casework.workflow.wording import Label
from citycore.language import LANGUAGES, Language
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS

#: What the dashboards put into the address, by the names of our fields.
PREFILLED: Mapping[str, str] = {
    "place": "place",
    "observed_property": "property",
    "days": "days",
    "language": "language",
}
#: With which a form begins: the week before, on the first working day of Oman's week, in the morning.
BEGINNING: Mapping[str, str] = {
    "days": "7",
    "rhythm": Rhythm.WEEKLY.value,
    "weekdays": "7",
    "month_day": "1",
    "hour": "7",
}


def choice_of(form: Form) -> Choice:
    """:class:`FormUnreadable` for what no page of ours sends; what the hub knows is asked by the noun."""
    language = next((one for one in LANGUAGES if one == form.text("language")), None)
    if language is None:
        raise FormUnreadable
    return Choice(form.text("place"), form.text("observed_property"), form.number("days"), language)


def times_of(form: Form) -> Times:
    rhythm = next((one for one in Rhythm if one.value == form.text("rhythm")), None)
    weekdays = [text for text in form.all("weekdays") if text in set("1234567")]
    if rhythm is None or len(weekdays) != len(form.all("weekdays")):
        raise FormUnreadable
    day = form.number("month_day") if form.text("month_day").strip() else None
    return Times(rhythm, tuple(int(text) for text in weekdays), day, form.number("hour"))


def wish_of(form: Form) -> tuple[Choice, Times]:
    return choice_of(form), times_of(form)


def choices(known: Vocabulary, language: Language) -> dict[str, Any]:
    """What the form offers."""
    return {
        "places": [(one.code, one.names.shown(language)) for one in known.places],
        "properties": [(one.code, one.names.shown(language)) for one in known.properties],
        "days_rows": [(str(days), _days(days, language)) for days in DAYS],
        "languages": [("ar", "العربية"), ("en", "English")],
        "rhythms": Rhythm.choices(language),
        "weekdays": [(str(number), weekday(number, language)) for number in (7, 1, 2, 3, 4, 5, 6)],
        "hours": [(str(hour), f"{hour:02d}:00") for hour in range(24)],
    }


def told(one: Subscription, known: Vocabulary, language: Language) -> dict[str, Any]:
    """A subscription as its row says it."""
    choice, times = one.choice, one.times
    place = _shown(_named(known.places, choice.place), language)
    hour = f"{times.hour:02d}:00"
    days = WORDS.text("reports.comma", language).join(weekday(day, language) for day in times.weekdays)
    said = {"hour": hour, "weekdays": days, "day": times.month_day}
    return {
        "place": place or WORDS.text("reports.everywhere", language),
        "property": _shown(_named(known.properties, choice.observed_property), language),
        "days": _days(choice.days, language),
        "language": "العربية" if choice.language == "ar" else "English",
        "times": WORDS.text(f"reports.times_{times.rhythm.value}", language, **said),
    }


def weekday(number: int, language: Language) -> str:
    """1 is Monday."""
    return Label("casework.workflow", f"instant.{WEEKDAYS[number - 1]}").text(language)


def _named(known: Sequence[Known], code: str) -> Known | str:
    """What the hub knows by the code; else the code itself, which may have gone since."""
    return next((one for one in known if one.code == code), code)


def _shown(one: Known | str, language: Language) -> str:
    return one if isinstance(one, str) else one.names.shown(language)


def _days(days: int, language: Language) -> str:
    return WORDS.text("reports.last_days", language, days=days)
