"""``/portal/desk/mail-texts``: what each mail says, written by administrators in both languages, with a preview."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter

from casework.mail_texts import service
from casework.mail_texts.model import MailText, Wording, Written
from casework.mail_texts.rules import placeholders, shipped
from casework.noun import Nouns
from casework.outbox.model import Template
from casework.outbox.rules import subject_and_text
from casework.programme import Session
from citycore.language import LANGUAGES, Language
from hub_api.programme.casework.staff.staff import administers
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What stands for whole numbers in a preview.
_NUMBER: Final = "3"
WRITTEN = ValueForm(Written)


def look_at_all(session: Session, _: PortalRequest) -> dict[str, Any]:
    return {"texts": service.list_all(session)}


def look(session: Session, request: PortalRequest, noun: str, name: str) -> dict[str, Any]:
    """As it is mailed now, with what each placeholder of it would be filled with in a preview."""
    found = service.get(session, f"{noun}/{name}")
    template = Template.of(found.code, session.of(Nouns).packages)
    values = Written(found.ar.subject, found.ar.text, found.en.subject, found.en.text)
    return {
        "title": found.en.subject if request.language == "en" else found.ar.subject,
        "mailed": found,
        "path": f"/desk/mail-texts/{found.code}",
        "form": WRITTEN.fill(values, request.typed),
        "known": _known(template),
        "previews": {language: preview(template, language, found) for language in LANGUAGES},
    }


def _known(template: Template) -> list[str]:
    """How its placeholders are written."""
    said = shipped(template, "en")
    return list({**placeholders(said.subject), **placeholders(said.text)}.values())


def preview(template: Template, language: Language, found: MailText) -> Wording:
    """With values of an example: the names of placeholders, three of what is counted, and addresses of the hub."""
    own = found.ar if language == "ar" else found.en
    known = shipped(template, language)
    said = {**placeholders(known.subject), **placeholders(known.text)}
    fields = {name: _example(name, how) for name, how in said.items()}
    return Wording(*subject_and_text(template, language, fields, own))


def _example(name: str, how: str) -> str:
    if name.endswith("link"):
        return "https://hub.example/portal"
    return _NUMBER if "#" in how else name


LIST = Page(
    router,
    "/desk/mail-texts",
    "casework/mail_texts/list.html",
    look_at_all,
    guard=administers,
    title="mail_texts.title",
    here="desk",
)
PAGE = Page(
    router,
    "/desk/mail-texts/{noun}/{name}",
    "casework/mail_texts/one.html",
    look,
    guard=administers,
    here="desk",
)
PAGE.post(
    "write",
    WRITTEN,
    "mail_text_saved",
    lambda session, noun, name, written: service.write(session, f"{noun}/{name}", written),
)
PAGE.press(
    "restore",
    "mail_text_restored",
    lambda session, noun, name: service.restore(session, f"{noun}/{name}"),
)
