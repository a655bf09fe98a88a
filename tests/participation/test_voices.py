"""Voices: from what somebody says to what became of it, whoever is slow, in conflict or of another mind."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from psycopg.errors import CheckViolation

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.cases import repository as cases
from casework.cases import service as case_service
from casework.cases.errors import AlreadyRated
from casework.cases.model import Asker, Channel, Handler
from casework.decisions import service as decisions
from casework.follow_up.model import Followed
from casework.governorates.model import Governorate
from casework.journeys.model import Node
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed, NotInThisState, WrongField
from citycore.store.connections import Connection
from participation.voices import errors, repository, service
from participation.voices.model import Answer, Kind, NewVoice, Outcome, Place, Topic, Voice
from participation.voices.noun import PASSAGE
from tests.hackathon.decision_stage import DRAFT
from tests.hackathon.machines import store_account
from tests.participation.stage import DAY, Stage

AGENCY, OTHER = UUID(int=80), UUID(int=81)
TEXT = "انتظرت ساعتين ثم أُغلق المكتب قبل موعده."


DONE = Answer(Outcome.RESOLVED, "مُدّد الدوام", "قرار 12")


class Scene(Stage):
    """An agency with two handlers of the first level and one of each higher one."""

    bindings = (service.VOICES,)

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, (AGENCY, OTHER))
        self.staff = [store_account(connection) for _ in range(4)]
        for person_id, level in zip(self.staff, (1, 1, 2, 3), strict=True):
            cases.keep_handler(connection, AGENCY, Handler(person_id, level, None))

    def handler(self, voice_id: UUID) -> Session:
        """Of whoever has it in hand."""
        person_id = self.voice(voice_id).handler_id
        return self.within(Actor(person_id, (Grant(Role.HANDLER, Scope(ScopeKind.ORGANISATION, AGENCY)),)))

    def asker(self, voice_id: UUID) -> Session:
        return self.within(Followed("voice", voice_id).actor)

    def say(self, **changes: object) -> UUID:
        new = NewVoice(
            Kind.COMPLAINT, AGENCY, Topic.WAITING, "الانتظار", TEXT, Place(Governorate.MUSCAT), Channel.WEB, "ar",
            Asker(email="a@example.om"),
        )  # fmt: skip
        return service.submit(self.within(), replace(new, **changes)).case_id  # type: ignore[arg-type]

    def voice(self, voice_id: UUID) -> Voice:
        found = repository.find_voice(self.connection, voice_id)
        assert found is not None
        return found

    def take(self, voice_id: UUID) -> None:
        session = self.handler(voice_id)
        service.move(session, voice_id, "acknowledge", None)
        service.move(session, voice_id, "take", None)

    def answer(self, voice_id: UUID, said: Answer = DONE) -> None:
        service.answer(self.handler(voice_id), voice_id, said, self.voice(voice_id).version)

    def pass_days(self, days: float) -> None:
        self.pass_by(days * DAY)


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


def test_a_complaint_goes_all_the_way_by_code_alone(scene: Scene) -> None:
    voice_id = scene.say()
    first = scene.voice(voice_id).handler_id
    assert first in scene.staff[:2]
    scene.take(voice_id)
    service.DESK.ask(scene.handler(voice_id), voice_id, "أي مكتب؟", scene.voice(voice_id).version)
    assert scene.voice(voice_id).state == "waiting"
    service.DESK.reply(scene.asker(voice_id), voice_id, "صحار")
    assert scene.voice(voice_id).state == "in_work"
    scene.answer(voice_id, Answer(Outcome.ANSWERED_NOT_DONE, "لا نقص في الموظفين"))
    service.DESK.dispute(scene.asker(voice_id), voice_id, "ما زال الأمر كذلك")
    disputed = scene.voice(voice_id)
    assert (disputed.state, disputed.level, disputed.handler_id, disputed.outcome) == (
        "in_work",
        2,
        scene.staff[2],
        None,
    )
    scene.answer(voice_id)
    with pytest.raises(errors.GUARDS.disputed_before):
        service.DESK.dispute(scene.asker(voice_id), voice_id, "لا")
    service.DESK.rate(scene.asker(voice_id), voice_id, 4, "شكرًا")
    ended = scene.voice(voice_id)
    assert (ended.state, ended.state_reason, ended.outcome) == ("closed", "rated", Outcome.RESOLVED)
    assert {"received", "acknowledged", "question", "replied", "answered", "escalated"} <= {
        name for _, name in scene.mails()
    }
    with pytest.raises((NoSuchObject, AlreadyRated)):
        service.DESK.rate(scene.asker(voice_id), voice_id, 1, "")


def test_only_whoever_has_it_in_hand_answers_and_only_its_asker_rates(scene: Scene) -> None:
    voice_id = scene.say()
    scene.take(voice_id)
    other = next(one for one in scene.staff[:2] if one != scene.voice(voice_id).handler_id)
    colleague = scene.within(Actor(other, (Grant(Role.HANDLER, Scope(ScopeKind.ORGANISATION, AGENCY)),)))
    with pytest.raises(errors.GUARDS.not_yours):
        service.answer(colleague, voice_id, Answer(Outcome.RESOLVED, "x", "y"), scene.voice(voice_id).version)
    stranger = scene.asker(scene.say())
    for act in (
        lambda: service.DESK.reply(stranger, voice_id, "x"),
        lambda: service.DESK.rate(stranger, voice_id, 1, ""),
        lambda: service.DESK.dispute(scene.within(), voice_id, "x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NoSuchObject):
        service.get_voice(stranger, voice_id)


def test_of_two_answers_at_once_one_is_told_and_the_other_leaves_nothing(scene: Scene) -> None:
    voice_id = scene.say()
    scene.take(voice_id)
    seen = scene.voice(voice_id).version
    service.answer(scene.handler(voice_id), voice_id, DONE, seen)
    second = Answer(Outcome.ANSWERED_NOT_DONE, "لا")
    with pytest.raises(ChangedMeanwhile), scene.connection.transaction():
        service.answer(scene.handler(voice_id), voice_id, second, seen)
    other = next(one for one in scene.staff if one != scene.voice(voice_id).handler_id)
    colleague = scene.within(Actor(other, (Grant(Role.HANDLER, Scope(ScopeKind.ORGANISATION, AGENCY)),)))
    version = scene.voice(voice_id).version
    with pytest.raises(NotInThisState), scene.connection.transaction():
        service.answer(colleague, voice_id, second, version)
    assert scene.voice(voice_id).answer == DONE.text
    texts = [one.text for one in case_service.thread(scene.within(), voice_id, case_service.FOR_STAFF)]
    assert texts == [DONE.text]
    assert scene.mailed("answered") == 1


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (Answer(Outcome.RESOLVED, "Done", " "), errors.VoiceWithoutAnswer),
        (Answer(Outcome.RESOLVED, "Done", "Photo"), None),
        (Answer(Outcome.ANSWERED_NOT_DONE, "No money"), None),
        (Answer(Outcome.NOT_OURS, "The municipality does this"), None),
    ],
)
def test_an_answer_says_what_was_put_right_or_why_not(
    scene: Scene, said: Answer, refused: type[Exception] | None
) -> None:
    voice_id = scene.say()
    scene.take(voice_id)
    if refused is not None:
        with pytest.raises(refused):
            scene.answer(voice_id, said)
        return
    scene.answer(voice_id, said)
    assert scene.voice(voice_id).outcome is said.outcome


@pytest.mark.parametrize(
    "change",
    [
        "state = 'closed'",
        "outcome = 'resolved', evidence = NULL",
        "outcome = 'not_ours', answer = ''",
        "state = 'answered'",
    ],
)
def test_nothing_ends_without_an_end(scene: Scene, change: str) -> None:
    """The table itself refuses a close to meet the clock."""
    statement = f"UPDATE participation.voices SET {change} WHERE voice_id = %s".encode()
    voice_id = scene.say()
    with pytest.raises(CheckViolation):
        scene.connection.execute(statement, [voice_id])


def test_a_note_on_quality_is_counted_and_promises_nothing(scene: Scene) -> None:
    voice_id = scene.say(kind=Kind.QUALITY_NOTE)
    scene.pass_days(6)
    assert scene.voice(voice_id).state == "received"
    scene.pass_days(2)
    assert (scene.voice(voice_id).state, scene.voice(voice_id).state_reason) == ("noted", "counted")
    row = scene.connection.execute(
        "SELECT counted_in FROM participation.voices WHERE voice_id = %s", [voice_id]
    ).fetchone()
    assert str(row[0]) == "2026-11-01"  # type: ignore[index]


def test_many_notes_of_the_same_are_worth_a_suggestion(scene: Scene) -> None:
    alike = [scene.say(kind=Kind.QUALITY_NOTE) for _ in range(4)]
    scene.say(kind=Kind.QUALITY_NOTE, topic=Topic.FEES)
    assert service.count_alike_notes(scene.within(), scene.voice(alike[0])) == 0
    alike.append(scene.say(kind=Kind.QUALITY_NOTE))
    assert service.count_alike_notes(scene.within(), scene.voice(alike[0])) == 5
    assert service.count_alike_notes(scene.within(), scene.voice(scene.say())) == 0
    scene.now += 91 * DAY
    assert service.count_alike_notes(scene.within(), scene.voice(alike[0])) == 0


def test_a_suggestion_is_answered_by_a_decision(scene: Scene) -> None:
    voice_id = scene.say(kind=Kind.SUGGESTION)
    scene.take(voice_id)
    with pytest.raises(errors.VoiceWithoutDecision):
        scene.answer(voice_id)
    programme = scene.within(Actor(store_account(scene.connection), (Grant(Role.PROGRAMME_OFFICER),)))
    decision_id = decisions.hear(programme, DRAFT, [Node("voice", voice_id)])
    assert [one.email for one in PASSAGE.heard(programme, voice_id)] == ["a@example.om"]  # type: ignore[misc]
    assert decision_id is not None
    scene.answer(voice_id)
    assert scene.voice(voice_id).state == "answered"


def test_it_is_forwarded_to_whose_matter_it_is(scene: Scene) -> None:
    voice_id = scene.say()
    scene.take(voice_id)
    person_id = store_account(scene.connection)
    cases.keep_handler(scene.connection, OTHER, Handler(person_id, 1, None))
    service.forward(scene.handler(voice_id), voice_id, OTHER, scene.voice(voice_id).version)
    forwarded = scene.voice(voice_id)
    assert (forwarded.organisation_id, forwarded.handler_id, forwarded.state) == (
        OTHER,
        person_id,
        "acknowledged",
    )
    with pytest.raises(errors.VoiceOrganisationUnknown):
        scene.say(organisation_id=UUID(int=99))


def test_what_says_too_little_or_too_much_is_refused(scene: Scene) -> None:
    for changes in ({"subject": " "}, {"body": ""}, {"subject": "x" * 151}, {"body": "x" * 5_001}):
        with pytest.raises(WrongField):
            scene.say(**changes)
    assert case_service.get_asker(scene.within(), scene.say()).email == "a@example.om"
