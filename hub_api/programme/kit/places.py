"""Which form of which page something was typed into: a hidden field of each form says it, and comes back with what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import sha256
from typing import Final, NamedTuple, Self
from urllib.parse import parse_qsl, quote, urlencode
from uuid import UUID

from starlette.requests import Request

from casework.drafts.model import Place, Typed
from hub_api.programme.kit.forms import ASKED_FIELD, SURE_FIELD, TOKEN_FIELD, Form
from hub_api.programme.kit.numbers import NUMBER_MAX

#: What comes with every form and is nothing that anybody typed.
OURS: Final = frozenset({TOKEN_FIELD, SURE_FIELD, ASKED_FIELD})
_MARK: Final = re.compile(r"(/[!-~]*) ([!-~]+) ([0-9a-f]{12}) ([0-9]{1,9}) ([0-9a-f]{8})")
_SAFE: Final = "/?=&%:@!$'()*+,;~-._"


class Keeping(Enum):
    """What a page keeps of what is typed into its forms: while somebody writes, by our script and by buttons; by buttons
    alone, without a script; or nothing at all, where what is typed is nobody's but its writer's until it is sent.
    """

    WRITING = auto()
    PRESSING = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """``base`` is a digest of what the form showed by itself, ``number`` that of the draft that its page knew, and ``whose`` says to
    whom it was shown: where two share a browser, nothing of the one becomes a draft of the other.
    """

    place: Place
    base: str
    number: int
    whose: str

    @property
    def text(self) -> str:
        return f"{self.place.page} {self.place.form} {self.base} {self.number} {self.whose}"

    @classmethod
    def read(cls, text: str, characters_max: int) -> Self | None:
        """None for what no page of ours wrote."""
        found = _MARK.fullmatch(text) if len(text) <= 2 * characters_max + 30 else None
        if found is None or "//" in found[1] or "\\" in found[1] or int(found[4]) > NUMBER_MAX:
            return None
        return cls(Place(found[1], found[2]), found[3], int(found[4]), found[5])


def whose(person_id: UUID) -> str:
    """Of a mark, for one person."""
    return sha256(person_id.bytes).hexdigest()[:8]


class Restored(NamedTuple):
    """A draft with more rows than its page shows by itself: the page is shown once more, with as many. ``base`` and ``changed`` are
    of the form as it stands without the draft.
    """

    base: str
    changed: list[tuple[str, str]]
    fields: Typed


def quoted(address: str) -> str:
    """As it stands in a link, without spaces."""
    return quote(address, safe=_SAFE)


def page_of(http: Request, mount: str) -> str:
    """The address that was asked for, without the mount and the language."""
    query = [(name, value) for name, value in parse_qsl(http.url.query) if name != "lang"]
    path = quoted(http.url.path.removeprefix(mount) or "/")
    return f"{path}?{urlencode(query)}" if query else path


def typed_in(form: Form) -> Mapping[str, list[str]]:
    """What was sent, without what is ours."""
    return {name: texts for name, texts in form.fields.items() if name not in OURS}
