"""What stands against a step of a judge or of a score sheet."""

from __future__ import annotations

from typing import ClassVar

from hackathon.workflow.errors import Refusal


class JuryRefusal(Refusal):
    package: ClassVar[str] = "hackathon.jury"


class NotJudging(JuryRefusal):
    """The hackathon is not being judged."""

    slug = "not_judging"


class JuryClosed(JuryRefusal):
    """The hackathon takes no judges any more."""

    slug = "jury_closed"


class AlreadyJudge(JuryRefusal):
    slug = "already_judge"


class NoSuchAccount(JuryRefusal):
    """Nobody with a confirmed account has this address."""

    slug = "no_such_account"


class SheetIncomplete(JuryRefusal):
    """Not every criterion has a mark that the rubric knows."""

    slug = "sheet_incomplete"


class SheetNotEditable(JuryRefusal):
    slug = "sheet_not_editable"


class RubricMissing(JuryRefusal):
    slug = "rubric_missing"


class RubricFixed(JuryRefusal):
    """Judges work with it."""

    slug = "rubric_fixed"


class NobodyToJudge(JuryRefusal):
    """No judge has accepted, or nothing is in the contest."""

    slug = "nobody_to_judge"


class ProposalOutdated(JuryRefusal):
    """Judges, submissions or conflicts have changed since: propose anew."""

    slug = "proposal_outdated"


class TooMuch(JuryRefusal):
    """More than ``most``."""

    slug = "too_much"
