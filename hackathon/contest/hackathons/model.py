"""What a hackathon says about itself, and what its workflow looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from casework.money.model import Money
from casework.money.rules import total
from citycore.language import Language


class Mode(StrEnum):
    ONLINE = "online"
    IN_PLACE = "in_place"
    HYBRID = "hybrid"


#: Prizes are written in it.
CURRENCY = "OMR"


@dataclass(frozen=True, slots=True)
class Prize:
    """What is won; ``amount_minor`` is None where it is not money."""

    title_ar: str
    title_en: str
    amount_minor: int | None = None
    currency: str = CURRENCY

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    def title(self, language: Language) -> str:
        return self.title_ar if language == "ar" else self.title_en


@dataclass(frozen=True, slots=True)
class Partner:
    """Who stands behind it; ``website`` is "" or an address of the web."""

    name_ar: str
    name_en: str
    website: str = ""

    def name(self, language: Language) -> str:
        return self.name_ar if language == "ar" else self.name_en


@dataclass(frozen=True, slots=True)
class Description:
    """What organisers write, in both languages; ``code`` is its name in addresses."""

    code: str
    title_ar: str
    title_en: str
    summary_ar: str = ""
    summary_en: str = ""
    mode: Mode = Mode.ONLINE
    place_ar: str = ""
    place_en: str = ""
    #: Whether teams from outside Oman may take part.
    is_international: bool = False
    team_members_min: int = 1
    team_members_max: int = 5
    rounds: int = 1
    #: The first prize first.
    prizes: tuple[Prize, ...] = ()
    rules_ar: str = ""
    rules_en: str = ""
    #: Who may take part.
    eligibility_ar: str = ""
    eligibility_en: str = ""
    #: Whom people write to with questions; "" for nobody.
    contact_email: str = ""
    partners: tuple[Partner, ...] = ()

    @property
    def prize_money(self) -> Money | None:
        """All prizes together, if there is money among them."""
        amounts = [prize.amount for prize in self.prizes if prize.amount is not None]
        return total(amounts, CURRENCY) if amounts else None

    def title(self, language: Language) -> str:
        return self.title_ar if language == "ar" else self.title_en


@dataclass(frozen=True, slots=True)
class Hackathon:
    """``round`` counts the rounds of judging that have begun."""

    hackathon_id: UUID
    description: Description
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    round: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of a hackathon look at."""

    description: Description
    round: int
    #: Names of deadlines that have been planned.
    planned: frozenset[str]
    published_challenges: int
    #: Of the round that has begun.
    has_results: bool = False
    #: Not answered, or upheld and the results not told anew since.
    open_appeals: int = 0
