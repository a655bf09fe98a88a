"""Boxes for the nouns that ask people something: open, put, close; read when they are mixed.

Nothing here asks for a role: the noun does. Nothing is logged of an answer; what may be told (opened, closed, so many counted)
the noun notes of its own object. ``docs/decisions/0031-surveys-and-dialogue.md`` says what stays hidden from whom.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

import numpy as np
from psycopg.types.json import Jsonb

from casework.access.model import SYSTEM
from casework.admission import service as admission
from casework.admission.model import Ticket
from casework.forms.carrying import document_of
from casework.programme import Programme, Session
from casework.statistics.outliers import kiosk_outliers
from casework.statistics.settings import StatisticsSettings
from casework.unlinked_answers.errors import BoxClosed, BoxFull, BoxNotMixed, BoxStillOpen
from casework.unlinked_answers.model import Answer, BoxState, NewAnswer
from casework.unlinked_answers.settings import UnlinkedSettings
from casework.workflow.errors import Busy, existing
from citycore.failures.service import Attempts
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.unlinked_answers")
JOB: Final = "unlinked_answers_mixing"


def open_box(session: Session, object_id: UUID) -> None:
    """From now on people can answer about an object of the caller's, which may have a roll or none."""
    most = session.of(UnlinkedSettings).answers_per_box_max
    values = {"object_id": object_id, "answers_max": most, "at": session.now()}
    session.connection.execute(QUERIES["open"], values)


def put(session: Session, object_id: UUID, new: NewAnswer) -> bool:
    """Keep an answer so that nobody learns whose it is; False if the same page was sent before, which counts once.

    :class:`BoxClosed`, :class:`BoxFull`.
    """
    values = {"object_id": object_id}
    if existing(row_of(session.connection, BoxState, QUERIES["hold"], values)) is not BoxState.OPEN:
        raise BoxClosed
    if only_row(session.connection, bool, QUERIES["is_full"], values):
        raise BoxFull
    is_kiosk = new.kiosk_id is not None
    hour = session.now().replace(minute=0, second=0, microsecond=0) if is_kiosk else None
    answer = {
        "once": new.once or session.new_id(),
        "version": new.version,
        "channel": new.channel,
        "language": new.language,
        "document": Jsonb(document_of(new.answers)),
        "kiosk_id": new.kiosk_id,
        "kiosk_hour": hour,
    }
    return session.connection.execute(QUERIES["put"], values | answer).rowcount == 1


def put_by_token(session: Session, token: Ticket, new: NewAnswer) -> None:
    """Use a token and keep the answer: both or neither, and the first one counts. The channel is that of the token.

    :class:`TokenUsed` for whatever comes after the first, a second press of the same button too; :class:`TokenUnknown`,
    :class:`RollClosed`, and what :func:`put` raises.
    """
    channel = admission.use_ticket(session, token)
    put(
        session,
        token.object_id,
        NewAnswer(new.version, new.answers, channel, new.language),
    )


def close(session: Session, object_id: UUID) -> None:
    """Nobody answers any more, and the roll of the object is closed; nothing where it is. The worker mixes it next."""
    if admission.has_roll(session, object_id):
        admission.close_roll(session, object_id)
    session.connection.execute(QUERIES["lock"], {"object_id": object_id})
    session.connection.execute(QUERIES["close"], {"object_id": object_id, "at": session.now()})


def state_of(session: Session, object_id: UUID) -> BoxState:
    """:class:`NoSuchObject` if there is none."""
    return existing(row_of(session.connection, BoxState, QUERIES["state"], {"object_id": object_id}))


def read(session: Session, object_id: UUID) -> list[Answer]:
    """All answers in random order; :class:`BoxStillOpen` for everybody, :class:`BoxNotMixed` for a moment after it."""
    _require_mixed(session, object_id)
    return rows_of(session.connection, Answer, QUERIES["read"], {"object_id": object_id})


def read_texts(
    session: Session,
    object_id: UUID,
    question: str,
    part: slice = slice(None),
    answers: Collection[UUID] | None = None,
) -> dict[UUID, str]:
    """What was written in answer to a question, by answer: a part of it in an order that says nothing, or of these answers alone.
    Refused as :func:`read` is.
    """
    _require_mixed(session, object_id)
    start = part.start or 0
    values = {
        "object_id": object_id,
        "question": question,
        "answers": None if answers is None else list(answers),
        "start": start,
        "rows": None if part.stop is None else part.stop - start,
    }
    return dict(session.connection.execute(QUERIES["texts"], values).fetchall())


def count(session: Session, object_id: UUID) -> dict[str, int]:
    """How many answers there are by channel; refused as :func:`read` is."""
    _require_mixed(session, object_id)
    rows = session.connection.execute(QUERIES["count"], {"object_id": object_id}).fetchall()
    return dict(rows)


def mix_due(programme: Programme, stopping: Callable[[], bool]) -> int:
    """Mix the boxes that are closed, each in a transaction of its own; how many.

    After a crash in the middle of one nothing of it has happened, and it is done again; one that fails holds up no other.
    """
    with programme.connect() as connection:
        session = programme.within(connection, SYSTEM)
        attempts, done = Attempts(connection, JOB, programme.clock), 0
        with connection.transaction():
            closed = rows_of(connection, UUID, QUERIES["closed"], {})
        for object_id in closed:
            if stopping():
                break
            done += attempts.attempt(f"box {object_id}", partial(_mix, session, object_id)) or 0
    return done


def _mix(session: Session, object_id: UUID) -> int:
    """1 once it is mixed; 0 where others were in the tables for longer than they should wait behind us."""
    wait = f"{session.of(UnlinkedSettings).mixing_wait_seconds_max}s"
    try:
        with session.part():
            session.connection.execute(QUERIES["wait"], {"wait": wait})
            apart = _apart(session, object_id)
            values = {
                "object_id": object_id,
                "at": session.now(),
                "kiosks": [kiosk_id for kiosk_id, _ in apart],
                "hours": [hour for _, hour in apart],
            }
            session.connection.execute(QUERIES["mix"], values)
    except Busy:
        return 0
    return 1


def _apart(session: Session, object_id: UUID) -> list[tuple[UUID, datetime]]:
    """The kiosks and hours with far more answers than are usual there."""
    rows = session.connection.execute(QUERIES["kiosk_hours"], {"object_id": object_id}).fetchall()
    kiosks = sorted({kiosk_id for kiosk_id, _, _ in rows})
    hours = sorted({hour for _, hour, _ in rows})
    answers = np.zeros((len(kiosks), len(hours)), np.int64)
    for kiosk_id, hour, number in rows:
        answers[kiosks.index(kiosk_id), hours.index(hour)] = number
    found = kiosk_outliers(answers, answers > 0, session.of(StatisticsSettings))
    return [(kiosks[device], hours[hour]) for device, hour in np.argwhere(found)]


def _require_mixed(session: Session, object_id: UUID) -> None:
    state = state_of(session, object_id)
    if state is BoxState.OPEN:
        raise BoxStillOpen
    if state is BoxState.CLOSED:
        raise BoxNotMixed
