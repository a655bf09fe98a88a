"""What two people do with one form in writing, question by question: nothing that one wrote is lost by the other.

Who changes different questions is in nobody's way. Who changes or takes out a question that somebody else changed since they
saw it gets :class:`ChangedMeanwhile`.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from casework.forms.editing import Questions, placed, put, question_of, taken_out
from casework.forms.errors import TooManyQuestions
from casework.forms.model import FormField
from casework.forms.questionnaires import Form
from casework.forms.service import QUERIES, Draft, find_draft, latest, save_draft
from casework.forms.settings import FormSettings
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, existing
from citycore.store.rows import row_of, rows_of

#: The version of a draft that nobody has saved yet.
UNSAVED = 0


def get_draft(session: Session, form_id: UUID) -> Draft:
    """As it stands; where nothing was saved it begins with what was asked last, if anything."""
    draft = find_draft(session, form_id)
    if draft is not None:
        return draft
    asked = latest(session, form_id)
    return Draft(UNSAVED, [] if asked is None else asked.document, session.now())


def change(session: Session, form_id: UUID, work: Callable[[Form], Questions]) -> None:
    """Whatever it has become by now."""
    draft = _locked(session, form_id)
    _save(session, form_id, work(placed(draft.fields)), draft)


def write_question(
    session: Session, form_id: UUID, code: str | None, question: FormField, seen_version: int
) -> None:
    """In place of the question ``code`` as it was seen; a new one (None) is the last of its page."""
    draft = _locked(session, form_id)
    if code is not None:
        _require_same(session, form_id, code, draft, seen_version)
    _save(session, form_id, put(placed(draft.fields), code, question), draft)


def remove_question(session: Session, form_id: UUID, code: str, seen_version: int) -> None:
    draft = _locked(session, form_id)
    _require_same(session, form_id, code, draft, seen_version)
    _save(session, form_id, taken_out(draft.fields, code), draft)


def replace_all(session: Session, form_id: UUID, form: Form, seen_version: int) -> None:
    """Other questions in place of all that are there."""
    draft = _locked(session, form_id)
    if draft.version != seen_version:
        raise ChangedMeanwhile
    _save(session, form_id, placed(form), draft)


def list_earlier(session: Session, form_id: UUID) -> list[Draft]:
    """What it was before each of the last changes, newest first."""
    return rows_of(session.connection, Draft, QUERIES["earlier"], {"form_id": form_id})


def bring_back(session: Session, form_id: UUID, version: int, seen_version: int) -> None:
    """As it was then; what it was until now can be brought back in turn. :class:`NoSuchObject` if that is no longer kept."""
    earlier = existing(find_earlier(session, form_id, version))
    replace_all(session, form_id, earlier.fields, seen_version)


def find_earlier(session: Session, form_id: UUID, version: int) -> Draft | None:
    wanted = {"form_id": form_id, "version": version}
    return row_of(session.connection, Draft, QUERIES["earlier_one"], wanted)


def _locked(session: Session, form_id: UUID) -> Draft:
    """Whoever changes it at the same time waits."""
    locked = row_of(session.connection, Draft, QUERIES["lock_draft"], {"form_id": form_id})
    return locked or get_draft(session, form_id)


def _require_same(session: Session, form_id: UUID, code: str, draft: Draft, seen_version: int) -> None:
    if draft.version == seen_version:
        return
    seen = find_earlier(session, form_id, seen_version)
    if seen is None or question_of(seen.fields, code) != question_of(draft.fields, code):
        raise ChangedMeanwhile


def _save(session: Session, form_id: UUID, form: Questions, draft: Draft) -> None:
    most = session.of(FormSettings).fields_max
    if len(form) > max(most, len(draft.document)):
        raise TooManyQuestions(most=most)
    save_draft(session, form_id, form, draft.version or None)
