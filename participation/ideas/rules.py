"""What may be written, and where somebody holds a role. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.normalisation import normalise_text
from participation.ideas.model import PACKAGE, NewIdea
from participation.ideas.settings import IdeaSettings

FIELDS: Final = Fields(PACKAGE)


def scopes_of(session_id: UUID | None) -> frozenset[Scope]:
    """Where those who lead what it is about, or moderate in it, hold a role; of what is about nothing the hub alone."""
    return frozenset() if session_id is None else frozenset({Scope(ScopeKind.SESSION, session_id)})


def author_scopes(idea_id: UUID, author_id: UUID | None) -> frozenset[Scope]:
    own = {Scope(ScopeKind.CASE, idea_id)}
    return frozenset(own if author_id is None else {*own, Scope(ScopeKind.PERSON, author_id)})


def wrong_idea(said: NewIdea, settings: IdeaSettings) -> Iterator[Refusal]:
    yield from FIELDS.wrong_texts(said, ("title",), settings.title_characters_max)
    yield from FIELDS.wrong_texts(said, ("body",), settings.characters_max)
    yield from FIELDS.wrong_texts(said, ("byline",), settings.byline_characters_max, 0)


def body_digest(body: str) -> bytes:
    """The same for texts that differ in spelling and spaces alone."""
    return sha256(" ".join(normalise_text(body).split()).encode()).digest()
