"""What stands against a step of a judge or of a score sheet."""

from __future__ import annotations

from collections.abc import Sequence

from casework.workflow.errors import Refusal
from casework.workflow.wording import Label
from citycore.errors import Kind
from citycore.language import Language
from hackathon.contest.judging.errors import Fault
from hackathon.contest.judging.rubric import Criterion, tell_faults


class JuryRefusal(Refusal):
    package = "hackathon.contest.jury"


class JuryInputRefused(JuryRefusal):
    """Root of what is wrong with what somebody wrote."""

    kind = Kind.INVALID


class NotJudging(JuryRefusal):
    """The hackathon is not being judged."""


class JuryClosed(JuryRefusal):
    """The hackathon takes no judges any more."""


class AlreadyJudge(JuryRefusal):
    pass


class JudgeCompetes(JuryRefusal):
    """Whoever belongs to a team of a hackathon does not judge in it."""


class NoSuchAccount(JuryRefusal):
    """Nobody with a confirmed account has this address."""


class SheetIncomplete(JuryInputRefused):
    """Not every criterion has a mark that the rubric knows; ``faults`` say which, by the names that they have."""

    def __init__(self, faults: Sequence[Fault] = (), criteria: Sequence[Criterion] = ()) -> None:
        self.faults = tuple(faults)
        self._criteria = tuple(criteria)
        super().__init__()

    def text(self, language: Language) -> str:
        return " ".join([super().text(language), *tell_faults(self.faults, self._criteria, language)])


class NotANumber(JuryInputRefused):
    """``text`` was written where a number stands, or it has more digits than anybody needs."""


class CriterionRefused(JuryInputRefused):
    """``code`` cannot be a criterion's, or its name is longer than ``most``."""


class SheetNotEditable(JuryRefusal):
    pass


class RubricMissing(JuryRefusal):
    pass


class RubricFixed(JuryRefusal):
    """Judges work with it."""


class NobodyToJudge(JuryRefusal):
    """No judge has accepted, or nothing is in the contest."""


class ProposalOutdated(JuryRefusal):
    """Judges, submissions or conflicts have changed since: propose anew."""


class HiddenInTheWay(JuryRefusal):
    """What stands against an assignment is nothing that this organiser may know of."""


class TooMuch(JuryInputRefused):
    """Of ``what`` there is more than ``most``, or something that is no number of them."""

    @classmethod
    def of(cls, what: str, most: int) -> TooMuch:
        """``what`` as the messages name it."""
        return cls(what=Label(cls.package, f"what.{what}"), most=most)
