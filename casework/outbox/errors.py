"""Why a mail cannot be sent now, or never."""

from __future__ import annotations

from uuid import UUID

from citycore.errors import FalajError, Kind


class MailError(FalajError):
    package = "casework.outbox"
    kind = Kind.INTERNAL


class WrongMail(MailError):
    """What was asked to be mailed cannot be: an address, a link or a field is wrong; ``reason`` says which."""


class UnreadableMail(WrongMail):
    """What is stored of the mail cannot be read."""

    slug = "wrong_mail"

    def __init__(self, mail_id: UUID, **details: object) -> None:
        self.mail_id = mail_id
        super().__init__(**details)


class MailServerAway(MailError):
    """Nothing can be sent at this moment, whoever the mail is for; ``reason`` says why."""

    kind = Kind.UNAVAILABLE


class MailRefused(MailError):
    """The server will never take this mail; ``reason`` is its answer."""

    kind = Kind.CONFLICT


class MailPutOff(MailError):
    """The server does not take this mail now; ``reason`` is its answer."""

    kind = Kind.UNAVAILABLE
