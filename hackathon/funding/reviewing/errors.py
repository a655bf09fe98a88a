"""What stands against a step of a reviewer, a copy, a review, a panel or a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind
from citycore.language import Language, catalogue
from hackathon.contest.judging.errors import Fault
from hackathon.contest.judging.rubric import Criterion, tell_faults


class ReviewingRefusal(Refusal):
    package: ClassVar[str] = "hackathon.funding.reviewing"


class ReviewingInputRefused(ReviewingRefusal):
    """Root of what is wrong with what somebody wrote."""

    kind = Kind.INVALID


class NotReviewing(ReviewingRefusal):
    """The call is not being reviewed."""

    slug = "not_reviewing"


class ReviewersSettled(ReviewingRefusal):
    """The call takes no reviewers any more."""

    slug = "reviewers_settled"


class AlreadyReviewer(ReviewingRefusal):
    slug = "already_reviewer"


class NoReviewerAccount(ReviewingRefusal):
    """Nobody with a confirmed account has this address."""

    slug = "no_reviewer_account"


class AppliesThemself(ReviewingRefusal):
    """Whoever applies in a call does not review in it."""

    slug = "reviewer_applies"


class ReviewIncomplete(ReviewingInputRefused):
    """A mark, the confidence or the recommendation is missing; ``faults`` say which marks, by the criteria's names."""

    slug = "review_incomplete"

    def __init__(self, faults: Sequence[Fault] = (), criteria: Sequence[Criterion] = ()) -> None:
        self.faults = tuple(faults)
        self._criteria = tuple(criteria)
        super().__init__()

    def text(self, language: Language) -> str:
        return " ".join([super().text(language), *tell_faults(self.faults, self._criteria, language)])


class ReviewNotEditable(ReviewingRefusal):
    slug = "review_not_editable"


class WordsTooShort(ReviewingInputRefused):
    """An organisation's name with fewer than ``least`` characters says nothing."""

    slug = "words_too_short"


class NobodyToReview(ReviewingRefusal):
    """No reviewer has accepted, or no copy was released."""

    slug = "nobody_to_review"


class CopiesMissing(ReviewingRefusal):
    """``copies`` applications under review have no released copy."""

    slug = "copies_missing"


class CopyReleased(ReviewingRefusal):
    """Reviewers read it: it can no longer be changed."""

    slug = "copy_released"


class CopyBlank(ReviewingInputRefused):
    """Nothing would be left to read."""

    slug = "copy_blank"


class FileNotPassed(ReviewingInputRefused):
    """``code`` is a key of ``file`` texts: why a file cannot be passed on to reviewers."""

    slug = "file_not_passed"

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()

    def text(self, language: Language) -> str:
        texts = catalogue(self.package)
        reason = texts.text(f"file.{self.code}", language)
        return texts.text(f"error.{self.slug}", language, reason=reason)


class ProposalOutdated(ReviewingRefusal):
    """Reviewers, applications or conflicts have changed since: propose anew."""

    slug = "review_proposal_outdated"


class HiddenInTheWay(ReviewingRefusal):
    """What stands against an assignment is nothing that this officer may know of."""

    slug = "conflict_in_the_way"


class ReviewsMissing(ReviewingInputRefused):
    """``reviews`` are not handed in: the panel begins without them only with a reason."""

    slug = "reviews_missing"


class NothingReviewed(ReviewingRefusal):
    """``applications`` have no review at all: nothing can be said about them."""

    slug = "nothing_reviewed"


class NothingPrepared(ReviewingRefusal):
    """There is no decision to tell."""

    slug = "no_decision_prepared"


class NoteMissing(ReviewingInputRefused):
    """A note has between one and ``most`` characters."""

    slug = "panel_note_missing"


class DecisionUnfit(ReviewingInputRefused):
    """An approval has an amount that the call gives, and one with conditions has them in both languages."""

    slug = "decision_unfit"


class TooMuch(ReviewingInputRefused):
    """More than ``most``."""

    slug = "too_much_reviewing"


def check_most(count: int, most: int) -> None:
    """:class:`TooMuch` where there is more than that."""
    if count > most:
        raise TooMuch(most=most)
