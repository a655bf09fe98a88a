"""Mail leaves with its transaction, once as far as that is possible, and says what was meant."""

from __future__ import annotations

import email
import re
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from casework.noun import Noun, Nouns
from casework.outbox import sending, service
from casework.outbox.errors import WrongMail
from casework.outbox.model import Mail, Status, Template, Waiting
from casework.outbox.repository import find_mails
from casework.outbox.rules import compose, next_attempt, worded
from casework.outbox.sending import Tally, send_due
from casework.outbox.service import enqueue, tidy
from casework.outbox.settings import OutboxSettings
from casework.outbox.transports import Smtp, open_transport
from casework.programme import Programme
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.permits import MACHINE, PACKAGE
from tests.hackathon.smtp_server import Mailbox, mail_server, make_certificate

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
GREETING = Template(PACKAGE, "greeting")
LINK = "https://falaj.example/door/1"
FIELDS = {"name": "Amal", "closes": NOW, "state": MACHINE.label("state", "draft"), "door_link": LINK}


def mail(language="en", recipient="amal@example.om", **fields):
    return Mail(GREETING, language, recipient, FIELDS | fields)


def message(given: Mail) -> EmailMessage:
    waiting = Waiting(UUID(int=1), given.template, given.language, given.recipient, worded(given), NOW, 1)
    return compose(waiting, "falaj@muscat.example")


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=default)  # type: ignore[return-value]  # that is what the policy makes


def text_of(given: EmailMessage, kind: str = "plain") -> str:
    body = given.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.fixture
def outbox(portal: Connection) -> Connection:
    """An empty one."""
    portal.execute("DELETE FROM innovation.outbox")
    return portal


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


def smtp(box: Mailbox, **settings) -> OutboxSettings:
    return OutboxSettings(
        smtp_host="127.0.0.1", smtp_port=box.port, smtp_tls="none", smtp_seconds_max=settings.pop("seconds", 30),
        lease_seconds=300, **settings,
    )  # fmt: skip


def programme_for(connection: Connection, settings: OutboxSettings, at: datetime = NOW) -> Programme:
    """Whose only noun is this room of tests, which has the texts of mails."""
    nouns = Nouns([Noun("hackathon", PACKAGE)])
    return Programme(lambda: nullcontext(connection), lambda: at, [nouns, settings])


def send(connection: Connection, settings: OutboxSettings, at: datetime = NOW) -> Tally:
    with open_transport(settings) as transport:
        return send_due(programme_for(connection, settings, at), transport)


def test_a_mail_is_written_in_the_language_of_who_gets_it():
    english, arabic = parsed(message(mail()).as_bytes()), parsed(message(mail("ar")).as_bytes())
    assert english["Subject"] == "Hello \u2068Amal\u2069"
    assert "It is: \u2068Draft\u2069." in text_of(english)
    assert "Tuesday 24 November 2026, 12:00 (Muscat time)" in text_of(english)
    assert arabic["Subject"] == "مرحبًا \u2068Amal\u2069"
    assert "الحالة: \u2068مسودة\u2069." in text_of(arabic)
    assert 'lang="ar" dir="rtl"' in text_of(arabic, "html")
    assert f"\n{LINK}\n" in text_of(arabic), "a link stands alone, so that no sign of direction gets into it"
    assert f'<a href="{LINK}" dir="ltr">' in text_of(arabic, "html")
    assert english["Message-ID"] == f"<{UUID(int=1)}@muscat.example>"
    assert english["Auto-Submitted"] == "auto-generated"
    assert message(mail("ar")).as_bytes().isascii(), "any server takes it"


HOSTILE = st.text(st.characters() | st.sampled_from("\r\n\x00\u2028\u202e\u2069<>&,:;@"), max_size=80)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, st.sampled_from(["en", "ar"]))
def test_what_people_write_makes_no_header_and_no_markup(name: str, state: str, language: str):
    made = parsed(message(mail(language, name=name, state=state)).as_bytes())
    expected = {
        "From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    }  # fmt: skip
    assert set(made.keys()) == expected
    assert made["To"] == "amal@example.om"
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "text/html"]
    markup = text_of(made, "html")
    tags = {re.split(r"[ >]", tag)[0] for tag in re.findall(r"<[^>]*>?", markup)}
    known = {
        "<!doctype",
        "<html",
        "<head",
        "<meta",
        "</head",
        "<body",
        "<p",
        "</p",
        "<br",
        "<a",
        "</a",
        "</body",
        "</html",
    }
    assert tags <= known
    assert "\u202e" not in markup


@settings(deadline=None)
@given(HOSTILE)
def test_an_address_that_is_none_is_refused_before_it_is_stored(address: str):
    try:
        fields = worded(mail(recipient=address))
    except WrongMail:
        return
    assert fields
    made = parsed(message(mail(recipient=address)).as_bytes())
    assert len(made["To"].addresses) == 1


def test_words_of_a_step_stand_below_the_text():
    given = mail("ar")
    fields = worded(given) | {"step_words": "Which lamps?\nAnd how many?"}
    waiting = Waiting(UUID(int=1), given.template, "ar", given.recipient, fields, NOW, 1)
    text = text_of(compose(waiting, "falaj@muscat.example"))
    assert "نص الملاحظة:\n\u2068Which lamps?\nAnd how many?\u2069\n" in text
    assert text.index("And how many?") < text.index("\n-- \n")


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("http://hub.test/portal/teams/1", "http://hub.test/portal/teams/1?lang=ar"),
        ("http://hub.test/portal", "http://hub.test/portal?lang=ar"),
        (
            "http://hub.test/portal/account/confirm?token=x",
            "http://hub.test/portal/account/confirm?lang=ar&token=x",
        ),
        ("http://hub.test/portal/needs?lang=en", "http://hub.test/portal/needs?lang=en"),
        ("https://elsewhere.example/portals?x=1", "https://elsewhere.example/portals?x=1"),
        ("http://[x/portal", "http://[x/portal"),
    ],
)
def test_links_to_the_portal_open_in_the_language_of_the_mail(link: str, shown: str):
    assert f"\n{shown}\n" in text_of(message(mail("ar", door_link=link)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "nobody"}, {"recipient": "a@b\nBcc: c@d"}, {"recipient": "a@b, c@d"},
        {"recipient": "<a@b>"}, {"recipient": ""}, {"recipient": "a@"},
        {"door_link": "javascript:alert(1)"}, {"door_link": "https://x.example/a b"}, {"door_link": "x"},
    ],
)  # fmt: skip
def test_wrong_addresses_and_links_are_refused(outbox: Connection, wrong: dict[str, str]):
    with pytest.raises(WrongMail):
        enqueue(outbox, [mail(**wrong)], NOW)
    assert find_mails(outbox, None, 5) == []


def test_a_template_that_does_not_exist_is_refused(outbox: Connection):
    with pytest.raises(WrongMail):
        enqueue(outbox, [Mail(Template(PACKAGE, "nothing"), "en", "a@b.example")], NOW)


def test_without_a_server_mail_becomes_files(outbox: Connection, tmp_path: Path):
    settings = OutboxSettings(folder=tmp_path / "mail")
    enqueue(outbox, [mail(), mail("ar")], NOW)
    assert send(outbox, settings) == Tally(sent=2)
    assert send(outbox, settings) == Tally()
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert all(file.name.startswith("20261124T080000Z-") for file in files)
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
    assert "Amal" in text_of(parsed(files[0].read_bytes()))
    assert outbox.execute("SELECT DISTINCT fields::text FROM innovation.outbox").fetchall() == [("{}",)]


def test_what_was_rolled_back_is_not_mailed(outbox: Connection, tmp_path: Path):
    with outbox.transaction(force_rollback=True):
        enqueue(outbox, [mail()], NOW)
    assert send(outbox, OutboxSettings(folder=tmp_path)) == Tally()


def test_mail_goes_to_the_server_over_one_connection(outbox: Connection, box: Mailbox):
    enqueue(outbox, [mail(), mail("ar", name="أمل\r\nBcc: x@y.example")], NOW)
    settings = smtp(
        box, smtp_user="hub", smtp_password=SecretStr("word"), from_address="falaj@muscat.example"
    )
    assert send(outbox, settings) == Tally(sent=2)
    assert box.sessions == 1
    assert len(box.logins) == 1
    assert all("falaj@muscat.example" in sender for sender, _, _ in box.received)
    recipients = [line.lower() for _, lines, _ in box.received for line in lines]
    assert recipients == ["rcpt to:<amal@example.om>"] * 2
    texts = [text_of(parsed(data)) for _, _, data in box.received]
    assert any("أمل" in text for text in texts)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("answer", "tally"), [("550 no", Tally(failed=2)), ("450 later", Tally(put_off=2))])
def test_a_mail_that_is_refused_does_not_hold_up_the_next(
    outbox: Connection, box: Mailbox, verb: str, answer: str, tally: Tally
):
    box.answers[verb] = answer
    enqueue(outbox, [mail(), mail("ar")], NOW)
    assert send(outbox, smtp(box)) == tally
    assert box.received == []
    shown = find_mails(outbox, None, 5)
    assert {one.last_error for one in shown} == {answer}
    assert {one.status for one in shown} == {Status.FAILED if tally.failed else Status.WAITING}
    box.answers.clear()
    if tally.failed:
        assert send(outbox, smtp(box), NOW + timedelta(days=9)) == Tally()
        assert service.retry(outbox, shown[0].mail_id, NOW) == 1
        assert service.retry(outbox, None, NOW) == 1
        assert send(outbox, smtp(box)) == Tally(sent=2)
    else:
        assert send(outbox, smtp(box), NOW + timedelta(seconds=59)) == Tally()
        assert send(outbox, smtp(box), NOW + timedelta(seconds=60)) == Tally(sent=2)


@pytest.mark.parametrize(
    "trouble",
    [
        {"answers": {"MAIL": "421 closing"}}, {"answers": {"AUTH": "535 wrong password"}}, {"hang_up_at": "DATA"},
        {"hang_up_at": "EHLO"}, {"answers": {"EHLO": "502 no", "HELO": "502 no"}},
    ],
)  # fmt: skip
def test_a_server_in_trouble_costs_only_the_first_mail_an_attempt(
    outbox: Connection, box: Mailbox, trouble: dict[str, object]
):
    for name, value in trouble.items():
        setattr(box, name, value)
    enqueue(outbox, [mail(), mail(), mail()], NOW)
    settings = smtp(box, smtp_user="hub", smtp_password=SecretStr("word"))
    assert send(outbox, settings) == Tally(put_off=1)
    tried = find_mails(outbox, None, 5)
    assert sorted(one.attempts for one in tried) == [0, 0, 1]
    assert not any("b'" in (one.last_error or "") for one in tried), "words for people"
    box.answers, box.hang_up_at = {}, None
    assert send(outbox, settings, NOW + timedelta(seconds=60)) == Tally(sent=3)


def test_a_server_that_is_not_there_is_waited_for_until_there_were_enough_attempts(outbox: Connection):
    with mail_server() as gone:
        pass
    settings = smtp(gone, attempts_max=3)
    enqueue(outbox, [mail()], NOW)
    at = NOW
    for expected in (Tally(put_off=1), Tally(put_off=1), Tally(failed=1), Tally()):
        assert send(outbox, settings, at) == expected
        at += timedelta(hours=7)
    assert [one.status for one in find_mails(outbox, Status.FAILED, 5)] == [Status.FAILED]


def test_whoever_waits_for_a_silent_server_can_be_called_off(
    programme: Database, outbox: Connection, box: Mailbox
):
    box.silent_at = "MAIL"
    enqueue(outbox, [mail(), mail()], NOW)
    settings, tallies = smtp(box), []
    with Smtp(settings) as transport:

        def work() -> None:
            with programme.connect("portal") as connection:
                tallies.append(send_due(programme_for(connection, settings), transport))

        sending = threading.Thread(target=work)
        sending.start()
        assert box.reached.wait(60)
        transport.abort()
        sending.join(60)
    assert tallies == [Tally(put_off=1)]


def test_a_mail_taken_by_somebody_who_died_is_sent_by_the_next_under_the_same_identifier(
    outbox: Connection, box: Mailbox
):
    enqueue(outbox, [mail()], NOW)
    settings = smtp(box)
    with open_transport(settings) as transport:
        taken = sending._take(outbox, programme_for(outbox, settings))
        assert taken is not None
        transport.send(taken.mail_id, compose(taken, settings.from_address))  # and dies before it is noted
    assert send(outbox, settings, NOW + timedelta(seconds=299)) == Tally()
    assert send(outbox, settings, NOW + timedelta(seconds=300)) == Tally(sent=1)
    first, second = (parsed(data)["Message-ID"] for _, _, data in box.received)
    assert first == second == f"<{taken.mail_id}@localhost.localdomain>"


def test_two_workers_send_each_mail_once(programme: Database, outbox: Connection, tmp_path: Path):
    enqueue(outbox, [mail() for _ in range(40)], NOW)
    settings, tallies = OutboxSettings(folder=tmp_path), []
    together = threading.Barrier(2)

    def work() -> None:
        with programme.connect("portal") as connection:
            together.wait(60)
            tallies.append(send(connection, settings))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert sum(tally.sent for tally in tallies) == 40
    assert len(list(tmp_path.iterdir())) == 40


def test_what_was_sent_is_forgotten_and_what_failed_is_not(outbox: Connection, tmp_path: Path, box: Mailbox):
    enqueue(outbox, [mail()], NOW)
    settings = OutboxSettings(folder=tmp_path, keep_days=2)
    send(outbox, settings)
    box.answers["RCPT"] = "550 no"
    enqueue(outbox, [mail()], NOW)
    send(outbox, smtp(box))
    assert tidy(outbox, settings, NOW + timedelta(days=2)) == 0
    assert tidy(outbox, settings, NOW + timedelta(days=2, seconds=1)) == 1
    assert [one.status for one in find_mails(outbox, None, 5)] == [Status.FAILED]


def test_pauses_double_up_to_their_limit():
    settings = OutboxSettings(retry_seconds_min=60, retry_seconds_max=3_600, attempts_max=2_000)
    pauses = [next_attempt(number, NOW, settings) for number in (1, 2, 3, 7, 1_999)]
    assert [pause and (pause - NOW).total_seconds() for pause in pauses] == [60, 120, 240, 3_600, 3_600]
    assert next_attempt(2_000, NOW, settings) is None


def test_a_lease_leaves_time_for_a_slow_server():
    with pytest.raises(ValidationError, match="ten times"):
        OutboxSettings(lease_seconds=60, smtp_seconds_max=10)


def test_an_empty_variable_is_none_and_a_sender_is_an_address(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FALAJ_OUTBOX_SMTP_HOST", "")
    assert OutboxSettings().smtp_host is None
    with pytest.raises(ValidationError):
        OutboxSettings(from_address="falaj\nBcc: x@y.example")


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_mail_is_encrypted_to_a_server_whose_certificate_is_trusted_and_to_no_other(
    outbox: Connection, box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
):
    box.tls, trusted = make_certificate(tmp_path)
    box.offers_starttls = mode == "starttls"
    enqueue(outbox, [mail()], NOW)
    encrypted = smtp(box).model_copy(update={"smtp_tls": mode})
    assert send(outbox, encrypted) == Tally(put_off=1)
    assert "certificate" in str(find_mails(outbox, None, 1)[0].last_error).lower()
    assert box.received == []
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    assert send(outbox, encrypted, NOW + timedelta(seconds=60)) == Tally(sent=1)
    assert box.encrypted == 1
    assert len(box.received) == 1


def test_a_server_without_encryption_gets_nothing_where_it_is_wanted(outbox: Connection, box: Mailbox):
    enqueue(outbox, [mail(), mail()], NOW)
    assert send(outbox, smtp(box).model_copy(update={"smtp_tls": "starttls"})) == Tally(put_off=1)
    assert "STARTTLS" in " ".join(str(one.last_error) for one in find_mails(outbox, None, 2))
    assert box.received == []
