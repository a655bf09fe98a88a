"""What a mail says. Pure."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final
from uuid import UUID

from casework.follow_up.rules import read_number
from casework.incoming_mail.errors import MailUnreadable
from casework.incoming_mail.model import Box, Intake, Mail
from casework.people.addresses import parse_address
from casework.people.errors import InvalidAddress

_NUMBER: Final = re.compile(r"\b[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]\b")
#: Where what somebody answers ends and what they answer to begins.
_QUOTED: Final = re.compile(r"^(>|On .{0,200}wrote:|-{2,} ?Original Message|في .{0,200}كتب)", re.MULTILINE)
_ID_CHARACTERS: Final = 500


def read(content: bytes) -> Mail | None:
    """What a mail says; None for what a program has sent by itself, which nobody answers.

    :class:`MailUnreadable` for one without a sender or without words.
    """
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if _is_automatic(message):
        return None
    name, address = parseaddr(str(message.get("From", "")))
    try:
        sender = parse_address(address).written
        part = message.get_body(("plain",))
        body = "" if part is None else str(part.get_content())
    except (InvalidAddress, LookupError, UnicodeError, AttributeError, KeyError):
        raise MailUnreadable from None  # its cause would quote the mail
    body = _QUOTED.split(body.replace("\r\n", "\n").replace("\x00", ""))[0].strip()
    mail_id = str(message.get("Message-ID", "")).strip()
    if not body or not mail_id:
        raise MailUnreadable
    subject = " ".join(str(message.get("Subject", "")).split())
    return Mail(mail_id[:_ID_CHARACTERS], sender, name.strip(), subject, body)


def numbers_in(subject: str) -> set[str]:
    """Numbers of cases that a subject names."""
    return {number for text in _NUMBER.findall(subject) if (number := read_number(text)) is not None}


def box_named(intake: Intake, organisation: str, kind: str) -> Box | None:
    """None for one of somebody else's."""
    try:
        return Box(UUID(organisation), kind) if kind in intake.kinds else None
    except ValueError:
        return None


def _is_automatic(message: EmailMessage) -> bool:
    """Out-of-office notes, lists, and what mail servers and hubs send: answering them would never end."""
    said = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    is_bounce = str(message.get("Return-Path", "")).strip() == "<>"
    has_list = any(
        message.get(name) is not None for name in ("List-Id", "X-Autoreply", "X-Auto-Response-Suppress")
    )
    return said != "no" or precedence in {"bulk", "junk", "list", "auto_reply"} or is_bounce or has_list
