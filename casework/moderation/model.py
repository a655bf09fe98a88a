"""Rules of moderation and its log, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.workflow.wording import Label, Labelled

PACKAGE: Final = "casework.moderation"


class Rule(Labelled, package=PACKAGE, table="rule"):
    """Why a text is held back. The rules are public, and so is how often each was used."""

    INSULT = "insult"
    THIRD_PERSON = "third_person"
    OFF_TOPIC = "off_topic"
    TWO_CLAIMS = "two_claims"
    ADVERTISING = "advertising"
    #: Nobody sees it who does not decide about it.
    EXTREMIST = "extremist"

    @property
    def meaning(self) -> Label:
        return Label(PACKAGE, f"rule_text.{self.value}")


@dataclass(frozen=True, slots=True)
class Moderated:
    """So many decisions of a step by a rule on a day."""

    decided_on: date
    rule: Rule
    step: str
    number: int

    @property
    def done(self) -> Label:
        return Label(PACKAGE, f"step.{self.step}")
