"""What stands against taking in a mail."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class IncomingMailRefusal(Refusal):
    package = "casework.incoming_mail"


class MailUnreadable(IncomingMailRefusal):
    """A mail without a sender, without words, or in letters that nobody knows."""

    kind = Kind.INVALID


class MailTooLarge(IncomingMailRefusal):
    """More than ``bytes_max``."""

    kind = Kind.TOO_LARGE


class MailboxAway(IncomingMailRefusal):
    """The IMAP server ``host`` did not do what it was asked (``doing``), because of ``error``."""

    kind = Kind.UNAVAILABLE
