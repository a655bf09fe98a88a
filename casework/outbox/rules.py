"""From a template and its fields to a message, and when to try again. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from urllib.parse import parse_qs, urlsplit

from casework.mail_texts.model import Wording
from casework.outbox.errors import WrongMail
from casework.outbox.model import Field, Mail, Template, Waiting
from casework.outbox.settings import OutboxSettings
from casework.outbox.words import told_name, told_text
from casework.workflow.wording import Label, instant_text
from citycore.language import Language, catalogue, direction, fill

#: Keeps what somebody wrote in its own direction, whatever the sentence around it.
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
#: Holds what somebody added in their own words, in a mail that tells of their step.
WORDS_FIELD = "step_words"
SUBJECT_CHARACTERS_MAX = 200
#: Fields whose addresses are the hub's own or of the account itself, and were looked at when they were made.
OWN_FIELDS = frozenset({"email", "news"})
#: Fields that hold more than a name.
TEXT_FIELDS = frozenset({"text", "reason", "because"})
#: What may stand in a subject: the hub's own words, and what organisers have named.
SUBJECT_FIELDS = frozenset(
    {
        "state",
        "amount",
        "document",
        "hackathon",
        "call",
        "due",
        "number",
        "outcome",
        "level",
        "severity",
        "place",
    }
)
ERROR_CHARACTERS_MAX = 500
#: Lines may end in a mail's text; nothing else that is not to be seen, above all none that turns text around.
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")
_FIELD = re.compile(r"\{\w+\}")
_LINK = re.compile(r"https?://[!-~]{1,2000}")
_PORTAL = re.compile(r"/portal(?:/|$)")
_RECIPIENT = re.compile(
    r"[^\s@<>\"(),:;\\\[\]\x00-\x20\x7f-\x9f]{1,64}@[^\s@<>\"(),:;\\\[\]\x00-\x20\x7f-\x9f]{1,253}"
)
#: Every transport takes these bytes, also servers that know only ASCII.
POLICY = SMTP.clone(cte_type="7bit")


def worded(mail: Mail) -> dict[str, str]:
    """The fields as text in the mail's language; :class:`WrongMail` if one cannot be mailed."""
    if _RECIPIENT.fullmatch(mail.recipient) is None:
        raise WrongMail(reason=f"not an address: {mail.recipient[:100]!r}")
    return {name: _field(name, value, mail.language) for name, value in mail.fields.items()}


def _field(name: str, value: Field, language: Language) -> str:
    if isinstance(value, datetime):
        return instant_text(value, language)
    if isinstance(value, Label):
        return value.text(language)
    text = value(language) if callable(value) else str(value)
    if name.endswith("link") and _LINK.fullmatch(text) is None:
        raise WrongMail(reason=f"not a link: {text[:100]!r}")
    return _UNSEEN.sub(" ", text)


def subject_and_text(
    template: Template, language: Language, fields: Mapping[str, str], own: Wording | None = None
) -> tuple[str, str]:
    """What a template says with its fields filled in, by the operator's ``own`` text where there is one and it goes with the
    fields; :class:`WrongMail` if one is missing.

    Links are the hub's own: whatever else people have written is told without what could pass for one.
    """
    shown = {name: _shown(name, value, language) for name, value in fields.items()}
    try:
        if own is not None:
            subject, text = (fill(part, language, **shown) for part in (own.subject, own.text))
            return " ".join(subject.split())[:SUBJECT_CHARACTERS_MAX], text.strip()
    except (KeyError, ValueError, IndexError):  # the mail has changed since it was written
        pass
    try:
        texts = catalogue(template.package)
        subject = texts.text(f"mail.{template.name}.subject", language, **shown)
        text = texts.text(f"mail.{template.name}.text", language, **shown)
    except (KeyError, ModuleNotFoundError, FileNotFoundError) as error:
        raise WrongMail(reason=f"{template.code} has no {error}") from error
    return " ".join(subject.split())[:SUBJECT_CHARACTERS_MAX], text.strip()


def subject_without_fields(code: str, language: Language, packages: Mapping[str, str]) -> str | None:
    """What mails of a template are about, for those who may not read them; None for one that is no more."""
    try:
        template = Template.of(code, packages)
        subject = catalogue(template.package).texts[language][f"mail.{template.name}.subject"]
    except (KeyError, ValueError, ModuleNotFoundError, FileNotFoundError):
        return None
    return _FIELD.sub("…", subject)


def compose(
    mail: Waiting, from_address: str, own: Wording | None = None, content: bytes | None = None
) -> EmailMessage:
    """The whole message: plain text and the same as simple HTML, under an identifier that never changes.

    ``content`` is that of the file that goes with it; where that is kept no longer, the text says so.
    """
    texts = catalogue("casework.outbox")
    subject, text = subject_and_text(mail.template, mail.language, mail.fields, own)
    if WORDS_FIELD in mail.fields:
        words = _isolated(mail.fields[WORDS_FIELD])
        text = f"{text}\n\n{texts.text('mail.words', mail.language)}\n{words}"
    if mail.file is not None and content is None:
        text = f"{text}\n\n{texts.text('mail.file_gone', mail.language, file=_isolated(mail.file.name))}"
    body = f"{text}\n\n-- \n{texts.text('mail.signature', mail.language)}\n"
    message = EmailMessage(policy=POLICY)
    try:
        message["From"] = Address(texts.text("mail.sender", mail.language), addr_spec=from_address)
        message["To"] = Address(addr_spec=mail.recipient)
        message["Subject"] = subject
    except (ValueError, IndexError, MessageError) as error:
        raise WrongMail(reason=str(error)) from error
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{mail.mail_id}@{from_address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    message.add_alternative(_as_html(body, mail.language), subtype="html")
    if mail.file is not None and content is not None:
        kind, _, subkind = mail.file.media_type.partition("/")
        message.add_attachment(content, maintype=kind, subtype=subkind, filename=mail.file.name)
    message["Content-Language"] = mail.language  # last: what sets a body drops what speaks of one
    return message


def next_attempt(attempts: int, at: datetime, settings: OutboxSettings) -> datetime | None:
    """When to try again after so many attempts; None if there were enough."""
    if attempts >= settings.attempts_max:
        return None
    # The exponent is capped too: a float has an end.
    pause = settings.retry_seconds_min * 2 ** min(attempts - 1, 40)
    return at + timedelta(seconds=min(pause, settings.retry_seconds_max))


def printable_reason(error: object) -> str:
    """One line of bounded length without characters that a terminal would obey."""
    return " ".join(_UNSEEN.sub(" ", str(error)).split())[:ERROR_CHARACTERS_MAX]


def _shown(name: str, value: str, language: Language) -> str:
    if name.endswith("link"):
        return _in_language(value, language)
    if name in OWN_FIELDS:
        return _isolated(value)
    return _isolated(told_text(value) if name in TEXT_FIELDS else told_name(value))


def _in_language(link: str, language: Language) -> str:
    """A page of the portal opens in the language of the mail, whatever the browser says."""
    try:
        parts = urlsplit(link)
    except ValueError:  # brackets that hold no address
        return link
    if not _PORTAL.search(parts.path) or "lang" in parse_qs(parts.query):
        return link
    query = f"lang={language}&{parts.query}" if parts.query else f"lang={language}"
    return parts._replace(query=query).geturl()


def _isolated(value: str) -> str:
    return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}"


def _as_html(body: str, language: Language) -> str:
    paragraphs = "".join(f"<p>{_html_lines(part)}</p>\n" for part in body.strip().split("\n\n"))
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction(language)}"><head><meta charset="utf-8"></head>\n'
        f'<body lang="{language}" dir="{direction(language)}">\n{paragraphs}</body></html>\n'
    )


def _html_lines(paragraph: str) -> str:
    return "<br>\n".join(_html_line(line.strip()) for line in paragraph.split("\n"))


def _html_line(line: str) -> str:
    safe = escape(line)
    return f'<a href="{safe}" dir="ltr">{safe}</a>' if _LINK.fullmatch(line) else safe
