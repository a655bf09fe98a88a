"""What stands against results, appeals and votes."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ResultRefusal(Refusal):
    package = "hackathon.contest.results"


class NotDeliberating(ResultRefusal):
    """The hackathon is not at the stage at which results are prepared."""


class NothingScored(ResultRefusal):
    pass


class NotTheNewest(ResultRefusal):
    """What is to be released is not what was prepared last, or has been released."""


class NotProvisional(ResultRefusal):
    """Appeals are made while results are provisional."""


class AppealedAlready(ResultRefusal):
    pass


class DecidedByPanel(ResultRefusal):
    """Whoever prepared or released the results does not decide about an appeal against them."""


class TextMissing(ResultRefusal):
    """A text of 1 to ``most`` characters has to be there."""

    kind = Kind.INVALID


def check_text(text: str, most: int) -> None:
    """:class:`TextMissing` for what is blank, or longer than ``most`` characters."""
    if not 1 <= len(text.strip()) <= most:
        raise TextMissing(most=most)


class BallotClosed(ResultRefusal):
    """Nobody can vote now."""


class BallotOpen(ResultRefusal):
    """The count is told when voting has closed."""


class BallotFixed(ResultRefusal):
    """Voting has begun, or ends before it begins."""


class OwnVote(ResultRefusal):
    """Nobody votes for a team that they belong to or help."""


class AlreadyVoted(ResultRefusal):
    """Everybody has one vote, and what it was for is not kept."""


class NotVerifiedPerson(ResultRefusal):
    pass


class NotConcluded(ResultRefusal):
    """What becomes of a submission is noted once results are final."""
