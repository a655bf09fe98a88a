"""What people are asked so that nobody can know what they said, and what becomes of their answers.

Nobody reads, counts or even learns how many there are before it is over. A noun binds its objects by one :class:`Asking`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, LiteralString, TypeVar
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from casework.access.model import Role, Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import Admits, Channel, IssuedKiosk, Kiosk, NewRoll, Ticket
from casework.audit.model import Detail
from casework.counting import drafting, wanted
from casework.counting.drafting import Kept, Taken, work_out
from casework.counting.model import Counter, Targets
from casework.counting.rules import Counting
from casework.forms.service import FormVersion, get_version
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.statistics.releases import service as releases
from casework.statistics.releases.model import Draft, Release, Subject
from casework.statistics.releases.rules import released
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Sampling
from casework.themes import service as themes
from casework.themes.errors import NoteUnknown
from casework.unlinked_answers import service as boxes
from casework.unlinked_answers.model import NewAnswer
from casework.unlinked_answers.settings import UnlinkedSettings
from casework.workflow.errors import Refusal, check, existing
from casework.workflow.model import Binding
from citycore.store.rows import only_row, row_of

if TYPE_CHECKING:
    from casework.programme import Session

Object = TypeVar("Object")
#: What somebody shows who answers by these ways.
_SHOWN: Final[Mapping[str, type[Ticket | Kiosk]]] = {Channel.TOKEN: Ticket, Channel.KIOSK: Kiosk}
#: In which order ways to answer stand beside each other.
CHANNELS: Final = tuple(one.value for one in Channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An object that people are asked about, as it stands. ``form_version`` and ``form_digest`` are of its form once that is fixed;
    codes and devices are handed out while it ``is_set_up``;
    figures may be known once it ``is_over``, and notes are read while it ``is_counted`` and not published; ``release_id``
    is that of what was published.
    """

    object_id: UUID
    version: int
    titles: Names
    sampling: Sampling
    channels: frozenset[Channel]
    form_version: int | None
    form_digest: bytes | None
    opens: datetime | None
    closes: datetime | None
    targets: Targets | None
    release_id: UUID | None
    is_set_up: bool
    is_open: bool
    is_over: bool
    is_counted: bool

    def takes(self, channel: Channel) -> bool:
        return self.is_open and channel in self.channels


@dataclass(frozen=True, slots=True)
class Asking(Generic[Object]):
    """Of a noun: ``staff`` hands out codes and devices, ``kind`` is that of its passage, ``find`` an object for the clock, ``of`` what is asked about it. Its ``queries``
    have ``keep_figures``, ``figures`` and ``count_written``; the refusals are for who answers or looks at the wrong time.
    """

    binding: Binding[Any]
    staff: frozenset[Role]
    kind: str
    scope: ScopeKind
    find: Callable[[Session, UUID], Object]
    of: Callable[[Object], Asked]
    queries: Mapping[str, LiteralString]
    not_open: type[Refusal]
    not_over: type[Refusal]
    not_editable: type[Refusal]

    @property
    def counter(self) -> Counter[Kept]:
        """Once it is closed, and again after somebody has read what was written."""
        return Counter(self.kind, self._take, self._keep)

    def prepare(self, session: Session, about: Object) -> None:
        """Tokens can be handed out and devices set up from now on."""
        one = self.of(about)
        admits = Admits.TOKEN if one.sampling is Sampling.ROLL else Admits.ALL
        scope = Scope(self.scope, one.object_id)
        admission.open_roll(
            session, one.object_id, NewRoll(self.kind, one.titles, scope, admits=admits, is_unlinked=True)
        )

    def set_up(self, session: Session, object_id: UUID, channel: Channel) -> Object:
        """For whoever hands out codes or devices, while that can be; ``not_editable``."""
        session.hold(self.binding, object_id, self.staff)
        about = self.find(session, object_id)
        if not self.of(about).is_set_up or channel not in self.of(about).channels:
            raise self.not_editable
        return about

    def issue_codes(self, session: Session, object_id: UUID, number: int) -> list[str]:
        """Codes that each count once, told now and never again, for those who are asked."""
        self.set_up(session, object_id, Channel.TOKEN)
        codes = admission.issue_tokens(session, object_id, number, Channel.TOKEN.value)
        self._note(session, object_id, "issue_codes", number=number)
        return codes

    def add_kiosk(
        self, session: Session, object_id: UUID, name: str, governorate: Governorate
    ) -> IssuedKiosk:
        """A device on which people answer; its code is told now and never again."""
        self.set_up(session, object_id, Channel.KIOSK)
        issued = admission.add_kiosk(session, object_id, name, governorate)
        self._note(session, object_id, "add_kiosk", kiosk=str(issued.kiosk_id))
        return issued

    def revoke_kiosk(self, session: Session, object_id: UUID, kiosk_id: UUID) -> None:
        """Its browser is refused from now on."""
        self.set_up(session, object_id, Channel.KIOSK)
        admission.revoke_kiosk(session, object_id, kiosk_id)
        self._note(session, object_id, "revoke_kiosk", kiosk=str(kiosk_id))

    def _note(self, session: Session, object_id: UUID, event: str, **details: Detail) -> None:
        standing = session.look(self.binding, object_id)
        session.note(self.binding, standing, event, session.now(), **details)

    def open_box(self, session: Session, about: Object) -> None:
        boxes.open_box(session, self.of(about).object_id)

    def close_box(self, session: Session, about: Object) -> None:
        """It is counted next, once nobody can join an answer to a token any more."""
        boxes.close(session, self.of(about).object_id)
        self.count_again(session, self.of(about).object_id)

    def count_again(self, session: Session, object_id: UUID) -> None:
        wanted.ask(session, self.kind, object_id)

    def recount(self, session: Session, object_id: UUID) -> None:
        """By staff, with what somebody has just said of notes; nothing before it was counted once."""
        session.hold(self.binding, object_id, self.staff)
        if self.of(self.find(session, object_id)).is_counted:
            self.count_again(session, object_id)

    def get_form(self, session: Session, about: Object) -> FormVersion:
        """What is asked, once it is fixed."""
        one = self.of(about)
        return get_version(session, one.object_id, existing(one.form_version))

    def answer(
        self, session: Session, about: Object, new: NewAnswer, by: Ticket | Kiosk | None = None
    ) -> None:
        """By the way that the answer names: with a token that counts once, at a device, or as anybody.

        ``not_open``, and what stands against a token, a device or a box.
        """
        one, needed = self.of(about), _SHOWN.get(new.channel)
        is_shown = needed is None or isinstance(by, needed)
        is_of_it = by is None or by.object_id == one.object_id
        if not (one.takes(Channel(new.channel)) and is_shown and is_of_it):
            raise self.not_open
        if isinstance(by, Ticket):
            boxes.put_by_token(session, by, new)
        else:
            boxes.put(session, one.object_id, new)

    def _why_not_over(self, session: Session, subject: Subject) -> Refusal | None:
        """Figures may be known once it is over, and by nobody before."""
        return None if self.of(self.find(session, subject.object_id)).is_over else self.not_over()

    def _take(self, session: Session, object_id: UUID) -> Callable[[], Kept]:
        """All that counting needs, once it is over and mixed."""
        about = self.find(session, object_id)
        one = self.of(about)
        subject = Subject(self.kind, object_id, f"{self.kind}:{object_id}")
        check(self._why_not_over(session, subject))
        asked = None
        if one.sampling is Sampling.ROLL:
            asked = sum(tokens.issued for tokens in admission.count_tokens(session, object_id))
        taken = Taken(
            subject,
            existing(one.opens),
            existing(one.closes),
            one.form_digest,
            asked=asked,
            may_repeat=Channel.WEB in one.channels,
            targets=one.targets,
            traces_days=traces_days(session),
        )
        how = Counting(CHANNELS, themes.read(session, object_id), one.targets)
        answers, form = boxes.read(session, object_id), self.get_form(session, about).fields
        return partial(work_out, taken, form, answers, how, session.of(StatisticsSettings))

    def _keep(self, session: Session, object_id: UUID, kept: Kept) -> None:
        """To be looked at before it is published."""
        alike = None if kept.alike is None else Jsonb(kept.alike)
        values = {"figures": kept.figures, "alike": alike, "written": Jsonb(kept.written)}
        session.connection.execute(self.queries["keep_figures"], values | {"object_id": object_id})

    def get_figures(self, session: Session, object_id: UUID) -> Draft | None:
        """What was counted, as it is to be released; None before."""
        text = row_of(session.connection, str, self.queries["figures"], {"object_id": object_id})
        return None if text is None else msgspec.json.decode(text, type=Draft)

    def release(self, session: Session, draft: Draft) -> Release:
        """Publish what was counted; ``not_over``, and what stands against figures."""
        return releases.release(session, draft, self._why_not_over)

    def find_document(self, session: Session, about: Object) -> Mapping[str, Any] | None:
        """Of the release, as it is published or is to be; None before anything is counted."""
        one = self.of(about)
        if one.release_id is not None:
            text = releases.find(session, one.release_id).document
        else:
            draft = self.get_figures(session, one.object_id)
            if draft is None:
                return None
            text = released(draft, UUID(int=0), session.now(), session.of(StatisticsSettings)).document
        document: Mapping[str, Any] = msgspec.json.decode(text)
        return document

    # What was written

    def count_notes(self, session: Session, about: Object, question: str) -> int:
        """Of a question that is counted by themes; they are read once it is counted and before it is published.

        :class:`NoteUnknown`.
        """
        one = self.of(about)
        if not one.is_counted or question not in self.written_questions(session, about):
            raise NoteUnknown
        values = {"object_id": one.object_id, "question": question}
        return only_row(session.connection, int, self.queries["count_written"], values)

    def read_notes(
        self,
        session: Session,
        about: Object,
        question: str,
        part: slice = slice(None),
        notes: Collection[UUID] | None = None,
    ) -> dict[UUID, str]:
        """What was written, in an order that says nothing: a part of it, or these notes alone."""
        self.count_notes(session, about, question)
        return boxes.read_texts(session, self.of(about).object_id, question, part, notes)

    def written_questions(self, session: Session, about: Object) -> dict[str, Names]:
        """Those that are counted by themes."""
        return drafting.written_questions(self.get_form(session, about).fields)

    def list_quotes(self, session: Session, about: Object) -> dict[str, list[str]]:
        """By question, what a person has chosen to be read by everybody; told with the release."""
        one = self.of(about)
        return themes.list_quotes(session, one.object_id) if one.is_over else {}


def traces_days(session: Session) -> int:
    """For how long copies are kept of a time in which answers were not mixed."""
    return session.of(UnlinkedSettings).traces_keep_days
