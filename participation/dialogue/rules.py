"""What may be written, and where somebody holds a role. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.decisions.model import Texts
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from participation.dialogue.model import (
    PACKAGE,
    AgendaLine,
    NewRecommendation,
    Plan,
    Times,
)
from participation.dialogue.settings import DialogueSettings

FIELDS: Final = Fields(PACKAGE)


def scopes_of(session_id: UUID) -> frozenset[Scope]:
    """Where those who lead a session hold a role."""
    return frozenset({Scope(ScopeKind.SESSION, session_id)})


def wrong_plan(plan: Plan, times: Times, settings: DialogueSettings, at: datetime) -> Iterator[Refusal]:
    """What cannot be stored of a draft like this."""
    yield from FIELDS.wrong_texts(plan, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(plan, ("question_ar", "question_en"), settings.question_characters_max)
    yield from FIELDS.wrong_texts(plan, ("place_ar", "place_en"), settings.place_characters_max, 0)
    yield from FIELDS.wrong_link("online_link", plan.online_link, settings.link_characters_max)
    if not 1 <= plan.seats <= settings.seats_max:
        yield FIELDS.wrong("seats", f"1–{settings.seats_max}")
    if len(plan.agenda) > settings.agenda_lines_max:
        yield FIELDS.wrong("agenda", f"0–{settings.agenda_lines_max}")
    for line in plan.agenda:
        yield from _wrong_line(line, settings)
    if not at < times.begins < times.ends <= times.begins + timedelta(minutes=settings.minutes_max):
        yield FIELDS.wrong("ends", f"1–{settings.minutes_max}")


def _wrong_line(line: AgendaLine, settings: DialogueSettings) -> Iterator[Refusal]:
    if not 1 <= line.minutes <= settings.minutes_max:
        yield FIELDS.wrong("minutes", f"1–{settings.minutes_max}")
    yield from FIELDS.wrong_texts(line, ("subject_ar", "subject_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(line, ("speaker",), settings.title_characters_max, 0)


def wrong_texts(field: str, texts: Texts, most: int, least: int = 0) -> Iterator[Refusal]:
    for language in ("ar", "en"):
        refusal = FIELDS.wrong_text(f"{field}_{language}", getattr(texts, language), most, least)
        if refusal is not None:
            yield refusal


def wrong_recommendation(said: NewRecommendation, settings: DialogueSettings) -> Iterator[Refusal]:
    """It says what it follows from: ideas, or words of the summary."""
    yield from FIELDS.wrong_texts(said, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(said, ("text_ar", "text_en"), settings.text_characters_max)
    least = 0 if said.ideas else 1
    yield from FIELDS.wrong_texts(said, ("passage_ar", "passage_en"), settings.text_characters_max, least)


def has_passage(summary: str, passage: str) -> bool:
    """Whether the words stand in the summary, however their lines break."""
    return " ".join(passage.split()) in " ".join(summary.split())
