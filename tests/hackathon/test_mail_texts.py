"""The operator writes what mails say: placeholders are checked, and what is shipped comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.access.model import HUB, Actor, Grant, Role
from casework.audit.service import verify
from casework.mail_texts import service
from casework.mail_texts.errors import MailTextUnreadable, PlaceholderMissing, PlaceholderUnknown
from casework.mail_texts.model import MailText, Wording, Written
from casework.mail_texts.rules import shipped, templates_of, why_wrong, wordings
from casework.outbox.model import Template
from casework.outbox.rules import subject_and_text
from casework.workflow.errors import NoSuchObject, NotAllowed, WrongField
from citycore.language import LANGUAGES, Language
from citycore.store.connections import Connection
from programme.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.terms import store_person

CODE = "teams/request"
REQUEST = Template.of(CODE, NOUNS.packages)
KNOWN = shipped(REQUEST, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_may_be_written(language: Language) -> None:
    wrong = {
        one.code: str(refusal)
        for one in templates_of(NOUNS.packages)
        if (refusal := why_wrong(one, language, shipped(one, language), 4_000)) is not None
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("said", "refusal", "placeholder"),
    [
        (replace(KNOWN, text=f"{KNOWN.text} {{amount}}"), PlaceholderUnknown, "{amount}"),
        (replace(KNOWN, subject="{name}"), PlaceholderUnknown, "{name}"),
        (replace(KNOWN, text="Dear {name}"), PlaceholderMissing, "{link}"),
        (replace(KNOWN, text=f"{KNOWN.text} {{name.__class__}}"), MailTextUnreadable, "name.__class__"),
        (replace(KNOWN, text=f"{KNOWN.text} {{name!r}}"), MailTextUnreadable, "name"),
        (replace(KNOWN, text=f"{KNOWN.text} {{"), MailTextUnreadable, None),
        (replace(KNOWN, subject=""), WrongField, None),
    ],
)
def test_a_wrong_placeholder_is_refused_by_its_name(
    said: Wording, refusal: type, placeholder: str | None
) -> None:
    found = why_wrong(REQUEST, "en", said, 4_000)
    assert type(found) is refusal
    assert found is not None
    if placeholder is not None:
        assert placeholder in found.text("ar")
        assert placeholder in found.text("en")


def test_a_text_that_goes_with_its_mail_no_more_gives_way_to_the_shipped_one() -> None:
    fields = {"name": "Salma", "other": "Hamad", "team": "Palms", "link": "https://hub.example/portal"}
    own = Wording("A request", "Dear {name}: {other}, {team}.\n{link}")
    assert subject_and_text(REQUEST, "en", fields, own)[0] == "A request"
    assert subject_and_text(REQUEST, "en", fields, replace(own, text="{gone}")) == subject_and_text(
        REQUEST, "en", fields
    )


def test_administrators_write_and_restore_and_the_log_has_it(portal: Connection, programme: Database) -> None:
    with programme.connect() as owner:
        person_id = store_person(owner)
    administrator, call = Actor(person_id, (Grant(Role.ADMINISTRATOR, HUB),)), programme_for(portal).call
    ar = shipped(REQUEST, "ar")
    written = Written(ar.subject, ar.text, "A request", KNOWN.text)
    with pytest.raises(NotAllowed):
        call(Actor(person_id), service.write, CODE, written)
    with pytest.raises(NoSuchObject):
        call(administrator, service.get, "teams/unknown")
    with pytest.raises(PlaceholderMissing):
        call(administrator, service.write, CODE, replace(written, text_en="Hello"))
    call(administrator, service.write, CODE, written)
    said = wordings(written)
    assert call(administrator, service.get, CODE) == MailText(CODE, said["ar"], said["en"], is_own=True)
    assert [one.code for one in call(administrator, service.list_all) if one.is_own] == [CODE]
    call(administrator, service.restore, CODE)
    assert call(administrator, service.get, CODE) == MailText(CODE, ar, KNOWN, is_own=False)
    events = portal.execute(
        "SELECT event FROM innovation.audit WHERE machine = 'mail_text' ORDER BY position"
    )
    assert [event for (event,) in events] == ["edit", "restore"]
    assert not verify(portal).findings
