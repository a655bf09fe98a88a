"""What goes through all nouns finds of voices: their figures, the mails that become one, and what is kept of whoever asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from casework.cases.figures import Counting, Table
from casework.cases.figures import job_of as counting_job
from casework.cases.mails import heard
from casework.cases.model import FOLLOWERS, HANDLERS, LEADS, OVERSIGHT, STAFF, Asker, Channel
from casework.governorates.model import Governorate
from casework.incoming_mail.model import Box, Intake, Mail
from casework.incoming_mail.service import job_of
from casework.journeys.model import Heard, Passage, Seen, each, seen_by
from casework.noun import Noun
from casework.people.holders import Holder, kept
from casework.programme import Session
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from casework.workflow.errors import NoSuchObject, existing
from citycore.normalisation import without_turning
from participation.voices import service
from participation.voices.machine import VOICE
from participation.voices.model import KIND, NOWHERE, PACKAGE, UNKNOWN, Kind, NewVoice, Topic
from participation.voices.repository import QUERIES, find_counted, find_voice, read
from participation.voices.settings import VoiceSettings

_PLACES: Final = (*(one.value for one in Governorate), UNKNOWN)
#: Each has one. What ended in another way is told with them, so that they add up.
_ENDS: Final = ("put_right", "not_put_right", "still_open", "ended_otherwise")


def _rows(*kinds: Kind) -> tuple[str, ...]:
    return tuple(f"{kind.value}.{place}" for kind in kinds for place in _PLACES)


TABLES: Final = (
    Table("answered", _rows(Kind.COMPLAINT, Kind.SUGGESTION), _ENDS, is_answered=True),
    Table("noted", _rows(Kind.QUALITY_NOTE)),
)
COUNTING: Final = Counting(
    "voice_figures", KIND, TABLES, lambda programme: programme.of(VoiceSettings).figures_days, find_counted
)


def _submit(session: Session, box: Box, mail: Mail) -> UUID:
    words = " ".join((mail.subject or mail.body).split())
    subject = without_turning(words)[: session.of(VoiceSettings).subject_characters_max]
    new = NewVoice(
        Kind(box.kind),
        box.organisation_id,
        Topic.OTHER,
        subject,
        mail.body,
        NOWHERE,
        Channel.EMAIL,
        mail.language,
        Asker(name=without_turning(mail.name)[:100], email=mail.sender),
        mail_id=mail.mail_id,
    )
    return service.submit(session, new).case_id


MAIL: Final = Intake("voice_mail", KIND, frozenset(Kind), VoiceSettings, service.DESK, _submit)

#: Where whoever follows one reads it.
FOLLOWED_AT: Final = "/follow/voices/{}"

#: Where people say something at a kiosk of an organisation, whose identifier is that of the kiosk's roll.
KIOSK_AT: Final = "/voices/kiosk/{}"


def _see(session: Session, voice_id: UUID) -> Seen:
    standing = existing(read(session.connection, voice_id, session.actor))
    if not session.holds(STAFF | FOLLOWERS, standing.scopes):
        raise NoSuchObject
    voice = existing(find_voice(session.connection, voice_id))
    return seen_by(VOICE, voice.titles, voice, f"/desk/voices/{voice_id}")


def _heard(session: Session, voice_id: UUID) -> Iterable[Heard]:
    return heard(session, voice_id, FOLLOWED_AT)


#: A suggestion can become a decision, a complaint a challenge.
PASSAGE: Final = Passage(KIND, PACKAGE, 3, each(_see), _heard, FOLLOWED_AT, KIOSK_AT)

#: What was said stays, since others rely on its answer; who said it goes with the case.
HOLDER = Holder(QUERIES, {"voices": "export_said"}, (kept("voices", "kept_said", "said"),))
NOUN = Noun(
    "voices",
    PACKAGE,
    bindings=(service.VOICES,),
    holder=HOLDER,
    jobs=(job_of(MAIL),),
    sweeps=(counting_job(COUNTING),),
    passages=(PASSAGE,),
    tasks=Tasks(
        PACKAGE,
        waits=(
            Wait(VOICE, "acknowledge", ("received",), HANDLERS),
            Wait(VOICE, "answer", ("acknowledged", "in_work"), HANDLERS),
            Wait(VOICE, "hand_over", ("received", "acknowledged", "in_work"), LEADS),
            Wait(VOICE, "overdue", ("received", "acknowledged", "in_work"), OVERSIGHT),
        ),
        rests=(
            Rest(VOICE, ("waiting", "answered"), "Whoever asked has the next word, and their clock runs."),
            Rest(VOICE, ("merged",), "It follows another."),
        ),
        also=lambda session: {"at": session.now()},
    ),
    findables=(
        Findable(
            "voice",
            "participation.voices",
            follows=frozenset({"voice"}),
            label=lambda code: Topic(code).label,
            is_named_by_code=True,
            weight=0.8,
        ),
    ),
)
