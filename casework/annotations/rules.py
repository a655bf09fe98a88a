"""What may be written, and what days are. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from unicodedata import category

from casework.access.model import Actor, Role
from casework.annotations import errors
from casework.annotations.model import PACKAGE, Note, Span
from casework.annotations.settings import AnnotationSettings
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.clock import CITY_ZONE, day_end, day_start

FIELDS: Final = Fields(PACKAGE)
TITLES: Final = ("title_ar", "title_en")
TEXTS: Final = ("text_ar", "text_en")
CODES: Final = ("place", "thing", "observed_property")
#: The first of these that somebody has is what stands there publicly.
_BYLINES: Final = (Role.DUTY_OFFICER, Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
#: Embeddings, overrides and isolates: they change how what follows reads. The marks U+200E, U+200F and U+061C do not.
_TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
#: Controls, lines and paragraphs, as Unicode sorts them; a text may have some.
_CONTROLS: Final = frozenset({"Cc", "Zl", "Zp"})
_LINES: Final = frozenset("\n\t")


def days(first: date, last: date) -> Span:
    """Whole days of the city, both included."""
    return Span(day_start(first, CITY_ZONE), day_end(last, CITY_ZONE), is_whole_days=True)


def byline_of(actor: Actor) -> Role:
    """As what somebody writes; whoever may write holds one of these."""
    return next(role for role in _BYLINES if actor.has(role))


def wrong_note(note: Note, settings: AnnotationSettings, at: datetime) -> Iterator[Refusal]:
    """What stands against it, as far as the note itself says."""
    if not (note.title_ar.strip() or note.title_en.strip()):
        yield errors.AnnotationUntitled("title_ar")
    for name in (*TITLES, *TEXTS):
        if not _is_fit(getattr(note, name), _LINES if name in TEXTS else frozenset()):
            yield errors.AnnotationTextUnfit(name)
    yield from FIELDS.wrong_texts(note, TITLES, settings.title_characters_max, 0)
    yield from FIELDS.wrong_texts(note, TEXTS, settings.text_characters_max, 0)
    yield from FIELDS.wrong_texts(note, CODES, settings.code_characters_max, 0)
    if not any(note.subjects()):
        yield errors.AnnotationWithoutSubject("place")
    yield from _wrong_span(note.span, settings, at)


def _is_fit(text: str, breaks: frozenset[str]) -> bool:
    """Whether it has no character that turns the direction of others, and no control but these."""
    return all(letter in breaks or category(letter) not in _CONTROLS for letter in text) and not (
        _TURNING & set(text)
    )


def _wrong_span(span: Span, settings: AnnotationSettings, at: datetime) -> Iterator[Refusal]:
    """Years before all else: in those at the ends of the calendar nothing can be reckoned."""
    first, last = at.year - settings.years_back_max, at.year + settings.years_ahead_max
    for field, instant in (("starts_at", span.starts_at), ("ends_at", span.ends_at)):
        if instant is not None and not first <= instant.year <= last:
            yield errors.AnnotationOutOfTime(field, first=str(first), last=str(last))
            return
    if span.ends_at is not None and span.ends_at <= span.starts_at:
        yield errors.AnnotationEndsTooEarly("ends_at")
    elif span.ends_at is not None and span.ends_at - span.starts_at > timedelta(days=settings.days_max):
        yield errors.AnnotationEndless("ends_at", days=settings.days_max)
    if span.is_whole_days and not all(map(_is_midnight, (span.starts_at, span.ends_at))):
        yield errors.AnnotationDaysBroken("starts_at")


def _is_midnight(instant: datetime | None) -> bool:
    return instant is not None and instant == day_start(instant.astimezone(CITY_ZONE).date(), CITY_ZONE)
