"""What stands against preparing statements, voting on them, or counting."""

from __future__ import annotations

from casework.workflow.errors import Refusal


class StatementRefusal(Refusal):
    package = "casework.statements"


class VoteNotOpen(StatementRefusal):
    pass


class VoteStillOpen(StatementRefusal):
    """Nothing of the votes is known to anybody before ``closes``."""


class VoteOpened(StatementRefusal):
    """Statements stay as they are once people vote."""


class SeedsTooMany(StatementRefusal):
    """At most ``percent`` of the statements may be those of officials."""


class StatementsTooFew(StatementRefusal):
    """Fewer than ``least``."""


class StatementsFull(StatementRefusal):
    """More than ``statements_max``."""
