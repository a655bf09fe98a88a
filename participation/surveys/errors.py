"""What stands against a step of a survey, or against answering one."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class SurveyRefusal(Refusal):
    package = "participation.surveys"


class SurveyWithoutForm(SurveyRefusal):
    """Nothing is asked yet."""


class SurveyAsksWho(SurveyRefusal):
    """The question ``question`` tells who answers, and people are told that nobody can know that."""

    kind = Kind.INVALID


class SurveyNotFixed(SurveyRefusal):
    """What is asked is fixed when it is scheduled."""


class SurveyWithoutDecider(SurveyRefusal):
    """Whoever is to decide is no verified agency."""


class SurveyNotTimely(SurveyRefusal):
    """It opens and closes in this order and in the future, and the promised day is after it and not too late."""


class SurveyReviewedByAuthor(SurveyRefusal):
    """Whoever wrote it neither schedules nor publishes it."""


class SurveyPublishedByReader(SurveyRefusal):
    """Whoever chose what is quoted does not publish it."""


class SurveyWithoutFigures(SurveyRefusal):
    """Nothing is counted yet."""


class SurveyNotDecided(SurveyRefusal):
    """The decision has no answer yet."""


class SurveyNotEditable(SurveyRefusal):
    """It is with others, or is asked already: what it says stays as it is."""


class SurveyBeingCounted(SurveyRefusal):
    """Somebody has said something of notes since it was counted."""


class SurveyNotOver(SurveyRefusal):
    """No figure of it exists before it is closed, for anybody."""


class SurveyNotRead(SurveyRefusal):
    """Whoever schedules it has looked at everything that a second reader looks at."""

    kind = Kind.INVALID


class SurveyWaveBegun(SurveyRefusal):
    """The wave after it is there already."""


class SurveyNotOpen(SurveyRefusal):
    """It takes no answers, or not by this way."""


class SurveyAgencyUnknown(SurveyRefusal):
    """The actor speaks for no such agency."""

    kind = Kind.INVALID


class SurveyWeightsWrong(SurveyRefusal):
    """Shares of a question are all there and together 100 %, and their source is named in both languages."""

    kind = Kind.INVALID
