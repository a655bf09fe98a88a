"""Reports by mail: who gets which, once, and what becomes of one that cannot be made or sent."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, Actor
from casework.outbox.sending import send_due as send_mails
from casework.outbox.settings import OutboxSettings
from casework.outbox.transports import open_transport
from casework.people.tokens import new_token
from casework.programme import Programme
from casework.report_mails import service
from casework.report_mails.errors import (
    ReportAlreadyChosen,
    ReportAskedTooOften,
    ReportLinkUnknown,
    ReportNotActive,
    TooManyReports,
)
from casework.report_mails.model import Choice, Fault, Made, Rhythm, State, Subscription, Times
from casework.report_mails.noun import HOLDER
from casework.report_mails.sending import JOB, MAKER, Tally, is_any_due, send_due
from casework.report_mails.settings import ReportMailSettings
from casework.workflow.errors import NoSuchObject, NotAllowed, WrongField
from citycore.failures.repository import find_failures
from citycore.store.connections import Connection
from tests.casework.report_choices import MORNINGS, NOW, SEEB, SETTINGS, SUNDAYS, monthly, muscat
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.smtp_server import Mailbox, mail_server
from tests.hackathon.terms import store_person

REPORT = Made(b"%PDF-1.7 report", "Seeb", "Air is good.\nNo alerts are open.")


@dataclass
class Desk:
    """The services on a connection of the portal's, a clock that stands, and makers that count."""

    portal: Connection
    owner: Connection
    folder: Path
    now: datetime = NOW
    outcome: Made | Fault = REPORT
    made: list[Choice] = field(default_factory=list)
    settings: ReportMailSettings = SETTINGS
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def programme(self) -> Programme:
        outbox = OutboxSettings(folder=self.folder / "mail", files_folder=self.folder / "files")
        return programme_for(self.portal, lambda: self.now, self.settings, outbox)

    def person(self) -> Actor:
        return Actor(store_person(self.owner))

    def call(self, actor: Actor, work: Callable[..., Any], *given: Any) -> Any:
        return self.programme.call(actor, work, *given)

    def chosen(self, actor: Actor, choice: Choice = SEEB, times: Times = MORNINGS) -> UUID:
        found: UUID = self.call(actor, service.subscribe, choice, times)
        return found

    def of(self, actor: Actor) -> Subscription:
        (one,) = self.call(actor, service.list_own)
        assert isinstance(one, Subscription)
        return one

    def run(self) -> Tally:
        def make(choice: Choice) -> Made | Fault:
            self.made.append(choice)
            return self.outcome

        return send_due(self.programme, make)

    def mails(self) -> list[tuple[UUID, str | None]]:
        """Of whom, with the digest of its file, since the last look."""
        found = self.owner.execute(
            "SELECT person_id, file_digest FROM innovation.outbox ORDER BY created_at"
        ).fetchall()
        self.owner.execute("DELETE FROM innovation.outbox")
        return [(person, digest) for person, digest in found]


@pytest.fixture(scope="module")
def portal(casework: Database) -> Iterator[Connection]:
    with casework.connect("portal") as connection:
        connection.autocommit = True
        yield connection


@pytest.fixture
def desk(casework: Database, portal: Connection, tmp_path: Path) -> Iterator[Desk]:
    with casework.connect() as owner:
        for table in ("innovation.report_mails", "innovation.outbox", "public.failures"):
            owner.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]  # three literals
        owner.execute(
            "INSERT INTO public.places (code, kind, name_en, name_ar, geometry, provenance)"
            " VALUES ('seeb', 'wilayat', 'Seeb', 'السيب', '{}', 'test') ON CONFLICT DO NOTHING"
        )
        yield Desk(portal, owner, tmp_path)


def test_whoever_is_signed_in_chooses_within_bounds(desk: Desk) -> None:
    desk.settings = ReportMailSettings(subscriptions_max=2)
    salma, other = desk.person(), desk.person()
    with pytest.raises(NotAllowed):
        desk.chosen(ANONYMOUS)
    first = desk.chosen(salma)
    with pytest.raises(ReportAlreadyChosen):
        desk.chosen(salma, times=Times(Rhythm.DAILY, (3,), 9, 7))
    desk.chosen(salma, times=SUNDAYS)
    with pytest.raises(TooManyReports, match="2 reports"):
        desk.chosen(salma, times=monthly(1))
    with pytest.raises(WrongField):
        desk.chosen(other, replace(SEEB, place="atlantis"))
    for deed in (service.pause, service.resume, service.end, service.ask):
        with pytest.raises(NoSuchObject):
            desk.call(other, deed, first)
    desk.call(salma, service.end, first)
    assert [one.times for one in desk.call(salma, service.list_own)] == [SUNDAYS]


def test_equal_choices_are_one_report_and_what_was_missed_comes_once(desk: Desk) -> None:
    salma, hamad, arab = desk.person(), desk.person(), desk.person()
    desk.chosen(salma)
    desk.chosen(hamad, times=SUNDAYS)
    desk.chosen(arab, replace(SEEB, language="ar"))
    assert (desk.run(), is_any_due(desk.portal, desk.now)) == (Tally(0, 0, 0), False)
    # The hub was down for three weeks.
    desk.now = NOW + timedelta(days=21)
    assert is_any_due(desk.portal, desk.now)
    assert desk.run() == Tally(3, 0, 0)
    assert sorted(one.language for one in desk.made) == ["ar", "en"]
    mails = desk.mails()
    assert {person for person, _ in mails} == {salma.person_id, hamad.person_id, arab.person_id}
    assert len({digest for _, digest in mails}) == 1, "the same bytes are kept once"
    assert len(list((desk.folder / "files").glob("??/??/*"))) == 1
    assert desk.run() == Tally(0, 0, 0)
    sent = desk.of(hamad)
    assert (sent.last_sent, sent.next_due) == (desk.now, muscat("2026-12-20T07:00"))


def test_what_is_paused_does_not_come_and_what_was_missed_meanwhile_neither(desk: Desk) -> None:
    salma = desk.person()
    one = desk.chosen(salma)
    desk.call(salma, service.pause, one)
    with pytest.raises(ReportNotActive):
        desk.call(salma, service.ask, one)
    desk.now = NOW + timedelta(days=3)
    assert desk.run() == Tally(0, 0, 0)
    desk.call(salma, service.resume, one)
    assert desk.run() == Tally(0, 0, 0)
    desk.now = NOW + timedelta(days=4)
    assert desk.run() == Tally(1, 0, 0)


def test_one_is_sent_at_once_and_not_too_often(desk: Desk) -> None:
    salma = desk.person()
    one, other = desk.chosen(salma), desk.chosen(salma, times=SUNDAYS)
    regular = desk.call(salma, service.get_own, one).next_due
    desk.call(salma, service.ask, one)
    with pytest.raises(ReportAskedTooOften, match="10 minutes"):
        desk.call(salma, service.ask, other)
    assert desk.run() == Tally(1, 0, 0)
    assert desk.call(salma, service.get_own, one).next_due == regular, "its time comes all the same"
    desk.now += timedelta(minutes=10)
    desk.call(salma, service.ask, other)


def test_while_the_hub_is_away_it_is_tried_again_then_told_and_comes_at_its_next_time(desk: Desk) -> None:
    salma = desk.person()
    desk.chosen(salma)
    desk.outcome, desk.now = Fault.AWAY, NOW + timedelta(days=1)
    for minutes in (2, 4, 8, 16):
        assert desk.run() == Tally(0, 1, 0)
        waits = desk.of(salma)
        assert (waits.due_at, waits.last_failure) == (desk.now + timedelta(minutes=minutes), Fault.AWAY)
        desk.now = waits.due_at - timedelta(seconds=1)
        assert desk.run() == Tally(0, 0, 0), "not before"
        desk.now = waits.due_at
    assert desk.run() == Tally(0, 1, 0)
    given_up = desk.of(salma)
    assert (given_up.failures, given_up.tries, given_up.due_at) == (1, 0, muscat("2026-11-26T07:00"))
    assert (given_up.failed_at, given_up.state) == (desk.now, State.ACTIVE)
    desk.outcome, desk.now = Made(b"%PDF-1.7", "Seeb", "Well."), given_up.due_at
    assert desk.run() == Tally(1, 0, 0)
    assert (desk.of(salma).failures, desk.of(salma).last_failure) == (0, None)


@pytest.mark.parametrize(
    ("fault", "state", "tried_again"),
    [
        (Fault.UNKNOWN, State.SET_ASIDE, False),
        (Fault.TOO_LARGE, State.ACTIVE, True),
        (Fault.NOT_AVAILABLE, State.ACTIVE, True),
    ],
)
def test_what_trying_again_does_not_mend_waits_for_its_next_time_or_its_person(
    desk: Desk, fault: Fault, state: State, tried_again: bool
) -> None:
    salma = desk.person()
    one = desk.chosen(salma)
    desk.outcome, desk.now = fault, NOW + timedelta(days=1)
    desk.run()
    told = desk.of(salma)
    assert (told.state, told.failures, told.last_failure) == (state, 1, fault)
    assert desk.run() == Tally(0, 0, 0)
    desk.now += timedelta(days=1)
    assert is_any_due(desk.portal, desk.now) == tried_again
    desk.call(salma, service.resume, one)
    assert desk.of(salma).state is State.ACTIVE


def test_a_hub_that_makes_no_reports_says_so_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.chosen(desk.person())
    desk.chosen(desk.person(), replace(SEEB, days=1))
    desk.outcome = Fault.NOT_AVAILABLE
    for day in (1, 2, 3):
        desk.now = NOW + timedelta(days=day)
        desk.run()
    assert [(one.job, one.subject) for one in find_failures(desk.portal, None, 9)] == [(JOB, MAKER)]
    out = capsys.readouterr().out
    assert out.count("[warning  ] set_aside") == 1, out
    assert len(desk.made) == 3, "once each time, not for everybody"


def test_nothing_is_made_for_whom_no_mail_reaches(desk: Desk) -> None:
    salma, hamad = desk.person(), desk.person()
    desk.chosen(salma)
    desk.chosen(hamad)
    desk.owner.execute(
        "UPDATE innovation.people SET state = 'suspended' WHERE person_id = %s", [salma.person_id]
    )
    desk.owner.execute(
        "UPDATE innovation.people SET email_verified_at = NULL WHERE person_id = %s", [hamad.person_id]
    )
    desk.now = NOW + timedelta(days=1)
    desk.run()
    assert (desk.made, desk.mails()) == ([], [])
    assert {desk.of(one).last_failure for one in (salma, hamad)} == {Fault.UNREACHABLE}


def test_one_that_cannot_be_mailed_is_set_aside_and_shown_and_the_others_go(desk: Desk) -> None:
    salma, hamad = desk.person(), desk.person()
    poisoned = desk.chosen(salma)
    desk.chosen(hamad)
    desk.owner.execute(
        "UPDATE innovation.people SET email = 'no address' WHERE person_id = %s", [salma.person_id]
    )
    desk.now = NOW + timedelta(days=1)
    tally = desk.run()
    assert (tally.sent, tally.failed) == (1, 1)
    assert [one.subject for one in find_failures(desk.portal, JOB, 9)] == [f"subscription {poisoned}"]
    assert (desk.of(salma).is_failing, desk.of(hamad).is_failing) == (True, False)
    assert not is_any_due(desk.portal, desk.now), "it waits until it is due again"
    desk.owner.execute(
        "UPDATE innovation.people SET email = 's@example.com' WHERE person_id = %s", [salma.person_id]
    )
    desk.now += timedelta(hours=1)
    assert desk.run() == Tally(1, 0, 0)
    assert not desk.of(salma).is_failing


def test_two_runs_at_once_mail_it_once(desk: Desk) -> None:
    salma = desk.person()
    desk.chosen(salma)
    desk.now = NOW + timedelta(days=1)

    def make(choice: Choice) -> Made:
        # Meanwhile another run has made and mailed the same.
        if not desk.made:
            desk.run()
        assert isinstance(desk.outcome, Made)
        return desk.outcome

    send_due(desk.programme, make)
    assert len(desk.mails()) == 1


def test_a_link_ends_one_without_signing_in(desk: Desk) -> None:
    salma = desk.person()
    desk.chosen(salma)
    token = desk.of(salma).stop_token
    for wrong in ("", "x" * 400, new_token(desk.programme.random)):
        with pytest.raises(ReportLinkUnknown):
            desk.call(ANONYMOUS, service.end_by_link, wrong)
    desk.call(ANONYMOUS, service.end_by_link, token)
    assert desk.call(salma, service.list_own) == []
    with pytest.raises(ReportLinkUnknown):
        desk.call(ANONYMOUS, service.find_of_link, token)


def test_what_is_held_about_a_person(desk: Desk) -> None:
    salma = desk.person()
    desk.chosen(salma)
    assert salma.person_id is not None
    with desk.portal.transaction():
        held = list(HOLDER.export(desk.portal, salma.person_id))
        assert [(section, row["place"], row["hour"]) for section, row in held] == [
            ("report_mails", "seeb", 7)
        ]
        assert [row.rows for row in HOLDER.erase(desk.portal, salma.person_id)] == [1]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


def mailed(desk: Desk, box: Mailbox) -> EmailMessage:
    """What leaves now."""
    programme = desk.programme
    settings = OutboxSettings(
        files_folder=desk.folder / "files", smtp_host="127.0.0.1", smtp_port=box.port, smtp_tls="none"
    )
    with open_transport(settings) as transport:
        send_mails(programme, transport)
    message = email.message_from_bytes(box.received[-1][2], policy=default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_mail_says_the_answers_and_carries_the_report(desk: Desk, box: Mailbox, language: Any) -> None:
    desk.settings = ReportMailSettings(dashboards_url="https://city.example/")
    salma = desk.person()
    one = desk.chosen(salma, replace(SEEB, language=language))
    desk.call(salma, service.ask, one)
    desk.run()
    message = mailed(desk, box)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert {"en": "Dear \u2068Muna\u2069", "ar": "السلام عليكم \u2068منى\u2069"}[language] in text
    assert "Air is good." in text
    assert f"https://city.example/?place=seeb&property=pm2_5&days=7&lang={language}" in text
    assert f"/portal/reports/stop?lang={language}&token={desk.of(salma).stop_token}" in text
    assert "Seeb" in message["Subject"]
    assert message["Content-Language"] == language
    assert message.get_content_type() == "multipart/mixed"
    (file,) = message.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == (
        "application/pdf",
        "falaj-report-seeb-2026-11-24.pdf",
    )
    assert file.get_content() == b"%PDF-1.7 report"
    row = desk.owner.execute("SELECT sent_at IS NOT NULL, file_digest FROM innovation.outbox").fetchone()
    assert row == (True, None), "no mail needs the bytes any more"


def test_a_mail_that_failed_and_is_sent_after_all_says_that_its_file_is_gone(
    desk: Desk, box: Mailbox
) -> None:
    salma = desk.person()
    desk.call(salma, service.ask, desk.chosen(salma))
    desk.run()
    desk.owner.execute("UPDATE innovation.outbox SET file_digest = NULL")
    message = mailed(desk, box)
    assert list(message.iter_attachments()) == []
    assert "is kept no longer" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
