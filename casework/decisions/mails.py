"""Mails to whoever owes an answer, and to those who were heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casework.decisions import repository
from casework.decisions.machine import DECISION
from casework.decisions.model import PACKAGE, Decision, Notice
from casework.journeys.model import Heard
from casework.noun import Nouns
from casework.organisations.speakers import mails_to_officers
from casework.outbox.model import Field, Mail, Template
from casework.programme import Session


def to_owner(session: Session, decision: Decision, name: str) -> Iterator[Mail]:
    """Who speaks for the owner learns that an answer is owed, and until when: once it is ``assigned``, and as a ``reminder``."""
    assert decision.owner_id is not None
    assert decision.due_at is not None
    return mails_to_officers(
        session,
        Template(PACKAGE, name),
        decision.owner_id,
        title=decision.draft.titles.shown,
        due=decision.due_at,
        decision_link=session.link(f"/decisions/{decision.decision_id}"),
    )


def tell_heard(session: Session, decision: Decision, notice: Notice) -> None:
    """Everybody who was heard, once; whoever left no address is noted all the same, so that they may dispute it."""
    at = session.now()
    told = [
        one
        for one in _heard(session, decision)
        if repository.tell(session.connection, decision.decision_id, notice, one.key, at)
    ]
    session.send((_mail(session, decision, notice, one) for one in told if one.email), at)


def _heard(session: Session, decision: Decision) -> Iterable[Heard]:
    """Of all grounds."""
    passages = session.of(Nouns).passages
    for node in repository.find_grounds(session.connection, decision.decision_id):
        find = passages[node.kind].heard
        if find is not None:
            yield from find(session, node.object_id)


def _mail(session: Session, decision: Decision, notice: Notice, heard: Heard) -> Mail:
    """Whoever follows a case without an account disputes on pages for that."""
    path = f"/decisions/{decision.decision_id}"
    is_follower = heard.key.startswith("case:")
    fields: dict[str, Field] = {
        "title": decision.draft.titles.shown,
        "state": DECISION.label("state", decision.state),
        "decision_link": session.link(path),
        "own_link": session.link(f"/follow{path}" if is_follower and notice is Notice.ENDED else heard.path),
    }
    if heard.stop_path:
        fields["stop_link"] = session.link(heard.stop_path)
    name = f"told_{notice}" if heard.stop_path else f"heard_{notice}"
    return Mail(Template(PACKAGE, name), heard.language, heard.email, fields)
