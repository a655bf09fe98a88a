"""What a mail to an agency becomes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from casework.cases.model import Asker, Channel
from casework.incoming_mail.model import Box, Intake, Mail
from casework.programme import Session
from participation.voices import service
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
    return service.submit(session, new).case_id


MAIL: Final = Intake("voice_mail", PASSAGE.kind, frozenset(Kind), VoiceSettings, service.DESK, _submit)
