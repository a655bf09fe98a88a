"""What a form asks and what is answered, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from casework.workflow.wording import Label

PACKAGE: Final = "casework.forms"
#: What is stored of an answer: text, a decimal number as text, a code, several codes, a point of a scale, or a place.
Value = str | int | bool | tuple[str, ...] | Mapping[str, str]


class FieldKind(StrEnum):
    """What is asked for in a field."""

    LINE = "line"
    TEXT = "text"
    LINK = "link"
    NUMBER = "number"
    #: Of money, in rials.
    AMOUNT = "amount"
    DATE = "date"
    ONE_OF = "one_of"
    SOME_OF = "some_of"
    #: Whole numbers between two ends that have names.
    SCALE = "scale"
    #: A governorate, what it is called there, and a point if one is known.
    PLACE = "place"
    #: Something to agree to; required, it must be agreed to.
    CONSENT = "consent"

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"kind.{self.value}")


#: What forms of applications and submissions ask for: everything that is answered by text alone.
WRITTEN: Final = (FieldKind.LINE, FieldKind.TEXT, FieldKind.LINK)
CHOSEN: Final = frozenset({FieldKind.ONE_OF, FieldKind.SOME_OF})
BOUNDED: Final = frozenset({FieldKind.NUMBER, FieldKind.AMOUNT, FieldKind.SCALE})


class CountedAs(StrEnum):
    """What figures are made of the answers."""

    SHARE = "share"
    #: The share of the two highest points: satisfied.
    TOP_TWO = "top_two"
    #: Promoters less detractors, of a scale from 0 to 10.
    NPS = "nps"
    MEAN = "mean"
    #: Themes of what was written; the text itself is not published.
    THEMES = "themes"

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"counted.{self.value}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from, or the name of a point of a scale."""

    code: str
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that a number, an amount in baisas or a point of a scale may be."""

    least: int
    most: int
    #: UCUM, of numbers.
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only of those who answered the question ``code``, of an earlier page, with one of ``values``."""

    code: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of the answers to a question."""

    is_public: bool = False
    counted_as: CountedAs | None = None
    #: How long they are kept after the end; None is as long as what they belong to.
    keep_days: int | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """One question to those who take part."""

    code: str
    name_ar: str
    name_en: str
    kind: FieldKind = FieldKind.TEXT
    is_required: bool = False
    characters_max: int = 2_000
    #: Whether the answer tells who they are: it then reaches nobody who must not know.
    is_identifying: bool = False
    help_ar: str = ""
    help_en: str = ""
    #: The page on which it stands, from 1.
    page: int = 1
    choices: tuple[Choice, ...] = ()
    #: Whether each sees the choices in an order of their own.
    is_shuffled: bool = False
    bounds: Bounds | None = None
    asked_if: Condition | None = None
    #: Whether "does not apply to me" is an answer, which is neither blank nor zero.
    has_na: bool = False
    treatment: Treatment = Treatment()
    #: Whether a line is an e-mail address.
    is_email: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody answered: a question of ``not_asked`` was never put to them, one that is nowhere was left blank."""

    values: Mapping[str, Value] = field(default_factory=dict)
    not_applicable: frozenset[str] = frozenset()
    not_asked: frozenset[str] = frozenset()


class Wrong(NamedTuple):
    """What is not as it must be (``form``, ``form_field`` or ``answer``), and what it may be."""

    name: str
    limit: str


class WrongAnswer(NamedTuple):
    """What stands against the answer to the question ``code``, or against asking it: a key of the ``answer.*`` or the
    ``question.*`` texts, and what it may be.
    """

    code: str
    fault: str
    limit: str = ""
