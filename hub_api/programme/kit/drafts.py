"""Nothing that somebody types into a form of a page is lost: it is kept as a draft of theirs, and stands there again.

One mechanism for the forms of all pages. ``mark`` goes over a page as it is sent: each form gets a hidden field that says which
it is, those of some size a button that keeps what was typed, and our script the rest of the time. What comes back with a form is
kept while it is refused and forgotten once it is done. What a page keeps at all, it says itself (:class:`Keeping`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any, Final

from casework.drafts import service
from casework.drafts.errors import DraftRefusal
from casework.drafts.model import Draft, NewDraft, Place
from casework.drafts.settings import DraftSettings
from casework.workflow.wording import instant_text
from citycore.clock import CITY_ZONE
from citycore.language import Language, isolate
from hub_api.programme.kit.controls import Edit, PageForm, edited, forms_of
from hub_api.programme.kit.forms import DRAFT_FIELD, TOKEN_FIELD, WORDS_FIELD
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.places import (
    Keeping,
    Mark,
    Restored,
    page_of,
    quoted,
    typed_in,
    whose,
)
from hub_api.programme.kit.request import PortalRequest
from hub_api.serving.pages.assets import ASSETS
from hub_api.serving.pages.layout import TEMPLATES

#: Hidden fields that say nothing of what a form is about, or another thing each time.
_PASSING: Final = frozenset(
    {TOKEN_FIELD, DRAFT_FIELD, "version", "carried", "once", "issued", "next", "page", "shown", "total"}
)
#: Fields of which nothing is kept: secrets, and codes that would say who somebody is where nobody is to know.
_SECRET_NAMES: Final = frozenset({"password", "token", "key", "secret"})
_SECRET_WORDS: Final = ("one-time-code", "password")
_ROW: Final = re.compile(r".*[0-9]")
_IDENTIFIER: Final = re.compile(r"[0-9a-f-]{32,36}|[^\W\d_]?[\W\d_]*")


@dataclass(slots=True)
class Marked:
    """A page as it is sent; ``has_script`` if it loads ours."""

    body: str
    has_script: bool = False


def mark(request: PortalRequest, body: str, say: Callable[..., str], *, is_refused: bool) -> Marked:
    """With what is kept of its forms, for whoever is signed in. ``is_refused`` where it is shown for what was sent."""
    if request.signed is None or request.keeping is Keeping.NOTHING:
        return Marked(body)
    marking = _Marking(request, body, say, is_refused=is_refused)
    return marking.finish()


async def keep_typed(request: PortalRequest) -> None:
    """Keep what was sent and is not done: its page is shown again, and may be left. What cannot be kept stands on it all the same."""
    mark_ = sent_mark(request)
    if mark_ is None or request.sent is None or request.keeping is Keeping.NOTHING:
        return
    new = NewDraft(mark_.place, typed_in(request.sent), mark_.base, mark_.number)
    with contextlib.suppress(DraftRefusal):
        await request.office.act(request.person.actor, service.keep, new)
    request.drafts = await request.office.act(request.person.actor, service.list_of_page, mark_.place.page)


async def settle(request: PortalRequest) -> None:
    """What was sent is done, so nothing of it is kept."""
    mark_ = sent_mark(request)
    if mark_ is not None:
        await request.office.act(request.person.actor, service.forget, mark_.place)


def sent_mark(request: PortalRequest) -> Mark | None:
    """Which form somebody who is signed in sent, of a page that they were shown themselves."""
    if request.signed is None or request.sent is None:
        return None
    found = Mark.read(request.sent.mark, _settings(request).address_characters_max)
    return found if found is not None and found.whose == whose(request.person.person.person_id) else None


def place_of_unsent(request: PortalRequest) -> str:
    """The mark of the form of which something could not be taken; "" where that is not known, as of pages that keep nothing."""
    text = "" if request.unsent is None else request.unsent.mark
    return "" if Mark.read(text, _settings(request).address_characters_max) is None else text


def shown_at(at: datetime, now: datetime, language: Language) -> str:
    """The time of today, else the day too."""
    local = at.astimezone(CITY_ZONE)
    if local.date() == now.astimezone(CITY_ZONE).date():
        return isolate(f"{local:%H:%M}")
    return isolate(instant_text(local.replace(second=0, microsecond=0), language))


def texts_in(fields: Mapping[str, list[str]]) -> list[str]:
    """What people wrote of it, as far as it is words: without codes, numbers and identifiers."""
    texts = (text.strip() for name, all_ in fields.items() if name not in _PASSING for text in all_)
    return [text for text in texts if _IDENTIFIER.fullmatch(text) is None]


def is_draftable(form: PageForm) -> bool:
    """Whether people type into it, and nothing secret."""
    return bool(form.typed) and not any(
        one.kind == "password"
        or one.name in _SECRET_NAMES
        or any(word in one.tag.attributes.get("autocomplete", "") for word in _SECRET_WORDS)
        for one in form.controls
    )


def name_of(form: PageForm) -> str:
    """Which of the forms of a page it is: where it is sent to, and what it is about by its hidden fields."""
    about = [
        f"{one.name}={one.value}"
        for one in form.controls
        if one.kind == "hidden" and one.name not in _PASSING and _ROW.fullmatch(one.name) is None
    ]
    action = quoted(form.tag.attributes.get("action", "").removeprefix(MOUNT) or "/")
    digest = sha256("\n".join(about).encode()).hexdigest()[:8]
    return f"{action}#{digest}" if about else action


class _Marking:
    def __init__(
        self, request: PortalRequest, body: str, say: Callable[..., str], *, is_refused: bool
    ) -> None:
        self._request, self._body, self._is_refused = request, body, is_refused
        self._say = say
        self._sent = sent_mark(request) if request.http.method == "POST" else None
        self._page = page_of(request.http, MOUNT) if self._sent is None else self._sent.place.page
        self._drafts = {draft.form: draft for draft in request.drafts if draft.page == self._page}
        self._edits: list[Edit] = []
        self._opened: set[int] = set()
        self._limits = _settings(request)
        self._whose = whose(request.person.person.person_id)
        self._pieces = TEMPLATES.get_template("programme/kit/drafts.html").make_module(
            {"say": say, "mount": MOUNT, "form_token": request.form_token, "ours": ASSETS["writing.js"]}
        )

    def finish(self) -> Marked:
        forms = forms_of(self._body)
        known: set[str] = set()
        for form in forms:
            name = name_of(form) if is_draftable(form) else ""
            if (
                name
                and name not in known
                and len(name) + len(self._page) <= self._limits.address_characters_max
            ):
                known.add(name)
                self._mark(form, name)
        takes_several = any("multiple" in one.tag.attributes for form in forms for one in form.controls)
        has_script = self._request.keeping is Keeping.WRITING and (bool(known) or takes_several)
        if has_script:
            head = self._body.index("</head>")
            self._edits.append(Edit(head, head, self._piece("script", self._limits.save_seconds)))
        return Marked(edited(self._body, self._edits), has_script)

    def _mark(self, form: PageForm, name: str) -> None:
        draft, again = self._drafts.get(name), self._request.restored.get(name)
        base = form.base() if again is None else again.base
        number = 0 if draft is None else draft.number
        if self._sent is not None and self._sent.place.form == name:
            # A noun that shows what was typed by itself, perhaps beside what somebody else wrote meanwhile, knows better.
            is_as_before, base = base == self._sent.base, self._sent.base
            if self._is_refused and is_as_before and self._request.sent is not None:
                self._fill(form, self._request.sent.fields)
        elif draft is not None and draft.fields is not None:
            self._restore(form, draft, base)
        mark_ = Mark(Place(self._page, name), base, number, self._whose)
        hidden = f'\n<input type="hidden" name="{DRAFT_FIELD}" value="{escape(mark_.text)}">'
        self._edits.append(Edit(form.tag.end, form.tag.end, hidden))
        is_large = any(one.kind == "textarea" and one.name != WORDS_FIELD for one in form.typed)
        if is_large or len(form.typed) >= self._limits.button_fields_min:
            self._add_button(form)

    def _add_button(self, form: PageForm) -> None:
        """Below the form, which keeps the buttons that its noun gave it; the Enter key presses one of those."""
        own = form.tag.attributes.get("id", "")
        if not own:
            own = f"form-{form.tag.start}"
            self._edits.append(form.tag.without("id", f' id="{own}"'))
        self._edits.append(Edit(form.end, form.end, self._piece("button", own)))

    def _restore(self, form: PageForm, draft: Draft, base: str) -> None:
        """What was typed stands in the form again, and above it that it does; what has changed since stands there too."""
        assert draft.fields is not None
        request = self._request
        again = request.restored.get(draft.form)
        known = {one.name for one in form.controls}
        left = {name: texts for name, texts in draft.fields.items() if name not in known}
        names, words = form.differs(draft.fields), texts_in(left)
        if again is None and not names and not words:
            return
        changed = [(form.label_of(name), form.told(name)) for name in names] if draft.base != base else []
        if again is not None:
            changed = again.changed
        elif words and any(_ROW.fullmatch(name) for name in left) and not request.restored:
            request.restored[draft.form] = Restored(base, changed, draft.fields)
        at = shown_at(draft.saved_at, request.office.clock(), request.language)
        text = Mark(draft.place, base, draft.number, self._whose).text
        self._edits.append(
            Edit(form.tag.start, form.tag.start, self._piece("restored", text, at, changed, words))
        )
        self._fill(form, draft.fields)

    def _fill(self, form: PageForm, fields: Mapping[str, list[str]]) -> None:
        self._edits += form.fill(fields)
        for tag in form.details:
            if tag.start not in self._opened:
                self._opened.add(tag.start)
                self._edits.append(tag.without("open", " open"))

    def _piece(self, name: str, *given: Any) -> str:
        return str(getattr(self._pieces, name)(*given)).strip() + "\n"


def _settings(request: PortalRequest) -> DraftSettings:
    return request.office.programme.of(DraftSettings)
