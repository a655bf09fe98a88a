"""What stands against a form, or against the answers to one."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class FormRefusal(Refusal):
    package = "casework.forms"
    kind = Kind.INVALID


class AnswersTooLong(FormRefusal):
    """The answers together are longer than ``bytes_max``."""


class AnswersUnreadable(FormRefusal):
    """What came with the page are not the answers that went out with it, or the questions are others now."""


class AnswersExpired(FormRefusal):
    """The page was open for too long; nothing was stored."""


class FormUnsound(FormRefusal):
    """The question ``field`` (or the form, if it is empty) cannot be asked like this: ``fault`` is a key of ``question.*``."""


class NoErratum(FormRefusal):
    """More than words differ from the newest version: it is a new version, counted apart."""

    kind = Kind.CONFLICT


class FormFixed(FormRefusal):
    """It is asked, or was: nobody changes it any more."""

    kind = Kind.CONFLICT


class TooManyQuestions(FormRefusal):
    """A form has no more than ``most``."""


class DocumentUnsound(FormRefusal):
    """It is no form in YAML or JSON: ``where`` is the path in it, or the line, and ``reason`` says what is wrong there."""


class TwoConditions(FormRefusal):
    """Answers of more than one question were ticked to decide who is asked."""


class ChoicesUneven(FormRefusal):
    """Choices were given as lines, of which one language has more: ``arabic`` and ``english`` are their numbers."""
