"""What stands against a text of a mail."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class MailTextRefusal(Refusal):
    package = "casework.mail_texts"
    kind = Kind.INVALID


class PlaceholderUnknown(MailTextRefusal):
    """The mail has no such value; ``field`` says where it stands, ``placeholder`` which."""


class PlaceholderMissing(MailTextRefusal):
    """Without it the mail would not lead where one acts, or not say what it is for."""


class MailTextUnreadable(MailTextRefusal):
    """A brace that opens nothing, or what stands in it is no name."""
