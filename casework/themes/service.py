"""Reading what people wrote: name themes, say of each note what it is about and whether it may be quoted.

Nothing here asks for a role, and notes themselves are not kept here: the noun passes those that may be read. Whoever has
chosen a quote stands in ``codings.coded_by``, so that a noun can let somebody else publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from casework.programme import Session
from casework.themes.errors import NoteUnknown, ThemesFull
from casework.themes.model import PACKAGE, Coding, Reading, Theme, Topic
from casework.themes.settings import ThemeSettings
from casework.workflow.fields import Fields
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.themes")
FIELDS = Fields(PACKAGE)


def read(session: Session, object_id: UUID) -> Reading:
    """All themes and codings of an object."""
    themes: dict[str, list[Theme]] = {}
    for question, *theme in session.connection.execute(QUERIES["themes"], {"object_id": object_id}):
        themes.setdefault(question, []).append(Theme(*theme))
    codings: dict[str, list[Coding]] = {}
    for question, *coding in session.connection.execute(QUERIES["codings"], {"object_id": object_id}):
        codings.setdefault(question, []).append(Coding(*coding))
    return Reading(themes, codings)


def name_theme(session: Session, topic: Topic, theme: Theme) -> None:
    """What several notes are about; nothing where the code is there. :class:`WrongField`, :class:`ThemesFull`."""
    settings = session.of(ThemeSettings)
    FIELDS.check_texts(theme, ("name_ar", "name_en"), settings.name_characters_max)
    if len(read(session, topic.object_id).themes.get(topic.question, ())) >= settings.themes_max:
        raise ThemesFull(themes_max=settings.themes_max)
    session.connection.execute(QUERIES["name_theme"], values_of(theme) | topic._asdict())


def code(session: Session, topic: Topic, notes: Mapping[UUID, str], codings: Iterable[Coding]) -> None:
    """What a person says of notes. The words of a note are kept here only where they may be quoted.

    :class:`NoteUnknown` for what is none of ``notes``, or for a theme that nobody has named.
    """
    known = {theme.code for theme in read(session, topic.object_id).themes.get(topic.question, ())}
    for one in codings:
        text = notes.get(one.note_id)
        if text is None or (one.theme is not None and one.theme not in known):
            raise NoteUnknown
        said = {"quote": text if one.is_quoted else None, "coded_by": session.actor.person_id}
        session.connection.execute(QUERIES["code"], values_of(one) | topic._asdict() | said)


def list_quotes(session: Session, object_id: UUID) -> dict[str, list[str]]:
    """By question, what a person has chosen to be read by everybody."""
    found: dict[str, list[str]] = {}
    for question, quote in session.connection.execute(QUERIES["quotes"], {"object_id": object_id}):
        found.setdefault(question, []).append(quote)
    return found
