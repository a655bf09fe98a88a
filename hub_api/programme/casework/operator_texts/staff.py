"""``/portal/desk/texts``: what the pages about the hub say, written by administrators in both languages, with a preview."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from markupsafe import Markup

from casework.operator_texts import service
from casework.operator_texts.model import PLACEHOLDERS, Written
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.language import Language
from hub_api.programme.casework.staff.staff import administers
from hub_api.programme.kit.pages import AGAIN, Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm
from hub_api.serving.operator.settings import operator
from hub_api.serving.operator.texts import PAGES, rendered, shipped
from hub_api.serving.texts import TEXTS

router = APIRouter(prefix="/portal", include_in_schema=False)
WRITTEN = ValueForm(Written)
#: As the form has them.
FORMS: Final[tuple[Language, ...]] = ("ar", "en")


def title_of(name: str, language: Language) -> str:
    return TEXTS.text(f"operator.{name}", language)


def look_at_all(session: Session, request: PortalRequest) -> dict[str, Any]:
    own = service.list_named(session)
    return {"texts": [(name, title_of(name, request.language), name in own) for name in PAGES]}


def known(_session: Session, page_name: str) -> None:
    """Before anything is read that was sent: :class:`NoSuchObject` for what is no page about the hub."""
    if page_name not in PAGES:
        raise NoSuchObject


def look(session: Session, request: PortalRequest, page_name: str) -> dict[str, Any]:
    """As it is shown now or was typed just now, and how that looks."""
    known(session, page_name)
    own = service.find(session, page_name)
    come = (shipped(page_name, language, operator()) for language in FORMS)
    form = WRITTEN.fill(own or Written(*come), request.typed)
    return {
        "title": title_of(page_name, request.language),
        "name": page_name,
        "is_own": own is not None,
        "path": f"/desk/texts/{page_name}",
        "form": form,
        "placeholders": sorted(PLACEHOLDERS),
        "previews": {each: _preview(form.text(f"text_{each}"), each) for each in FORMS},
    }


def _preview(text: str, language: Language) -> Markup:
    # Rendered from Markdown in which HTML is text.
    return Markup(rendered(text, language, operator()))  # noqa: S704


LIST = Page(
    router,
    "/desk/texts",
    "casework/operator_texts/list.html",
    look_at_all,
    guard=administers,
    title="operator_texts.title",
    here="desk",
)
PAGE = Page(
    router,
    "/desk/texts/{page_name}",
    "casework/operator_texts/one.html",
    look,
    guard=administers,
    object_guard=known,
    here="desk",
)
PAGE.post("write", WRITTEN, "operator_text_saved", service.write)
PAGE.post("preview", WRITTEN, "operator_text_saved", lambda _session, _name, _written: AGAIN)
PAGE.press("restore", "operator_text_restored", service.restore)
