"""What stands against a step of a call, or against what is written about one."""

from __future__ import annotations

from casework.money.errors import AmountRefusal
from casework.workflow.errors import DeadlineNotSet, Refusal
from casework.workflow.wording import Label
from citycore.errors import Kind
from citycore.language import Language, catalogue


class CallRefusal(Refusal):
    package = "hackathon.funding.calls"


class CallNotDescribed(CallRefusal):
    """Title and summary are not there in both languages."""


class CallFormMissing(CallRefusal):
    """The form of ``round`` asks nothing that has to be answered."""


class CallCriteriaIncomplete(CallRefusal):
    """The weights sum to ``sum``, or there are none."""


class CallForNobody(CallRefusal):
    pass


class CallBudgetTooSmall(CallRefusal):
    """The budget does not pay for one award of the largest size."""


class CallDatesMissing(CallRefusal, DeadlineNotSet):
    """``deadlines`` are not planned; the names of them that a call of its rounds needs."""


class CallNoSecondRound(CallRefusal):
    pass


class CallNobodyInvited(CallRefusal):
    """No application is invited to the second round."""


class CallInvitedWait(CallRefusal):
    """``applications`` are invited to a second round that has not been held."""


class CallUndecided(CallRefusal):
    """``applications`` have not been told what becomes of them."""


class CallReserveWaits(CallRefusal):
    """``applications`` are in reserve: fund them, or tell them that nothing came free."""


class CallCodeTaken(CallRefusal):
    pass


class CallFixed(CallRefusal):
    """People rely on it: only what the texts say can still be corrected."""


class CallOver(CallRefusal):
    """It is over: nothing about it changes any more."""


class CallFunderUnknown(CallRefusal):
    """There is no verified organisation of this kind, or no such hackathon."""

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
