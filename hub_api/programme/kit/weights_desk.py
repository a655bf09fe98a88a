"""The form in which staff writes by which shares of the public answers are weighted: ``kit/weights_desk.html``.

A noun has it at ``…/weights`` below the page of what people are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from casework.counting.asking import Asking
from casework.counting.model import Targets
from casework.counting.weighting import Fault, groups_of, typed_of
from casework.forms.questionnaires import Form as Fields
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hub_api.programme.kit.addresses import at, named
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest


def add_weights(
    page: Page[UUID],
    asking: Asking[Any],
    get: Callable[[Session, UUID], Any],
    read: Callable[[Session, Any, Mapping[str, str]], tuple[object, Mapping[str, Fault]]],
    weigh: Callable[[Session, UUID, dict[str, str], int], object],
) -> None:
    """Once what is asked is fixed, and until it closes. ``get`` raises for whoever may not weigh it; ``read`` gives with what was typed
    what stands against it.
    """

    def look(session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
        about = get(session, object_id)
        asked = asking.of(about)
        if not asked.is_set_up:
            raise NoSuchObject
        form = asking.get_form(session, about).fields
        told = partial(read, session, about)
        return {
            "titles": asked.titles,
            "home": at(page.path, object_id),
            "version": asked.version,
            **weights_shown(request, form, asked.targets, lambda typed: told(typed)[1]),
        }

    Page(
        page.router,
        f"{page.path}/weights",
        "kit/weights_desk.html",
        named(look, page.path),
        guard=signed_in,
        object_guard=page.object_guard,
        title="weights_desk.title",
        here=page.here,
    ).edit("", weights_in, "saved", weigh)


def weights_in(form: Form) -> dict[str, str]:
    """What was typed, by field."""
    return {name: form.text(name) for name in form.fields}


def weights_shown(
    request: PortalRequest,
    form: Fields,
    targets: Targets | None,
    read: Callable[[Mapping[str, str]], Mapping[str, Fault]],
) -> dict[str, Any]:
    """The fields of all questions by which can be weighted; what was typed, with what ``read`` finds against it beside each."""
    sent, language = request.sent, request.language
    typed = typed_of(targets) if sent is None else weights_in(sent)
    faults = {} if sent is None else read(typed)
    return {
        "typed": typed,
        "faults": {
            name: WORDS.text(f"weights_desk.fault.{one.key}", language, found=one.found)
            for name, one in faults.items()
        },
        "questions": [
            (
                asked.code,
                Names(asked.name_ar, asked.name_en).shown(language),
                [(code, names.shown(language)) for code, names in groups_of(asked).items()],
            )
            for asked in form
            if groups_of(asked)
        ],
    }
