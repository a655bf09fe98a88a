"""What a call for funding says about itself, and what its workflow looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from casework.forms.model import FormField
from casework.money.model import Money
from casework.people.model import Names
from citycore.language import Language
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale

ROUNDS: Final = (1, 2)
#: The marks that a reviewer may give on each criterion.
SCALE: Final = Scale(Decimal(0), Decimal(10), Decimal(1))


class ApplicantKind(StrEnum):
    """On whose behalf somebody applies."""

    PERSON = "person"
    AGENCY = "agency"
    COMPANY = "company"
    UNIVERSITY = "university"


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that whoever applies confirms."""

    code: str
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may apply. ``governorates`` are ISO 3166-2 codes; none of them means all."""

    kinds: frozenset[ApplicantKind] = frozenset(ApplicantKind)
    governorates: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """What is funded, in both languages; corrected even when people rely on the rest."""

    title_ar: str
    title_en: str
    summary_ar: str = ""
    summary_en: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """How much, and how it is decided; ``code`` is the call's name in addresses.

    All amounts are of one currency. ``rounds`` is 2 with an outline first and a full proposal of those who are
    invited. ``is_blind`` keeps from reviewers who applies; ``reviews_each`` is how many look at an application.
    ``organisation_id`` is who funds, ``hackathon_id`` the hackathon whose winners it is for.
    """

    code: str
    budget: Money
    award_min: Money
    award_max: Money
    rounds: int = 1
    is_blind: bool = True
    reviews_each: int = 3
    organisation_id: UUID | None = None
    hackathon_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What programme officers write about a call."""

    texts: Texts
    terms: Terms


@dataclass(frozen=True, slots=True)
class Funder:
    """An organisation that funds."""

    organisation_id: UUID
    names: Names


@dataclass(frozen=True, slots=True)
class Call:
    """``round`` counts the rounds that have been opened; ``funder`` is named while it is verified."""

    call_id: UUID
    description: Description
    eligibility: Eligibility
    criteria: tuple[Criterion, ...]
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    round: int
    funder: Funder | None = None

    def title(self, language: Language) -> str:
        texts = self.description.texts
        return texts.title_ar if language == "ar" else texts.title_en

    @property
    def rubric(self) -> Rubric:
        """What reviewers mark; :class:`JudgingRubricInvalid` while the criteria are not complete."""
        return Rubric(self.criteria, SCALE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of a call look at.

    ``forms`` are the fields asked in the rounds 1, 2; ``invited`` counts applications that wait for the second
    round, ``undecided`` those whose applicants have not been told, ``reserved`` those that may still be funded.
    """

    description: Description
    criteria: tuple[Criterion, ...]
    kinds: frozenset[ApplicantKind]
    round: int
    forms: tuple[tuple[FormField, ...], ...]
    #: Names of deadlines that have been planned.
    planned: frozenset[str]
    invited: int = 0
    undecided: int = 0
    reserved: int = 0


class Stage(StrEnum):
    """How far a call is, as far as everybody may know."""

    UNPUBLISHED = "unpublished"
    FORECASTED = "forecasted"
    OPEN = "open"
    REVIEWING = "reviewing"
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in a list: ``words`` in title or summary, in either language."""

    words: str = ""
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Of those who look: ``own`` are organisations whose calls they run, unless they see all; ``are_run`` leaves out what
    is only public. ``after`` was the last of the page before.
    """

    own: tuple[UUID, ...] = ()
    all: bool = False
    are_run: bool = False
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``after`` is what to ask for to go on, None at the end."""

    calls: list[Call]
    after: UUID | None
