"""Which placeholders a text may have and must have. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Final

from casework.mail_texts.errors import MailTextUnreadable, PlaceholderMissing, PlaceholderUnknown
from casework.mail_texts.model import PACKAGE, Wording, Written, field
from casework.outbox.model import Template
from casework.outbox.rules import SUBJECT_FIELDS
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.language import LANGUAGES, Language, catalogue

FIELDS: Final = Fields(PACKAGE)
#: Without these a mail says nothing that its reader needs, wherever the shipped text has them; so it is with links.
NEEDED: Final = frozenset(
    {"code", "number", "reason", "because", "text", "news", "reference", "until", "expires_at", "due_at"}
)


def shipped(template: Template, language: Language) -> Wording:
    texts, key = catalogue(template.package).texts[language], f"mail.{template.name}"
    return Wording(texts[f"{key}.subject"].strip(), texts[f"{key}.text"].strip())


def templates_of(packages: Mapping[str, str]) -> Iterator[Template]:
    """All mails of the nouns, in the order of their codes."""
    for _, package in sorted(packages.items()):
        try:
            keys = catalogue(package).texts[LANGUAGES[0]]
        except FileNotFoundError:
            continue
        for key in sorted(keys):
            if key.startswith("mail.") and key.endswith(".subject"):
                yield Template(package, key.removeprefix("mail.").removesuffix(".subject"))


def placeholders(text: str) -> dict[str, str]:
    """How each is written, by name; ``ValueError`` for a text with a brace that means nothing."""
    found: dict[str, str] = {}
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or conversion or (spec and not spec.startswith("#")):
            raise ValueError(name)
        found[name] = f"{{{name}:{spec}}}" if spec else f"{{{name}}}"
    return found


def wordings(written: Written) -> dict[Language, Wording]:
    return {
        "ar": Wording(written.subject_ar.strip(), written.text_ar.replace("\r\n", "\n").strip()),
        "en": Wording(written.subject_en.strip(), written.text_en.replace("\r\n", "\n").strip()),
    }


def why_wrong(template: Template, language: Language, said: Wording, characters_max: int) -> Refusal | None:
    """What stands against a text, told with the name of the placeholder that is wrong."""
    known = shipped(template, language)
    subject, text = placeholders(known.subject), placeholders(known.text)
    for part, written, allowed in (
        (
            "subject",
            said.subject,
            {name: how for name, how in {**text, **subject}.items() if name in SUBJECT_FIELDS},
        ),
        ("text", said.text, {**subject, **text}),
    ):
        label = field(f"{part}_{language}")
        if not 1 <= len(written) <= characters_max:
            return FIELDS.wrong(f"{part}_{language}", f"1–{characters_max}")
        try:
            used = placeholders(written)
        except ValueError as error:
            return MailTextUnreadable(field=label, placeholder=str(error)[:40])
        unknown = [how for name, how in used.items() if allowed.get(name) != how]
        if unknown:
            return PlaceholderUnknown(field=label, placeholder=unknown[0])
    missing = [
        how
        for name, how in text.items()
        if (name in NEEDED or name.endswith("link")) and name not in placeholders(said.text)
    ]
    return PlaceholderMissing(field=field(f"text_{language}"), placeholder=missing[0]) if missing else None
