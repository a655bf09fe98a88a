"""Suspension, the first administrator, search, and who looked at whom."""

from __future__ import annotations

import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Grant, Role
from casework.access_log.service import list_entries
from casework.people.errors import (
    AccountSuspended,
    Forbidden,
    LinkInvalid,
    PersonNotFound,
    SessionEnded,
    SignInRefused,
)
from casework.people.model import Names, Visitor
from casework.people.roles.service import find_actor, grant
from casework.people.sessions.model import Signed
from casework.people.standing import (
    find_person,
    make_administrator,
    reinstate,
    rename,
    search_people,
    suspend,
)
from casework.programme import Programme
from casework.workflow.errors import ChangedMeanwhile, NotAllowed, ReasonMissing, ReasonUnknown
from citycore.store.connections import Connection
from tests.hackathon.people.conftest import PASSWORD, Town, Watch
from tests.hackathon.people.entering import ask_for_password, resume, set_password, sign_in


@pytest.fixture
def administrator(portal: Connection, accounts: Programme, town: Town) -> Signed:
    signed = town.join(names=Names(None, "Ada Min"))
    accounts.call(SYSTEM, grant, signed.person.person_id, Grant(Role.ADMINISTRATOR))
    actor = find_actor(portal, signed.person.person_id, accounts.clock())
    return Signed(signed.session_id, signed.person, actor)


def test_a_suspended_person_is_out_at_once_and_told_why(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor, administrator: Signed
) -> None:
    email = str(town.join().person.email)
    session = sign_in(accounts, email, PASSWORD, visitor)
    ask_for_password(accounts, email, visitor)
    person_id = session.person_id
    accounts.call(administrator.actor, suspend, person_id, "abuse", 1)
    with pytest.raises(SessionEnded):
        resume(accounts, session.token)
    with pytest.raises(AccountSuspended):
        sign_in(accounts, email, PASSWORD, visitor)
    with pytest.raises(SignInRefused):  # only whoever knows the password learns of it
        sign_in(accounts, email, "guess", visitor)
    with pytest.raises(LinkInvalid):
        set_password(accounts, town.token(email, "set_password"), PASSWORD, visitor)
    told = next(mail for mail in town.mails(email) if mail["template"] == "suspended")
    assert told["fields"]["reason"] == "breach of the rules of conduct"
    accounts.call(administrator.actor, reinstate, person_id, 2)
    sign_in(accounts, email, PASSWORD, visitor)


def test_suspending_asks_for_role_reason_and_a_fresh_look(
    portal: Connection, accounts: Programme, town: Town, administrator: Signed
) -> None:
    person, stranger = town.join().person, town.join()
    for actor in (stranger.actor, ANONYMOUS):
        with pytest.raises(NotAllowed):
            accounts.call(actor, suspend, person.person_id, "abuse", 1)
    with pytest.raises(ReasonUnknown):
        accounts.call(administrator.actor, suspend, person.person_id, "dislike", 1)
    with pytest.raises(ChangedMeanwhile):
        accounts.call(administrator.actor, suspend, person.person_id, "abuse", 0)
    assert "suspended" not in [mail["template"] for mail in town.mails(str(person.email))]
    assert issubclass(ReasonMissing, Exception)


def test_staff_see_accounts_and_their_people_see_that(
    portal: Connection, accounts: Programme, town: Town, administrator: Signed, watch: Watch
) -> None:
    signed, stranger = town.join(), town.join()
    person_id = signed.person.person_id
    with pytest.raises(Forbidden):
        accounts.call(stranger.actor, find_person, person_id)
    assert accounts.call(signed.actor, find_person, person_id) == signed.person
    assert accounts.call(signed.actor, list_entries) == []
    assert accounts.call(administrator.actor, find_person, person_id) == signed.person
    watch.pass_by(minutes=1)
    accounts.call(administrator.actor, search_people, str(signed.person.email), "en")
    entries = accounts.call(signed.actor, list_entries)
    assert [(one.what, one.reader) for one in entries] == [
        ("people.search", administrator.person.person_id),
        ("people.account", administrator.person.person_id),
    ]
    older = accounts.call(signed.actor, list_entries, before=entries[0].entry_id)
    assert older == entries[1:]
    assert accounts.call(stranger.actor, list_entries) == []


def test_people_are_found_however_they_are_spelled(
    portal: Connection, accounts: Programme, town: Town, administrator: Signed
) -> None:
    found_as = {
        "مُحَمَّد بنُ إبراهيم الفارسيّ": ["محمد", "ابراهيم", "محمد بن ابراهيم", "الفارسي"],
        "عائشة بنت حمد": ["عايشة", "عائشه", "عائشة"],
        "مصطفى هاني الوائلي": ["مصطفي", "مصطفى", "الوايلي"],
    }
    for name, searches in found_as.items():
        person = town.join(names=Names(name, None)).person
        for words in searches:
            people = accounts.call(administrator.actor, search_people, words, "ar").people
            assert person in people, words
    person = town.join(names=Names(None, "Zayd al-Ḥārithī")).person
    for words in ("zayd AL harithi", "al-harithi", str(person.email).upper()):
        assert person in accounts.call(administrator.actor, search_people, words, "en").people
    assert accounts.call(administrator.actor, search_people, "100%_", "en").people == []


def test_pages_go_on_where_they_ended(
    portal: Connection, accounts: Programme, town: Town, administrator: Signed
) -> None:
    everybody = [town.join(names=Names(f"رقم {number % 3}", f"Number {number % 3}")) for number in range(7)]
    expected = {signed.person.person_id for signed in everybody}
    for language in ("ar", "en"):
        seen, after = [], None
        while True:
            page = accounts.call(administrator.actor, search_people, "number", language, after, rows=2)
            seen += [person.person_id for person in page.people]
            after = page.after
            if after is None:
                break
        assert len(seen) == len(set(seen)) == len(expected)
        assert set(seen) == expected


def test_only_staff_search_people(portal: Connection, accounts: Programme, town: Town) -> None:
    for actor in (ANONYMOUS, town.join().actor):
        with pytest.raises(Forbidden):
            accounts.call(actor, search_people, "", "en")


def test_a_person_spells_their_own_name(portal: Connection, accounts: Programme, town: Town) -> None:
    signed = town.join()
    assert accounts.call(signed.actor, rename, Names(" عزّان ", ""), "ar") == Names("عزّان", None)
    person = accounts.call(signed.actor, find_person, signed.person.person_id)
    assert (person.names.ar, person.language) == ("عزّان", "ar")


def test_the_command_line_makes_an_administrator_once_and_again(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    email = town.address("first")
    made, link = accounts.call(SYSTEM, make_administrator, email, "en")
    assert made.email_verified_at is None
    session = set_password(accounts, link.rpartition("token=")[2], PASSWORD, visitor)
    signed = resume(accounts, session.token)
    assert signed.actor.has(Role.ADMINISTRATOR)
    assert signed.person.email_verified_at is not None
    again, _ = accounts.call(SYSTEM, make_administrator, email, "en")
    assert again.person_id == made.person_id
    assert (
        len(
            [
                one
                for one in find_actor(portal, made.person_id, accounts.clock()).grants
                if one.role == "administrator"
            ]
        )
        == 1
    )


def test_nobody_is_found_who_is_not_there(portal: Connection, accounts: Programme) -> None:
    from uuid import uuid4

    with pytest.raises(PersonNotFound):
        accounts.call(SYSTEM, find_person, uuid4())
