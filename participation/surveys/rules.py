"""What may be written, and what is said of a result. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from casework.counting.model import Given, Result, Targets
from casework.counting.rules import METHOD
from casework.decisions.model import Draft as NewDecision
from casework.people.model import Names
from casework.statistics.releases.model import Draft, Subject
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling, Weighting, statements
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.clock import CITY_ZONE
from participation.surveys.model import (
    CHANNELS,
    KIND,
    PACKAGE,
    Channel,
    Dates,
    Description,
    Survey,
    channel_names,
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
        yield FIELDS.wrong("opens", f"> {at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}")
    if not timedelta(0) < dates.closes - dates.opens <= timedelta(days=settings.days_max):
        yield FIELDS.wrong("closes", f"1–{settings.days_max}")


def is_hasty(seconds: int, pages: int, settings: SurveySettings) -> bool:
    """Nobody reads so fast."""
    return seconds < settings.page_seconds_min * pages


def month_later(at: datetime) -> datetime:
    """The same day and hour of the next month in Muscat, or its last day."""
    local = at.astimezone(CITY_ZONE)
    first = (local.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(local.day, last.day))


def start_of(day: date) -> datetime:
    """When a day begins in Muscat."""
    return datetime.combine(day, datetime.min.time(), CITY_ZONE)


def end_of(day: date) -> datetime:
    """When it is over."""
    return start_of(day + timedelta(days=1))


def draft_of(
    survey: Survey,
    given: list[Given],
    asked: int | None,
    result: Result,
    settings: tuple[StatisticsSettings, int],
) -> Draft:
    """The release as it is to be. Where too few answered it says that, and no figure.

    Of a roll those are counted who brought a token; ``settings`` are those of statistics, and the days for which traces are kept.
    """
    assert survey.opens is not None
    assert survey.closes is not None
    statistics, traces_days = settings
    is_roll = survey.description.sampling is Sampling.ROLL
    came = [one for one in given if not is_roll or one.channel == Channel.TOKEN]
    facts = Facts(
        sampling=survey.description.sampling,
        answered=len(came),
        answers_min=statistics.answers_min,
        asked=asked if is_roll else None,
        channels=tuple(Channel(one).names for one in result.channels),
        weighting=_weighting(survey.targets, result, statistics),
        themes=result.themes,
        apart=result.apart,
        marked=result.marked,
        may_repeat=Channel.WEB in survey.description.channels,
        traces_keep_days=traces_days,
    )
    return Draft(
        subject=Subject(KIND, survey.survey_id, f"survey:{survey.survey_id}"),
        facts=facts,
        n=sum(not one.is_apart for one in came),
        opened_at=survey.opens,
        closed_at=survey.closes,
        method=(*METHOD, "raked") if result.weighed else METHOD,
        figures=() if facts.is_too_few else result.figures,
        tables=() if facts.is_too_few else result.tables,
        form_sha256=survey.form_digest,
    )


def _weighting(targets: Targets | None, result: Result, settings: StatisticsSettings) -> Weighting | None:
    if targets is None:
        return None
    return Weighting(
        source=targets.sources,
        shares={
            question: {code: str(share) for code, share in shares.items()}
            for question, shares in targets.shares.items()
        },
        least=settings.weight_min,
        most=settings.weight_max,
        channels=tuple(replace(one, name=channel_names(one.channel)) for one in result.weighed),
    )


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
