"""Accounts as their people use them, with the rights of the portal's role in a real database."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from casework.access.model import ANONYMOUS
from casework.people.credentials import find_password_link, follow_email_link
from casework.people.errors import (
    InvalidAddress,
    LinkInvalid,
    PasswordRefused,
    SessionEnded,
    SignInRefused,
    TooOften,
    WrongPassword,
)
from casework.people.model import Names, Visitor
from casework.people.passwords import Passwords
from casework.people.sessions.service import (
    end_session,
    list_sessions,
    sign_out,
    sign_out_everywhere,
)
from casework.people.settings import PasswordSettings, PeopleSettings, ThrottleSettings
from casework.people.sign_up import find_sign_up
from casework.people.tokens import token_digest
from casework.programme import Programme
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import PASSWORD, Town, Watch
from tests.hackathon.people.entering import (
    ask_for_email,
    ask_for_password,
    change_password,
    finish_sign_up,
    resume,
    set_password,
    sign_in,
    sign_up,
)

NAMES = Names("سلمى", None)
OTHER = "another set of words"


def test_an_account_is_opened_by_its_address(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    email = town.address()
    sign_up(accounts, email.upper(), NAMES, "ar", visitor)
    mailed_to = email.upper().partition("@")[0] + "@baladiya.example"
    (mail,) = town.mails(mailed_to)
    assert (mail["template"], mail["language"]) == ("confirm", "ar")
    token = town.token(mailed_to)
    assert accounts.call(ANONYMOUS, find_sign_up, token).names == NAMES
    session = finish_sign_up(accounts, token, PASSWORD, visitor)
    signed = resume(accounts, session.token)
    assert signed.person.email == mailed_to
    assert signed.actor.person_id == signed.person.person_id
    assert signed.actor.grants == ()
    with pytest.raises(LinkInvalid):
        finish_sign_up(accounts, token, PASSWORD, visitor)
    assert sign_in(accounts, email, PASSWORD, visitor).person_id == signed.person.person_id


def test_a_refused_password_does_not_use_up_the_link(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    email = town.address()
    sign_up(accounts, email, NAMES, "en", visitor)
    token = town.token(email)
    with pytest.raises(PasswordRefused):
        finish_sign_up(accounts, token, "short", visitor)
    finish_sign_up(accounts, token, PASSWORD, visitor)


def test_a_link_ends_at_its_instant_and_with_a_newer_one(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor, watch: Watch
) -> None:
    email = town.address()
    sign_up(accounts, email, NAMES, "en", visitor)
    first = town.token(email)
    watch.pass_by(minutes=1)
    ask_for_password(accounts, email, visitor)  # there is no password yet: the sign-up's link anew
    second = town.token(email)
    assert first != second
    with pytest.raises(LinkInvalid):
        accounts.call(ANONYMOUS, find_sign_up, first)
    watch.pass_by(hours=accounts.of(PeopleSettings).sign_up_hours, microseconds=-1)
    accounts.call(ANONYMOUS, find_sign_up, second)
    watch.pass_by(microseconds=1)
    with pytest.raises(LinkInvalid):
        finish_sign_up(accounts, second, PASSWORD, visitor)


def test_signing_up_again_tells_the_owner_and_nobody_else(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    signed = town.join()
    email = str(signed.person.email)
    sign_up(accounts, email, Names(None, "Somebody Else"), "ar", visitor)
    mail = town.mails(email)[-1]
    assert mail["template"] == "known_already"
    assert mail["language"] == "en"
    assert "Somebody" not in str(mail["fields"])
    assert "link" not in mail["fields"]


def test_only_the_digest_of_a_secret_is_stored(portal: Connection, accounts: Programme, town: Town) -> None:
    signed = town.join()
    session = sign_in(accounts, str(signed.person.email), PASSWORD, Visitor("", ""))
    row = portal.execute(
        "SELECT token_digest FROM innovation.sessions WHERE session_id = %s", [session.session_id]
    ).fetchone()
    assert row == (token_digest(session.token),)


@pytest.mark.parametrize("email", ["nobody@baladiya.example", "not an address", ""])
def test_whoever_is_unknown_is_answered_like_a_wrong_password(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor, email: str
) -> None:
    known = str(town.join().person.email)
    texts = set()
    for tried in (email, known):
        with pytest.raises(SignInRefused) as refused:
            sign_in(accounts, tried, "not the password", visitor)
        texts.add(refused.value.text("en"))
    assert len(texts) == 1


def test_an_unknown_address_costs_a_comparison_like_a_known_one(
    accounts: Programme, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []
    compare = Passwords.is_right

    def counting(passwords: Passwords, stored: str | None, text: str, characters_max: int) -> bool:
        compared.append(stored)
        return compare(passwords, stored, text, characters_max)

    monkeypatch.setattr(Passwords, "is_right", counting)
    for email in ("nobody@baladiya.example", "nonsense"):
        with pytest.raises(SignInRefused):
            sign_in(accounts, email, PASSWORD, visitor)
    assert compared == [None, None]


def test_a_new_password_ends_every_session(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    signed = town.join()
    email = str(signed.person.email)
    old = sign_in(accounts, email, PASSWORD, visitor)
    ask_for_password(accounts, email, visitor)
    token = town.token(email, "set_password")
    assert accounts.call(ANONYMOUS, find_password_link, token).person_id == signed.person.person_id
    fresh = set_password(accounts, token, OTHER, visitor)
    with pytest.raises(SessionEnded):
        resume(accounts, old.token)
    resume(accounts, fresh.token)
    with pytest.raises(SignInRefused):
        sign_in(accounts, email, PASSWORD, visitor)
    sign_in(accounts, email, OTHER, visitor)
    with pytest.raises(LinkInvalid):
        set_password(accounts, token, PASSWORD, visitor)
    assert "password_changed" in [mail["template"] for mail in town.mails(email)]


def test_nothing_is_mailed_to_whoever_has_no_account(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    email = town.address("nobody")
    ask_for_password(accounts, email, visitor)
    assert town.mails(email) == []
    with pytest.raises(InvalidAddress):
        ask_for_password(accounts, "nonsense", visitor)


def test_changing_a_password_keeps_this_session_only(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    email = str(town.join().person.email)
    here, there = (sign_in(accounts, email, PASSWORD, visitor) for _ in range(2))
    signed = resume(accounts, here.token)
    with pytest.raises(WrongPassword):
        change_password(accounts, signed, OTHER, OTHER, visitor)
    change_password(accounts, signed, PASSWORD, OTHER, visitor)
    resume(accounts, here.token)
    with pytest.raises(SessionEnded):
        resume(accounts, there.token)


def test_an_address_changes_when_both_mailboxes_agree(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    signed, new = town.join(), town.address("new")
    old = str(signed.person.email)
    ask_for_email(accounts, signed, PASSWORD, new, visitor)
    leave, take = town.token(old, "leave_email"), town.token(new, "take_email")
    assert follow_email_link(accounts, take, visitor) is False
    assert sign_in(accounts, old, PASSWORD, visitor).person_id == signed.person.person_id
    with pytest.raises(LinkInvalid):
        follow_email_link(accounts, take, visitor)
    assert follow_email_link(accounts, leave, visitor) is True
    assert sign_in(accounts, new, PASSWORD, visitor).person_id == signed.person.person_id
    with pytest.raises(SignInRefused):
        sign_in(accounts, old, PASSWORD, visitor)
    assert town.mails(old)[-1]["template"] in {"email_changed", "leave_email"}


def test_somebody_elses_address_cannot_be_taken_and_is_not_betrayed(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    signed, owner = town.join(), town.join()
    taken = str(owner.person.email)
    ask_for_email(accounts, signed, PASSWORD, taken, visitor)
    assert [mail["template"] for mail in town.mails(taken)][-1] in {"address_wanted", "confirm"}
    assert "take_email" not in [mail["template"] for mail in town.mails(taken)]
    leave = town.token(str(signed.person.email), "leave_email")
    assert follow_email_link(accounts, leave, visitor) is False


def test_an_address_that_somebody_takes_meanwhile_is_not_given_twice(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    signed, new = town.join(), town.address("new")
    ask_for_email(accounts, signed, PASSWORD, new, visitor)
    leave, take = town.token(str(signed.person.email), "leave_email"), town.token(new, "take_email")
    town.join(new)
    assert follow_email_link(accounts, leave, visitor) is False
    with pytest.raises(LinkInvalid):
        follow_email_link(accounts, take, visitor)
    assert resume(accounts, sign_in(accounts, str(signed.person.email), PASSWORD, visitor).token).person.email == signed.person.email  # fmt: skip


def test_of_two_links_followed_at_once_one_finishes(
    programme: Database, portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    signed, new = town.join(), town.address("new")
    ask_for_email(accounts, signed, PASSWORD, new, visitor)
    tokens = [town.token(str(signed.person.email), "leave_email"), town.token(new, "take_email")]
    done: list[Any] = []

    def follow(token: str) -> None:
        with programme.connect("portal") as connection:
            own_way = programme_for(connection, accounts.clock)
            done.append(follow_email_link(own_way, token, visitor))

    threads = [threading.Thread(target=follow, args=[token]) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == [False, True]


def test_a_session_ends_when_idle_and_at_last(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor, watch: Watch
) -> None:
    email = str(town.join().person.email)
    idle, used = (sign_in(accounts, email, PASSWORD, visitor) for _ in range(2))
    began = watch.at
    while watch.at - began < timedelta(hours=accounts.of(PeopleSettings).session_hours) - timedelta(hours=7):
        watch.pass_by(hours=7)
        resume(accounts, used.token)
    with pytest.raises(SessionEnded):
        resume(accounts, idle.token)
    watch.at = used.expires_at
    with pytest.raises(SessionEnded):
        resume(accounts, used.token)


def test_signing_in_again_ends_the_browsers_former_session(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    email = str(town.join().person.email)
    first = sign_in(accounts, email, PASSWORD, visitor)
    second = sign_in(accounts, email, PASSWORD, visitor, previous=first.token)
    assert first.token != second.token
    with pytest.raises(SessionEnded):
        resume(accounts, first.token)


def test_sessions_are_listed_and_ended_by_their_person_alone(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    email = str(town.join().person.email)
    sessions = [sign_in(accounts, email, PASSWORD, visitor) for _ in range(2)]
    signed, stranger = resume(accounts, sessions[0].token), town.join()
    listed = accounts.call(signed.actor, list_sessions)
    assert {session.session_id for session in sessions} <= {session.session_id for session in listed}
    assert {session.network for session in listed if session.device == visitor.device} == {
        visitor.address.rpartition(".")[0] + ".0/24"
    }
    assert not accounts.call(stranger.actor, end_session, sessions[1].session_id)
    assert accounts.call(signed.actor, end_session, sessions[1].session_id)
    with pytest.raises(SessionEnded):
        resume(accounts, sessions[1].token)
    accounts.call(ANONYMOUS, sign_out, sessions[0].token)
    with pytest.raises(SessionEnded):
        resume(accounts, sessions[0].token)
    assert accounts.call(signed.actor, sign_out_everywhere) == 1
    assert accounts.call(signed.actor, list_sessions) == []


def test_sessions_of_a_person_are_bounded(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor, watch: Watch
) -> None:
    signed = town.join()
    email, begun = str(signed.person.email), []
    for _ in range(accounts.of(PeopleSettings).sessions_max + 2):
        watch.pass_by(seconds=1)
        begun.append(sign_in(accounts, email, PASSWORD, visitor))
    assert len(accounts.call(signed.actor, list_sessions)) == accounts.of(PeopleSettings).sessions_max
    with pytest.raises(SessionEnded):
        resume(accounts, begun[0].token)
    resume(accounts, begun[-1].token)


def test_guessing_is_slowed_down_for_the_guesser_and_not_for_the_owner(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor, watch: Watch
) -> None:
    email = str(town.join().person.email)
    for _ in range(accounts.of(ThrottleSettings).sign_ins_per_account_and_network):
        with pytest.raises(SignInRefused):
            sign_in(accounts, email, "guess", visitor)
    with pytest.raises(TooOften) as refused:
        sign_in(accounts, email, PASSWORD, visitor)
    assert refused.value.details == {"minutes": 15}
    sign_in(accounts, email, PASSWORD, Visitor("192.0.2.1", "at home"))
    watch.pass_by(minutes=accounts.of(ThrottleSettings).window_minutes)
    sign_in(accounts, email, PASSWORD, visitor)


def test_an_account_is_guarded_against_many_networks_and_its_owner_comes_in_by_mail(
    portal: Connection, passwords: Passwords, town: Town, visitor: Visitor, watch: Watch
) -> None:
    accounts = programme_for(portal, watch, passwords, ThrottleSettings(sign_ins_per_account=3))
    email = str(town.join().person.email)
    for number in range(3):
        with pytest.raises(SignInRefused):
            sign_in(accounts, email, "guess", Visitor(f"198.51.100.{number}", ""))
    with pytest.raises(TooOften):
        sign_in(accounts, email, PASSWORD, Visitor("198.51.100.9", ""))
    ask_for_password(accounts, email, visitor)
    begun = set_password(accounts, town.token(email, "set_password"), OTHER, visitor)
    assert resume(accounts, begun.token).person.email == email


def test_attempts_at_once_are_all_counted(
    programme: Database, passwords: Passwords, town: Town, watch: Watch, visitor: Visitor
) -> None:
    limits = ThrottleSettings(sign_ins_per_account_and_network=4)
    email, outcomes = str(town.join().person.email), []

    def guess() -> None:
        with programme.connect("portal") as connection:
            own_way = programme_for(connection, watch, passwords, limits)
            for _ in range(3):
                try:
                    sign_in(own_way, email, "guess", visitor)
                except (SignInRefused, TooOften) as error:
                    outcomes.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes.count(SignInRefused) == 4
    assert outcomes.count(TooOften) == 8


def test_raised_parameters_rehash_at_the_next_sign_in(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    signed = town.join()
    stronger = programme_for(portal, accounts.clock, Passwords(PasswordSettings(memory_kib=128, passes=2)))
    sign_in(stronger, str(signed.person.email), PASSWORD, visitor)
    row = portal.execute(
        "SELECT password_hash FROM innovation.passwords WHERE person_id = %s", [signed.person.person_id]
    ).fetchone()
    assert row is not None
    assert "$m=128,t=2," in row[0]
    sign_in(stronger, str(signed.person.email), PASSWORD, visitor)
