"""Whoever hands something in is mailed that it arrived."""

from __future__ import annotations

from typing import Any, Final

import pytest

from casework.access.model import Role
from casework.workflow.model import Binding, Machine
from citycore.store.connections import Connection
from programme.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.need_stage import ABOUT, NeedStage

#: What handing in is called by machines.
HANDING_IN: Final = frozenset(
    {"submit", "hand_in", "propose", "report", "apply", "file", "resubmit", "appeal"}
)
#: Steps of which the noun tells by a mail of its own.
OWN_MAIL: Final = {
    ("submission", "submit"): "submissions/handed_in",
    ("application", "submit"): "applications/submitted",
    ("response", "hand_in"): "responses/handed_in",
    ("claim", "resubmit"): "awards/claim_moved",
}
#: Of which none is sent, and why.
UNTOLD: Final = {
    ("sheet", "submit"): "A judge's, who has the list of them before their eyes.",
    ("review", "submit"): "A reviewer's, likewise.",
    ("survey", "submit"): "Within an agency: its officers are told what becomes of it.",
    ("idea", "appeal"): "Of the account or by the code with which it is followed, where it stands at once.",
}


def handed_in(machine: Machine[Any]) -> set[tuple[str, str]]:
    steps = (step for step in machine.transitions if step.roles != {Role.SYSTEM})
    return {(machine.name, step.event) for step in steps if step.event in HANDING_IN}


@pytest.mark.parametrize("binding", NOUNS.bindings, ids=lambda binding: binding.machine.name)
def test_every_step_that_hands_in_is_confirmed(binding: Binding[Any]) -> None:
    machine = binding.machine
    known = machine.handing_in
    confirmed = {(machine.name, event) for event in known.events} if known else set()
    assert handed_in(machine) <= confirmed | OWN_MAIL.keys() | UNTOLD.keys()
    assert not confirmed & (OWN_MAIL.keys() | UNTOLD.keys()), "one mail is enough"
    assert known is None or binding.called, "the mail names it"


def test_what_is_said_of_steps_is_said_of_steps_that_there_are() -> None:
    there = {(machine.name, step.event) for machine in NOUNS.machines for step in machine.transitions}
    assert OWN_MAIL.keys() | UNTOLD.keys() <= there


def test_the_receipt_names_what_was_handed_in_and_where_it_stands(
    portal: Connection, programme: Database
) -> None:
    with programme.connect() as owner:
        stage = NeedStage(portal, owner)
        need_id = stage.published()
        portal.commit()
        rows = owner.execute(
            "SELECT mail.fields ->> 'title', mail.fields ->> 'link', told.path FROM innovation.outbox AS mail"
            " JOIN innovation.notifications AS told ON told.notification_id = mail.mail_id"
            " WHERE mail.template = 'workflow/received' AND mail.person_id = %s",
            [stage.officer],
        ).fetchall()
    title = (ABOUT.title_ar, ABOUT.title_en)
    assert [(name in title, link.endswith(path), path) for name, link, path in rows] == [
        (True, True, f"/needs/{need_id}")
    ]
