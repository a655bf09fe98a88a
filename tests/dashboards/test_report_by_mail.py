"""The report as the hub's worker has it made and mailed: a real PDF of a real process, by a real mail server."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path

import pypdfium2
import pytest

from casework.access.model import Actor
from casework.outbox.sending import send_due as send_mails
from casework.outbox.settings import OutboxSettings
from casework.outbox.transports import open_transport
from casework.report_mails import service
from casework.report_mails.making import make_apart
from casework.report_mails.model import Choice, Fault, Rhythm, State, Times
from casework.report_mails.sending import Tally, send_due
from casework.report_mails.settings import ReportMailSettings
from stack.postgres import PrivatePostgres
from tests.conftest import open_database
from tests.dashboards.contract_server import City, serving
from tests.hackathon.calling import programme_for
from tests.hackathon.smtp_server import mail_server
from tests.hackathon.terms import store_person

SEEB = Choice("seeb", "pm10", 3, "en")
MORNINGS = Times(Rhythm.DAILY, (), None, 7)
MAKE = partial(make_apart, settings=ReportMailSettings(), bytes_max=OutboxSettings().file_bytes_max)


def test_a_report_is_made_mailed_and_read(
    postgres: PrivatePostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    with (
        open_database(postgres) as database,
        database.connect() as owner,
        database.connect("portal") as portal,
        serving(City(now)) as address,
        mail_server() as box,
    ):
        monkeypatch.setenv("FALAJ_API_URL", address)
        portal.autocommit = True
        outbox = OutboxSettings(
            files_folder=tmp_path, smtp_host="127.0.0.1", smtp_port=box.port, smtp_tls="none"
        )
        programme = programme_for(portal, lambda: now, outbox)
        reader = Actor(store_person(owner))
        for code in ("seeb", "atlantis"):
            owner.execute(
                "INSERT INTO public.places (code, kind, name_en, name_ar, geometry, provenance)"
                " VALUES (%s, 'wilayat', 'Place', 'مكان', '{}', 'test')",
                [code],
            )
        wanted = programme.call(reader, service.subscribe, SEEB, MORNINGS)
        # The hub knew it when it was chosen, and the data do not know it any more.
        gone = programme.call(reader, service.subscribe, Choice("atlantis", "", 3, "en"), MORNINGS)
        now += timedelta(days=1)
        assert send_due(programme, MAKE) == Tally(1, 1, 0)
        assert programme.call(reader, service.get_own, wanted).last_sent == now
        assert programme.call(reader, service.get_own, gone).state is State.SET_ASIDE
        with open_transport(outbox) as transport:
            send_mails(programme, transport)
        message = email.message_from_bytes(box.received[0][2], policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    assert "All reporting as they should: 8 sensors." in body.get_content(), body.get_content()
    (file,) = message.iter_attachments()
    page = pypdfium2.PdfDocument(file.get_content())
    assert len(page) == 1
    assert "Seeb: report" in page[0].get_textpage().get_text_range()


@pytest.mark.usefixtures("wire")
def test_while_no_data_come_there_is_a_reason_and_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FALAJ_API_URL", "http://127.0.0.1:9")
    assert MAKE(SEEB) is Fault.AWAY
