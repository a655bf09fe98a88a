"""The question whether somebody means what cannot be taken back: what is done, to what, and what follows.

Nothing has been done when it is shown. Its form carries everything that was sent, and that its reader is sure.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from casework.money.model import Money
from casework.money.rules import shown
from casework.people.model import Names
from casework.workflow.errors import NotConfirmed
from casework.workflow.wording import Label
from citycore.language import Language
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hub_api.programme.kit.forms import ASKED_FIELD, DRAFT_FIELD, SURE_FIELD, TOKEN_FIELD, Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import came_from, known_request
from programme.registry import BINDINGS, MACHINES

#: What things are called: of nouns that say it with their binding, and of the others, and of what is no noun.
CALLED = load_queries("hub_api.programme.kit.asking") | {
    binding.machine.name: binding.called for binding in BINDINGS if binding.called is not None
}
_OURS = frozenset({TOKEN_FIELD, SURE_FIELD, ASKED_FIELD})


async def ask(http: Request, error: Exception) -> Response:
    """The page instead of the deed; its button does it, its link leads back."""
    assert isinstance(error, NotConfirmed)
    request = known_request(http)
    assert request is not None  # whoever acts has been looked up
    assert request.sent is not None  # and what they sent has been read
    about, amount = await request.look(lambda session: _about(session.connection, error))
    key, language = f"{error.kind}.{error.deed}", request.language
    deed = deed_text(error.kind, error.deed, language)
    fields = {name: values for name, values in request.sent.fields.items() if name not in _OURS}
    if request.sent.mark:
        fields[DRAFT_FIELD] = [request.sent.mark]
    return render_page(
        request,
        "kit/asking/question.html",
        title=WORDS.text("asking.title", language, deed=deed),
        deed=deed,
        about=about,
        amount=None if amount is None else shown(amount, language),
        effect=_told(f"asking.effect.{key}", language),
        way_back=_told(f"asking.way_back.{key}", language),
        becomes=error.becomes,
        decisions=len(request.sent.all("decision")) if error.deed == "release" else 0,
        number=error.number,
        reason=_reason(error, request.sent),
        fields=fields,
        action=_address(http),
        back=came_from(http),
        sure_field=SURE_FIELD,
        asked_field=ASKED_FIELD,
    )


def deed_text(kind: str, deed: str, language: Language) -> str:
    """What is done: in words of its own, else as the button of the step says it."""
    own = _told(f"asking.deed.{kind}.{deed}", language)
    if own is not None:
        return own
    machine = next(one for one in MACHINES if one.name == kind)
    return machine.label("event", deed).text(language)


def _about(connection: Connection, error: NotConfirmed) -> tuple[Names | None, Money | None]:
    """What it is called that the deed is about, and how much money where it is about money."""
    if error.object_id is None:
        return None, None
    names = _row(connection, error.kind, error.object_id)
    claimed = _row(connection, "claimed", error.object_id) if error.kind == "claim" else None
    return None if names is None else Names(*names), None if claimed is None else Money(*claimed)


def _row(connection: Connection, query: str, object_id: UUID) -> tuple[Any, ...] | None:
    return connection.execute(CALLED[query], {"object_id": object_id}).fetchone()


def _reason(error: NotConfirmed, form: Form) -> Label | None:
    """The reason that was chosen, where the deed is a step of a workflow."""
    chosen = form.text("reason")
    machine = next((one for one in MACHINES if one.name == error.kind), None)
    if machine is None or not any(chosen in state.reasons for state in machine.states):
        return None
    return machine.label("reason", chosen)


def _told(key: str, language: Language) -> str | None:
    return WORDS.text(key, language) if key in WORDS.texts[language] else None


def _address(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
