"""Complaints by e-mail: a real Maildir, replies by number, and mail that must not stop or multiply anything."""

from __future__ import annotations

import mailbox
from contextlib import nullcontext
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS
from casework.cases import service as cases
from casework.cases.model import Channel
from casework.follow_up.settings import FollowUpSettings
from casework.incoming_mail.errors import MailUnreadable
from casework.incoming_mail.rules import read
from casework.incoming_mail.service import take_in
from citycore.store.connections import Connection
from participation.voices import repository
from participation.voices.model import Kind, Voice
from participation.voices.noun import MAIL
from participation.voices.settings import VoiceSettings
from programme.registry import open_programme
from tests.hackathon.machines import store_agency

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
AGENCY = UUID(int=85)


def mail(number: int = 1, **changes: str) -> EmailMessage:
    message = EmailMessage()
    headers = {
        "From": "سالم <salim@example.om>", "To": "shakawa@agency.example", "Subject": "أُغلق المكتب",
        "Message-ID": f"<{number}@example.om>",
    }  # fmt: skip
    for name, value in (
        headers | {k.replace("_", "-"): v for k, v in changes.items() if k != "body"}
    ).items():
        message[name] = value
    message.set_content(changes.get("body", "انتظرت ساعتين.\n\nOn Monday somebody wrote:\n> before\n"))
    return message


class Post:
    """An agency with a Maildir, and the worker that reads it."""

    def __init__(self, connection: Connection, folder: Path, **limits: int) -> None:
        self.connection, self.folder = connection, folder
        store_agency(connection, AGENCY)
        (folder / str(AGENCY)).mkdir()
        self.boxes = {
            kind: mailbox.Maildir(folder / str(AGENCY) / kind.value)
            for kind in (Kind.COMPLAINT, Kind.SUGGESTION)
        }
        self.programme = open_programme(
            lambda: nullcontext(connection),
            lambda: NOON,
            (FollowUpSettings(key="ab" * 32), VoiceSettings(mail_folder=folder, **limits)),  # type: ignore[arg-type]
        )

    def put(self, message: EmailMessage | bytes, kind: Kind = Kind.COMPLAINT) -> None:
        self.boxes[kind].add(message)

    def take_in(self) -> int:
        return take_in(self.programme, MAIL)

    def voices(self) -> list[Voice]:
        rows = self.connection.execute(
            "SELECT case_id FROM participation.cases WHERE mail_id IS NOT NULL ORDER BY case_id"
        ).fetchall()
        found = [repository.find_voice(self.connection, voice_id) for (voice_id,) in rows]
        return [one for one in found if one is not None]

    def waiting(self) -> int:
        return sum(1 for _ in self.folder.glob("*/*/new/*"))

    def number(self) -> str:
        row = self.connection.execute(
            "SELECT fields ->> 'number' FROM innovation.outbox WHERE template LIKE '%/received'"
        ).fetchone()
        assert row is not None
        return str(row[0])


@pytest.fixture
def post(owner: Connection, tmp_path: Path) -> Post:
    return Post(owner, tmp_path)


def test_a_mail_is_a_complaint_that_is_answered_to_its_sender(post: Post) -> None:
    post.put(mail())
    post.put(
        mail(2, Subject="A longer opening", body="Please open until eight.", From="Muna <MUNA@example.om>"),
        Kind.SUGGESTION,
    )
    assert (post.take_in(), post.take_in(), post.waiting()) == (2, 0, 0)
    found = {one.kind: one for one in post.voices()}
    complaint, suggestion = found[Kind.COMPLAINT], found[Kind.SUGGESTION]
    assert (complaint.subject, complaint.body, complaint.language) == ("أُغلق المكتب", "انتظرت ساعتين.", "ar")
    assert (suggestion.channel, suggestion.language, suggestion.place.governorate) == (
        Channel.EMAIL,
        "en",
        None,
    )
    asker = cases.get_asker(post.programme.within(post.connection, ANONYMOUS), complaint.voice_id)
    assert (asker.name, asker.email) == ("سالم", "salim@example.om")


def test_a_reply_with_the_number_goes_on_with_it_and_a_stranger_does_not(post: Post) -> None:
    post.put(mail())
    post.take_in()
    subject = f"Re: We have received it: {post.number()}"
    post.put(mail(3, Subject=subject, body="In Sohar."))
    post.put(mail(3, Subject=subject, body="In Sohar."))
    post.put(mail(4, Subject=subject, body="Me too.", From="eve@example.om"))
    assert post.take_in() == 3
    assert len(post.voices()) == 2
    first = next(one for one in post.voices() if one.body == "انتظرت ساعتين.")
    session = post.programme.within(post.connection, ANONYMOUS)
    assert [message.text for message in cases.thread(session, first.voice_id, cases.FOR_ASKER)] == [
        "In Sohar."
    ]


def test_a_mail_that_comes_twice_counts_once(post: Post) -> None:
    for _ in range(2):
        post.put(mail())
    post.take_in()
    assert len(post.voices()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"List_Id": "<everybody.example.om>"},
    ],
)
def test_what_programs_send_by_themselves_is_not_answered(post: Post, changes: dict[str, str]) -> None:
    post.put(mail(**changes))
    assert (post.take_in(), post.waiting(), post.voices()) == (0, 0, [])


def test_one_mail_that_nobody_can_read_stops_no_other(post: Post) -> None:
    post.put(b"From: x\r\n\r\n\xff\xfe")
    post.put(b"")
    post.put(mail(5, body="x" * 1_000_001))
    post.put(mail(6))
    assert (post.take_in(), post.waiting()) == (1, 3)
    rows = post.connection.execute("SELECT reason FROM public.failures WHERE job = %s", [MAIL.job]).fetchall()
    assert sorted(reason for (reason,) in rows) == [
        "MailTooLarge",
        "MailUnreadable",
        "MailUnreadable",
    ]


def test_from_one_address_so_many_come_in_an_hour_and_the_others_wait(post: Post) -> None:
    for number in range(13):
        post.put(mail(number))
    assert (post.take_in(), post.waiting(), len(post.voices())) == (10, 3, 10)


@pytest.mark.parametrize(
    "content", [b"", b"From: nobody\n\nwords", b"From: a@example.om\nMessage-ID: <1>\n\n", b"\x00" * 50]
)
def test_a_mail_without_a_sender_or_words_is_refused(content: bytes) -> None:
    with pytest.raises(MailUnreadable):
        read(content)


def test_mails_that_have_to_wait_hold_up_nobody_else(owner: Connection, tmp_path: Path) -> None:
    post = Post(owner, tmp_path, mails_at_once=2, mails_per_hour=1)
    box = tmp_path / str(AGENCY) / Kind.COMPLAINT.value / "new"
    mails = [b"no mail at all", *(bytes(mail(number)) for number in range(1, 5))]
    mails.append(bytes(mail(9, From="Muna <muna@example.om>")))
    for number, content in enumerate(mails):
        (box / f"{number}.first").write_bytes(content)
    assert post.take_in() == 2
    with_mail = post.programme.within(post.connection, ANONYMOUS)
    senders = {cases.get_asker(with_mail, one.voice_id).email for one in post.voices()}
    assert senders == {"salim@example.om", "muna@example.om"}
    assert post.waiting() == 4, "one that is unreadable, three whose sender has had a turn"


@pytest.mark.parametrize("is_reply", [False, True])
def test_a_mail_that_is_cut_says_so_to_both_sides(post: Post, is_reply: bool) -> None:
    words, subject = "طويل " * 1_200, "أُغلق المكتب"
    if is_reply:
        post.put(mail())
        post.take_in()
        subject = f"Re: {post.number()}"
    for _ in range(2):
        post.put(mail(4, Subject=subject, body=words))
        post.take_in()
    (voice,) = post.voices()
    session = post.programme.within(post.connection, ANONYMOUS)
    *written, said = cases.thread(session, voice.voice_id, cases.FOR_ASKER)
    assert [len(one.text) for one in written] == ([4_999] if is_reply else [])
    assert is_reply or len(voice.body) == 5_000
    assert ("5999" in said.text, "5000" in said.text, said.sender) == (True, True, "staff")
    assert cases.thread(session, voice.voice_id, cases.FOR_STAFF)[-1] == said
    told = post.connection.execute(
        "SELECT fields ->> 'text' FROM innovation.outbox WHERE template LIKE '%voices/cut'"
    ).fetchall()
    assert told == [(said.text,)]
