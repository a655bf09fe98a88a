"""What people do to a complaint that nobody had in mind: at once, too late, too often, on a day that became a holiday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.cases import service as cases
from casework.cases.listing import Wanted
from casework.cases.model import Asker
from casework.workflow.errors import ChangedMeanwhile, Refusal
from citycore.store.connections import Connection
from participation.voices import errors, service
from participation.voices.model import Answer, Outcome
from tests.participation.test_open_matters import report, vars_of
from tests.participation.test_voices import AGENCY, DAY, DONE, NOON, Scene


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


def refused(scene: Scene, error: type[Exception], work: Callable[[], object]) -> None:
    """What was refused is undone, as in a transaction of its own."""
    with pytest.raises(error), scene.connection.transaction():
        work()


def test_of_two_answers_at_once_one_is_told_and_the_other_leaves_nothing(scene: Scene) -> None:
    voice_id = scene.say()
    scene.take(voice_id)
    seen = scene.voice(voice_id).version
    service.answer(scene.handler(voice_id), voice_id, DONE, seen)
    second = Answer(Outcome.ANSWERED_NOT_DONE, "لا")
    refused(scene, ChangedMeanwhile, lambda: service.answer(scene.handler(voice_id), voice_id, second, seen))
    other = next(one for one in scene.staff if one != scene.voice(voice_id).handler_id)
    colleague = scene.within(Actor(other, (Grant(Role.HANDLER, Scope(ScopeKind.ORGANISATION, AGENCY)),)))
    version = scene.voice(voice_id).version
    refused(scene, Refusal, lambda: service.answer(colleague, voice_id, second, version))
    assert scene.voice(voice_id).answer == DONE.text
    texts = [one.text for one in cases.thread(scene.within(), voice_id, cases.FOR_STAFF)]
    assert texts == [DONE.text]
    assert scene.mails().count("answered") == 1


def test_a_campaign_is_one_matter_for_whoever_answers_and_counts_each_who_asked(scene: Scene) -> None:
    main = scene.say(**vars_of(report()))
    handler_id = scene.voice(main).handler_id
    before = scene.mails().count("new")
    for number in range(30):
        asker = Asker(email=f"n{number}@example.om")
        assert service.submit(scene.within(), report(asker=asker), main).is_joined
    mine = service.LISTING.read(scene.handler(main), Wanted(handler_id=handler_id))[0]
    assert [one.voice_id for one in mine] == [main]
    assert scene.mails().count("new") == before
    assert len(cases.following(scene.within(), main)) == 30
    scene.take(main)
    scene.answer(main)
    assert scene.mails().count("answered") == 31, "everybody is told"


def test_an_answer_without_evidence_does_not_stop_the_clock(scene: Scene) -> None:
    """Nobody closes to meet the clock: neither by saying that it is done, nor by asking and asking."""
    voice_id = scene.say()
    scene.take(voice_id)
    due_at = scene.within().planned(voice_id)["answer_due"]
    done = Answer(Outcome.RESOLVED, "تم", "")
    refused(scene, errors.VoiceWithoutAnswer, lambda: scene.answer(voice_id, done))
    for _ in range(3):
        service.DESK.ask(scene.handler(voice_id), voice_id, "؟", scene.voice(voice_id).version)
        service.DESK.reply(scene.asker(voice_id), voice_id, "كما قلت")
    assert abs(scene.within().planned(voice_id)["answer_due"] - due_at) <= timedelta(minutes=1)
    assert (scene.voice(voice_id).state, scene.now < NOON + DAY) == ("in_work", True)
