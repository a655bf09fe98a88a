"""What a certificate says, in each language. Pure."""

from __future__ import annotations

from datetime import date
from unicodedata import bidirectional

from citycore.language import POP_ISOLATE, Language, catalogue, date_text, isolate
from hackathon.outreach.certificates.model import Award

#: What follows up to its end is laid out by its own first letter.
FIRST_STRONG_ISOLATE = "\u2068"
_PACKAGE = "hackathon.outreach.certificates"


def title(award: Award, language: Language) -> str:
    """Such as "Ambassador"."""
    return catalogue(_PACKAGE).text(f"kind.{award.kind}", language)


def description(award: Award, language: Language) -> str:
    """One sentence: what somebody did, where, and when."""
    return catalogue(_PACKAGE).text(
        f"said.{award.kind}",
        language,
        occasion=_apart(award.occasion.shown(language), language),
        period=period(award.starts_on, award.ends_on, language),
    )


def figures(award: Award, language: Language) -> str | None:
    """Verified hours and people, where they are counted."""
    if award.minutes is None or award.reached is None:
        return None
    return catalogue(_PACKAGE).text(
        "said.figures",
        language,
        hours=_number(f"{award.minutes / 60:,.1f}".removesuffix(".0"), language),
        reached=_number(f"{award.reached:,}", language),
    )


def period(starts_on: date, ends_on: date, language: Language) -> str:
    """From a day to a day, or the one day."""
    first, last = day_text(starts_on, language), day_text(ends_on, language)
    if starts_on == ends_on:
        return first
    return catalogue(_PACKAGE).text("said.period", language, first=first, last=last)


def day_text(day: date, language: Language) -> str:
    """In one line: the spaces in it do not break."""
    return date_text(day, language).replace(" ", "\N{NO-BREAK SPACE}")


def _apart(text: str, language: Language) -> str:
    """A title with letters of the other direction keeps its own order, and the day after it the sentence's."""
    others = {"L"} if language == "ar" else {"R", "AL"}
    if others.isdisjoint(map(bidirectional, text)):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def _number(text: str, language: Language) -> str:
    return isolate(text) if language == "ar" else text
