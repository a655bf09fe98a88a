"""How much mail anybody can cause, and that it stops nobody's own."""

from __future__ import annotations

from contextlib import suppress

import pytest

from casework.people.errors import TooOften
from casework.people.limits import MailKind, count_mail
from casework.people.model import Names, Visitor
from casework.people.settings import ThrottleSettings
from casework.programme import Programme
from citycore.store.connections import Connection
from tests.hackathon.people.conftest import Town
from tests.hackathon.people.entering import ask_for_password, sign_up

NAMES = Names(None, "Salma")


def test_nobody_is_flooded_with_mail(portal: Connection, accounts: Programme, town: Town) -> None:
    email = town.address()
    for number in range(accounts.of(ThrottleSettings).own_mails_per_account):
        sign_up(accounts, email, NAMES, "en", Visitor(f"203.0.113.{number}", ""))
    with pytest.raises(TooOften):
        sign_up(accounts, email, NAMES, "en", Visitor("203.0.113.99", ""))
    assert len(town.mails(email)) == accounts.of(ThrottleSettings).own_mails_per_account


@pytest.mark.parametrize("used_up", list(MailKind))
def test_what_others_cause_stops_no_mail_of_another_kind(
    portal: Connection, accounts: Programme, town: Town, used_up: MailKind
) -> None:
    """From wherever it is asked for: from one network the owner's own way is bounded, from another it is open."""
    owner = town.join()
    email, limits, network = (
        str(owner.person.email),
        accounts.of(ThrottleSettings),
        f"198.18.{list(MailKind).index(used_up)}",
    )
    attacker = Visitor(f"{network}.1", "x")
    for _ in range(limits.mails_per_network):
        with suppress(TooOften):
            count_mail(accounts, used_up, email, attacker)
    for kind in MailKind:
        if kind is used_up:
            with pytest.raises(TooOften):
                count_mail(accounts, kind, email, attacker)
        else:
            count_mail(accounts, kind, email, attacker)
        if kind is not MailKind.INVITATION:
            count_mail(accounts, kind, email, Visitor(f"{network}.2", "at home"))
    before = len(town.mails(email))
    ask_for_password(accounts, email, Visitor(f"{network}.3", "at home"))
    assert [mail["template"] for mail in town.mails(email)[before:]] == ["set_password"]


def test_a_link_is_asked_for_as_often_whether_there_is_an_account_or_not(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor
) -> None:
    known, unknown = str(town.join().person.email), town.address()
    for email in (known, unknown):
        for _ in range(accounts.of(ThrottleSettings).own_mails_per_account_and_network):
            ask_for_password(accounts, email, visitor)
        with pytest.raises(TooOften) as refused:
            ask_for_password(accounts, email, visitor)
        assert refused.value.text("en") == "That was tried too often. Try again in 15 minutes."
