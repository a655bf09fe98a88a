"""What stands against results, appeals and votes."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ResultRefusal(Refusal):
    package: ClassVar[str] = "hackathon.contest.results"


class NotDeliberating(ResultRefusal):
    """The hackathon is not at the stage at which results are prepared."""

    slug = "not_deliberating"


class NothingScored(ResultRefusal):
    slug = "nothing_scored"


class NotTheNewest(ResultRefusal):
    """What is to be released is not what was prepared last, or has been released."""

    slug = "not_the_newest"


class NotProvisional(ResultRefusal):
    """Appeals are made while results are provisional."""

    slug = "not_provisional"


class AppealedAlready(ResultRefusal):
    slug = "appealed_already"


class DecidedByPanel(ResultRefusal):
    """Whoever prepared or released the results does not decide about an appeal against them."""

    slug = "decided_by_panel"


class TextMissing(ResultRefusal):
    """A text of 1 to ``most`` characters has to be there."""

    slug = "text_missing"
    kind = Kind.INVALID


def check_text(text: str, most: int) -> None:
    """:class:`TextMissing` for what is blank, or longer than ``most`` characters."""
    if not 1 <= len(text.strip()) <= most:
        raise TextMissing(most=most)


class BallotClosed(ResultRefusal):
    """Nobody can vote now."""

    slug = "ballot_closed"


class BallotOpen(ResultRefusal):
    """The count is told when voting has closed."""

    slug = "ballot_open"


class BallotFixed(ResultRefusal):
    """Voting has begun, or ends before it begins."""

    slug = "ballot_fixed"


class OwnVote(ResultRefusal):
    """Nobody votes for a team that they belong to or help."""

    slug = "own_vote"


class AlreadyVoted(ResultRefusal):
    """Everybody has one vote, and what it was for is not kept."""

    slug = "already_voted"


class NotVerifiedPerson(ResultRefusal):
    slug = "not_verified_person"


class NotConcluded(ResultRefusal):
    """What becomes of a submission is noted once results are final."""

    slug = "not_concluded"
