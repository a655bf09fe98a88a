"""What a mail to an agency becomes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from casework.cases.mails import to_asker
from casework.cases.model import Asker, Channel
from casework.incoming_mail.model import Box, Intake, Mail
from casework.programme import Session
from casework.workflow.errors import existing
from participation.voices import repository, service
from participation.voices.model import NOWHERE, Kind, NewVoice, Topic
from participation.voices.passage import PASSAGE
from participation.voices.settings import VoiceSettings


def _submit(session: Session, box: Box, mail: Mail) -> UUID:
    subject = (mail.subject or mail.body)[: session.of(VoiceSettings).subject_characters_max]
    new = NewVoice(
        Kind(box.kind),
        box.organisation_id,
        Topic.OTHER,
        subject,
        mail.body,
        NOWHERE,
        Channel.EMAIL,
        mail.language,
        Asker(name=mail.name[:100], email=mail.sender),
        mail_id=mail.mail_id,
    )
    return service.submit(session, new).voice_id


def _reply(session: Session, voice_id: UUID, mail: Mail) -> bool:
    return service.reply(session, voice_id, mail.body, service.Way(Channel.EMAIL, mail.mail_id))


def _tell_cut(session: Session, voice_id: UUID, text: str) -> None:
    voice = existing(repository.find_voice(session.connection, voice_id))
    session.send(to_asker(session, voice.matter, "cut", text=text), session.now())


MAIL: Final = Intake("voice_mail", PASSAGE.kind, frozenset(Kind), VoiceSettings, _submit, _reply, _tell_cut)
