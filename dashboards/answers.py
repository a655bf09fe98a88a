"""Sentences from claims: what a page says first. A claim has no words, so that it can be compared; pure.

A claim is a key of the texts and typed fields. :func:`sentence` says each as a clause of one sentence, in either language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from citycore.language import Language
from dashboards.language import Words, percent_text
from dashboards.model import Name
from dashboards.settings import dashboard_settings

SETTINGS = dashboard_settings()


@dataclass(frozen=True, slots=True)
class Listed:
    """Names in the order in which they are said; beyond ``named_max`` they are counted."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its UCUM unit."""

    number: float
    unit: str


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, from 0 to 1, said in whole per cent."""

    number: float


@dataclass(frozen=True, slots=True)
class Texts:
    """A text that comes in both languages, such as the name of a level: in English it goes on in lower case."""

    texts: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """A whole number with what it counts: ``key.one``, ``key.two`` and so on, as :meth:`Words.counted` takes them."""

    key: str
    number: int


#: Whole numbers are for ``{n:#noun}``, which agrees with them; a ``str`` is a key of the texts.
Field = Name | Listed | Value | Share | Texts | Counted | datetime | int | str


@dataclass(frozen=True, slots=True)
class Claim:
    key: str
    fields: Mapping[str, Field] = field(default_factory=dict)


def sentence(claims: Sequence[Claim], words: Words) -> str:
    """All claims as one sentence, the first letter a capital where the language has them; empty without any."""
    clauses = [clause(claim, words) for claim in claims]
    text = words("answer.joint").join(clauses)
    return words("answer.sentence", text=text[:1].upper() + text[1:]) if text else ""


def clause(claim: Claim, words: Words) -> str:
    return words(claim.key, **{name: _said(one, words) for name, one in claim.fields.items()})


def _said(one: Field, words: Words) -> object:
    """A field as the text has it. Whole numbers stay numbers, so that a noun can agree with them."""
    said: object = one
    match one:
        case Name():
            said = one.text(words.language)
        case Listed():
            said = listed_names(one, words)
        case Value():
            said = words.value(one.number, one.unit)
        case Share():
            said = percent_text(one.number)
        case Counted():
            said = words.counted(one.key, one.number)
        case Texts():
            text = words.text(one.texts)
            said = text[:1].lower() + text[1:] if words.language == "en" else text
        case datetime():
            said = words.instant(one)
        case str():
            said = words(one)
    return said


def listed_names(one: Listed, words: Words) -> str:
    """As "Seeb, Mutrah, Bawshar and 4 more"; a lone one too many is named as well."""
    names = [name.text(words.language) for name in one.names]
    if (more := len(names) - SETTINGS.named_max) <= 1:
        return listed(names, words)
    return listed([*names[: SETTINGS.named_max], words("answer.more", n=more)], words)


def listed(items: Sequence[str], words: Words) -> str:
    """As "a, b and c"; in Arabic each further item is joined by its «و»."""
    if len(items) < 2:
        return "".join(items)
    head = words("answer.list_comma").join(items[:-1])
    return words("answer.list_last", head=head, last=items[-1])
