"""What stands against a step of a call, or against what is written about one."""

from __future__ import annotations

from typing import ClassVar

from casework.money.errors import AmountRefusal
from casework.workflow.errors import Refusal
from casework.workflow.wording import Label
from citycore.errors import Kind
from citycore.language import Language, catalogue


class CallRefusal(Refusal):
    package: ClassVar[str] = "hackathon.funding.calls"


class CallNotDescribed(CallRefusal):
    """Title and summary are not there in both languages."""

    slug = "call_not_described"


class FormMissing(CallRefusal):
    """The form of ``round`` asks nothing that has to be answered."""

    slug = "call_form_missing"


class CriteriaIncomplete(CallRefusal):
    """The weights sum to ``sum``, or there are none."""

    slug = "call_criteria_incomplete"


class NobodyMayApply(CallRefusal):
    slug = "call_for_nobody"


class BudgetTooSmall(CallRefusal):
    """The budget does not pay for one award of the largest size."""

    slug = "call_budget_too_small"


class CallDatesMissing(CallRefusal):
    """``deadlines`` are not planned; the names of them that a call of its rounds needs."""

    slug = "call_dates_missing"


class NoSecondRound(CallRefusal):
    slug = "call_no_second_round"


class NobodyInvited(CallRefusal):
    """No application is invited to the second round."""

    slug = "call_nobody_invited"


class InvitedWait(CallRefusal):
    """``applications`` are invited to a second round that has not been held."""

    slug = "call_invited_wait"


class Undecided(CallRefusal):
    """``applications`` have not been told what becomes of them."""

    slug = "call_undecided"


class ReserveWaits(CallRefusal):
    """``applications`` are in reserve: fund them, or tell them that nothing came free."""

    slug = "call_reserve_waits"


class CallCodeTaken(CallRefusal):
    slug = "call_code_taken"


class CallFixed(CallRefusal):
    """People rely on it: only what the texts say can still be corrected."""

    slug = "call_fixed"


class CallOver(CallRefusal):
    """It is over: nothing about it changes any more."""

    slug = "call_over"


class FunderUnknown(CallRefusal):
    """There is no verified organisation of this kind, or no such hackathon."""

    slug = "call_funder_unknown"
    kind = Kind.INVALID


class WrongAmount(CallRefusal):
    """An amount of money that cannot be read: ``field`` names it, ``why`` says what is wrong with it."""

    slug = "call_amount"
    kind = Kind.INVALID

    def __init__(self, field: Label, why: AmountRefusal) -> None:
        self.field, self.why = field, why
        super().__init__()

    def text(self, language: Language) -> str:
        fields = {"field": self.field.text(language), "why": self.why.text(language)}
        return catalogue(self.package).text(f"error.{self.slug}", language, **fields)
