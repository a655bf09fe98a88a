"""What stands against a step of a reviewer, a copy, a review, a panel or a decision."""

from __future__ import annotations

from collections.abc import Sequence

from casework.workflow.errors import Refusal
from citycore.errors import Kind
from citycore.language import Language, catalogue
from hackathon.contest.judging.errors import Fault
from hackathon.contest.judging.rubric import Criterion, tell_faults


class ReviewingRefusal(Refusal):
    package = "hackathon.funding.reviewing"


class ReviewingInputRefused(ReviewingRefusal):
    """Root of what is wrong with what somebody wrote."""

    kind = Kind.INVALID


class NotReviewing(ReviewingRefusal):
    """The call is not being reviewed."""


class ReviewersSettled(ReviewingRefusal):
    """The call takes no reviewers any more."""


class AlreadyReviewer(ReviewingRefusal):
    pass


class NoReviewerAccount(ReviewingRefusal):
    """Nobody with a confirmed account has this address."""


class ReviewerApplies(ReviewingRefusal):
    """Whoever applies in a call does not review in it."""


class ReviewIncomplete(ReviewingInputRefused):
    """A mark, the confidence or the recommendation is missing; ``faults`` say which marks, by the criteria's names."""

    def __init__(self, faults: Sequence[Fault] = (), criteria: Sequence[Criterion] = ()) -> None:
        self.faults = tuple(faults)
        self._criteria = tuple(criteria)
        super().__init__()

    def text(self, language: Language) -> str:
        return " ".join([super().text(language), *tell_faults(self.faults, self._criteria, language)])


class ReviewNotEditable(ReviewingRefusal):
    pass


class WordsTooShort(ReviewingInputRefused):
    """An organisation's name with fewer than ``least`` characters says nothing."""


class NobodyToReview(ReviewingRefusal):
    """No reviewer has accepted, or no copy was released."""


class CopiesMissing(ReviewingRefusal):
    """``copies`` applications under review have no released copy."""


class CopyReleased(ReviewingRefusal):
    """Reviewers read it: it can no longer be changed."""


class CopyBlank(ReviewingInputRefused):
    """Nothing would be left to read."""


class FileNotPassed(ReviewingInputRefused):
    """``code`` is a key of ``file`` texts: why a file cannot be passed on to reviewers."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()

    def text(self, language: Language) -> str:
        texts = catalogue(self.package)
        reason = texts.text(f"file.{self.code}", language)
        return texts.text(f"error.{self.slug}", language, reason=reason)


class ReviewProposalOutdated(ReviewingRefusal):
    """Reviewers, applications or conflicts have changed since: propose anew."""


class ConflictInTheWay(ReviewingRefusal):
    """What stands against an assignment is nothing that this officer may know of."""


class ReviewsMissing(ReviewingInputRefused):
    """``reviews`` are not handed in: the panel begins without them only with a reason."""


class NothingReviewed(ReviewingRefusal):
    """``applications`` have no review at all: nothing can be said about them."""


class NoDecisionPrepared(ReviewingRefusal):
    """There is no decision to tell."""


class PanelNoteMissing(ReviewingInputRefused):
    """A note has between one and ``most`` characters."""


class DecisionUnfit(ReviewingInputRefused):
    """An approval has an amount that the call gives, and one with conditions has them in both languages."""


class TooMuchReviewing(ReviewingInputRefused):
    """More than ``most``."""


def check_most(count: int, most: int) -> None:
    """:class:`TooMuchReviewing` where there is more than that."""
    if count > most:
        raise TooMuchReviewing(most=most)
