"""What may be written, and what is said of a result. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from casework.decisions.model import Draft as NewDecision
from casework.people.model import Names
from casework.statistics.releases.model import Draft
from casework.statistics.statement import statements
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from casework.workflow.wording import Span
from participation.surveys.model import (
    CHANNELS,
    PACKAGE,
    Dates,
    Description,
    Survey,
)
from participation.surveys.settings import SurveySettings

FIELDS: Final = Fields(PACKAGE)


def wrong_fields(description: Description, settings: SurveySettings) -> Iterator[Refusal]:
    """What cannot be stored like this. A service has a name in both languages, or none is evaluated."""
    yield from FIELDS.wrong_texts(description, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(description, ("purpose_ar", "purpose_en"), settings.purpose_characters_max)
    least = 1 if description.service_ar.strip() or description.service_en.strip() else 0
    names = ("service_ar", "service_en")
    yield from FIELDS.wrong_texts(description, names, settings.service_characters_max, least)
    possible = CHANNELS[description.sampling]
    if not description.channels or not description.channels <= possible:
        yield FIELDS.wrong("channels", ", ".join(sorted(possible)))


def wrong_dates(dates: Dates, settings: SurveySettings, at: datetime) -> Iterator[Refusal]:
    """It opens in the future, and is open for a while."""
    if dates.opens <= at:
        yield FIELDS.wrong("opens", Span(after=at))
    if not timedelta(0) < dates.closes - dates.opens <= timedelta(days=settings.days_max):
        yield FIELDS.wrong("closes", f"1–{settings.days_max}")


def decision_of(survey: Survey, draft: Draft) -> NewDecision:
    """What is entered to be decided: for what people were asked, and who answered."""
    said, purposes = statements(draft.facts), survey.description.purposes
    heard = Names(f"{purposes.ar}\n\n{said.ar}", f"{purposes.en}\n\n{said.en}")
    return NewDecision(
        title_ar=survey.description.title_ar,
        title_en=survey.description.title_en,
        heard_ar=str(heard.ar),
        heard_en=str(heard.en),
    )
