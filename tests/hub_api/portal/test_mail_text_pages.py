"""Administrators write what mails say, see them in both languages, and the next mail says it so."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Self
from uuid import UUID

from casework.access.model import ANONYMOUS, Role
from casework.outbox.model import Mail, Template
from casework.outbox.sending import send_due
from casework.outbox.transports import Folder
from casework.programme import Session
from tests.hub_api.portal.conftest import Portal

PAGE = "/desk/mail-texts/teams/request"


class Box(Folder):
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    def __enter__(self) -> Self:
        return self

    def send(self, mail_id: UUID, message: EmailMessage) -> None:
        self.sent.append(message)


def test_the_next_mail_says_what_was_written(portal: Portal) -> None:
    administrator, captain = portal.appoint(Role.ADMINISTRATOR), portal.join("captain")
    browser = administrator.browser
    assert f'href="/portal{PAGE}"' in browser.get("/desk/mail-texts").text
    shown = browser.get(PAGE).text
    assert "https://hub.example/portal" in shown
    assert 'lang="ar" dir="rtl"' in shown
    written = {
        "subject_ar": "طلب انضمام",
        "text_ar": "السلام عليكم {name}، {team}\n{link}",
        "subject_en": "A new request",
        "text_en": "Dear {name}: somebody asks to join {team}.\n{link}",
    }
    refused = browser.send(f"{PAGE}/write", written | {"text_en": "Dear {nobody}\n{link}"})
    assert refused.status_code == 422
    assert "{nobody}" in refused.text
    assert browser.send(f"{PAGE}/write", written).status_code == 303
    assert "asks to join" in browser.get(PAGE).text

    def tell(session: Session) -> None:
        fields = {
            "name": "Salma",
            "other": "Hamad",
            "team": "Palms",
            "link": "https://hub.example/portal/teams/1",
        }
        mail = Mail(
            Template("hackathon.contest.teams", "request"), "en", captain.email, fields, captain.person_id
        )
        session.send([mail], session.now())

    programme, box = portal.office.programme, Box()
    programme.call(ANONYMOUS, tell)
    portal.watch.at += timedelta(seconds=1)
    send_due(programme, box)
    assert [message["Subject"] for message in box.sent if message["To"] == captain.email][
        -1
    ] == "A new request"
    assert browser.send(f"{PAGE}/restore").status_code == 303
    assert "asks to join" not in browser.get(PAGE).text
