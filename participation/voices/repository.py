"""The statements about voices. It never commits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.cases.figures import Counted
from casework.cases.repository import is_in_conflict
from casework.governorates.wilayats import wilayat_named
from casework.people.model import Names
from casework.workflow.model import Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import known, only_row, row_of, rows_of
from participation.voices.machine import OPEN, VOICE
from participation.voices.model import (
    UNKNOWN,
    Answer,
    Facts,
    NewVoice,
    Place,
    Voice,
)

QUERIES = load_queries("participation.voices")
#: How many are offered to be joined.
ALIKE_ROWS = 20
#: Among how many.
NEWEST_ROWS = 200


def store_voice(connection: Connection, voice_id: UUID, new: NewVoice, at: datetime) -> None:
    values = {
        "voice_id": voice_id,
        "kind": new.kind,
        "state": VOICE.initial.name,
        "at": at,
        "topic": new.topic,
    }
    texts = {"subject": new.subject, "body": new.body}
    connection.execute(QUERIES["store"], values | texts | _values_of(new.place))


def _values_of(place: Place) -> dict[str, object]:
    """With the code of the wilayat, where it is known which one is meant."""
    wilayat = wilayat_named(place.wilayat, place.governorate)
    return values_of(place) | {"wilayat_code": None if wilayat is None else wilayat.code}


def find_voice(connection: Connection, voice_id: UUID) -> Voice | None:
    return row_of(connection, Voice, QUERIES["voice"], {"voice_id": voice_id})


def find_counted(connection: Connection, organisation_id: UUID, month: date) -> list[Counted]:
    """What was said to an organisation in a month, in the cells of the tables that are released."""
    values = {"organisation_id": organisation_id, "month": month, "unknown": UNKNOWN}
    return rows_of(connection, Counted, QUERIES["counted_of"], values)


def set_answer(connection: Connection, voice_id: UUID, answer: Answer) -> None:
    connection.execute(QUERIES["set_answer"], values_of(answer) | {"voice_id": voice_id})


def set_disputed(connection: Connection, voice_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["set_disputed"], {"voice_id": voice_id, "at": at})


def find_agencies(
    connection: Connection, most: int, organisation_id: UUID | None = None
) -> list[tuple[UUID, Names]]:
    """Those to which something can be said, or this one if it is one, in the order of their English names."""
    values = {"rows": most, "organisation_id": organisation_id}
    rows = connection.execute(QUERIES["agencies"], values).fetchall()
    return [(organisation_id, Names(name_ar, name_en)) for organisation_id, name_ar, name_en in rows]


def alike_to(said: NewVoice | Voice) -> dict[str, object]:
    """What ``candidates`` and ``alike`` are asked with: open ones of the same kind, organisation, topic and place."""
    values = {"kind": said.kind, "topic": said.topic, "organisation_id": said.organisation_id}
    return {**values, **_values_of(said.place), "open": list(OPEN)}


def find_alike(connection: Connection, voice: Voice, reader_id: UUID | None) -> list[tuple[UUID, str]]:
    """Their subjects, for those who handle it, those near by first: they may be about the same."""
    bounds = {"voice_id": voice.voice_id, "reader_id": reader_id, "rows": ALIKE_ROWS, "newest": NEWEST_ROWS}
    rows = connection.execute(QUERIES["alike"], alike_to(voice) | bounds).fetchall()
    return [(voice_id, subject) for voice_id, subject, _ in rows]


def set_counted(connection: Connection, voice_id: UUID, month: date) -> None:
    connection.execute(QUERIES["counted"], {"voice_id": voice_id, "month": month})


def count_alike_notes(connection: Connection, voice: Voice, since: datetime) -> int:
    values = {"organisation_id": voice.organisation_id, "topic": voice.topic, "since": since}
    return only_row(
        connection, int, QUERIES["alike_notes"], values | {"governorate": voice.place.governorate}
    )


def read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    """As the workflow wants it; for somebody of the staff who is in conflict with it there is none."""
    voice = find_voice(connection, object_id)
    if voice is None or (
        actor.person_id is not None and is_in_conflict(connection, object_id, actor.person_id)
    ):
        return None
    values = {"voice_id": object_id, "person_id": actor.person_id}
    facts = known(row_of(connection, Facts, QUERIES["facts"], values))
    scopes = frozenset(
        {Scope(ScopeKind.ORGANISATION, voice.organisation_id), Scope(ScopeKind.CASE, object_id)}
    )
    return Standing(object_id, voice.state, voice.version, f"voice:{object_id}", scopes, object_id, facts)
