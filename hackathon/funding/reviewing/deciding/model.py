"""Panels, what is decided, and feedback, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from casework.money.model import Money
from casework.workflow.model import PreparedStep
from citycore.language import Language
from hackathon.contest.judging.ranking import Place


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that has begun; ``why`` it began without ``missing`` reviews."""

    call_id: UUID
    round: int
    begun_at: datetime
    missing: int
    why: str


@dataclass(frozen=True, slots=True)
class Note:
    """What the panel says about an application."""

    application_id: UUID
    note: str
    written_by: UUID | None
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What goes with a decision: an amount in minor units of the call's currency, and conditions in both languages."""

    amount_minor: int | None = None
    conditions_ar: str = ""
    conditions_en: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is decided about an application, what goes with it, and why."""

    event: str
    verdict: Verdict = Verdict()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about an application in a round with what goes with it; ``decided_at`` once it was told."""

    application_id: UUID
    round: int
    decision_id: UUID
    event: str
    verdict: Verdict
    decided_at: datetime | None

    def conditions(self, language: Language) -> str:
        return self.verdict.conditions_ar if language == "ar" else self.verdict.conditions_en


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application that was reviewed in a round; title and amount as they were handed in."""

    application_id: UUID
    reference: str
    title: str
    state: str
    version: int
    amount_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An application before the panel; scores are None where nobody handed in a review.

    ``raw`` and ``normalised`` stand side by side, ``running`` is the sum asked for down to here, and ``is_disputed``
    says that its reviewers are far apart.
    """

    application_id: UUID
    reference: str
    title: str
    state: str
    version: int
    place: int | None
    raw_place: int | None
    raw: Decimal | None
    normalised: Decimal | None
    spread: Decimal | None
    is_disputed: bool
    asked: Money | None
    running: Money
    is_within_budget: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What a panel looks at. ``places`` are by normalised scores; None where reviewers share nothing.

    ``budget`` is the call's, ``agreement_alpha`` Krippendorff's.
    """

    lines: tuple[Line, ...]
    places: tuple[Place, ...] | None
    budget: Money
    agreement_alpha: float | None
    panel: Panel | None
    missing: int


@dataclass(frozen=True, slots=True)
class Open:
    """A decision that is prepared and not told, with what goes with it."""

    decision: PreparedStep
    decided: Decided
    reference: str
    title: str


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a criterion's marks, None where it applied to nobody."""

    code: str
    name_ar: str
    name_en: str
    mean: Decimal | None

    def name(self, language: Language) -> str:
        return self.name_ar if language == "ar" else self.name_en


@dataclass(frozen=True, slots=True)
class Feedback:
    """What applicants read of their reviewers, in an order that says nothing of whose it is."""

    application_id: UUID
    round: int
    reviews: int
    criteria: tuple[Mean, ...]
    advice: tuple[str, ...]
    released_at: datetime
