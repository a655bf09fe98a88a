"""The course of a case, tried with voices: clocks, levels, what is joined, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.follow_up.settings import FollowUpSettings
from casework.workflow.errors import NoSuchObject, NotInThisState
from casework.working_time.settings import WorkingTimeSettings
from citycore.store.connections import Connection
from participation.voices import service
from participation.voices.model import Outcome
from tests.hackathon.calling import programme_for
from tests.participation.test_voices import Scene


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


def test_who_is_slow_loses_it_to_the_next_level_and_the_asker_is_told(scene: Scene) -> None:
    voice_id = scene.say()
    scene.pass_days(1)
    assert scene.voice(voice_id).level == 1
    # Friday: offices are closed, so nobody is told before Sunday.
    scene.pass_days(2)
    assert scene.voice(voice_id).level == 1
    scene.pass_days(3)
    risen = scene.voice(voice_id)
    assert (risen.state, risen.level, risen.handler_id) == ("received", 2, scene.staff[2])
    scene.pass_days(7)
    assert (scene.voice(voice_id).level, scene.voice(voice_id).handler_id) == (3, scene.staff[3])
    scene.pass_days(30)
    assert scene.voice(voice_id).level == 3
    assert scene.mailed("escalated") == 2


def test_the_clock_stands_still_while_the_asker_has_the_word_and_ends_without_them(scene: Scene) -> None:
    voice_id = scene.say()
    scene.take(voice_id)
    service.DESK.ask(scene.handler(voice_id), voice_id, "أي مكتب؟", scene.voice(voice_id).version)
    scene.pass_days(9)
    assert (scene.voice(voice_id).state, scene.voice(voice_id).level) == ("waiting", 1)
    scene.pass_days(12)
    ended = scene.voice(voice_id)
    assert (ended.state, ended.state_reason, ended.outcome) == ("closed", "no_reply", Outcome.NO_REPLY)
    with pytest.raises(NoSuchObject):
        service.DESK.reply(scene.asker(voice_id), voice_id, "صحار")


def test_an_answer_that_nobody_rates_in_time_is_the_end(scene: Scene) -> None:
    voice_id = scene.say()
    scene.take(voice_id)
    scene.answer(voice_id)
    scene.pass_days(14)
    assert (scene.voice(voice_id).state, scene.voice(voice_id).state_reason) == ("closed", "not_rated")
    with pytest.raises(NotInThisState):
        service.DESK.rate(scene.asker(voice_id), voice_id, 5, "")


def test_what_was_joined_is_told_and_may_be_taken_out_once(scene: Scene) -> None:
    main, same, other = scene.say(), scene.say(), scene.say()
    for voice_id in (same, other):
        service.merge(scene.handler(voice_id), voice_id, main, scene.voice(voice_id).version)
    assert scene.mailed("merged") == 2
    service.move(scene.asker(other), other, "object", None)
    assert (scene.voice(other).state, scene.voice(other).main_id) == ("acknowledged", None)
    scene.take(main)
    scene.answer(main)
    assert scene.mailed("answered") == 2
    service.DESK.rate(scene.asker(main), main, 5, "")
    scene.pass_days(0.01)
    settled = scene.voice(same)
    assert (settled.state, settled.state_reason, settled.outcome) == (
        "closed",
        "with_main",
        Outcome.WITH_MAIN,
    )
    assert scene.voice(other).state == "acknowledged"


def test_a_day_that_became_a_holiday_while_a_clock_ran_makes_nobody_late(scene: Scene) -> None:
    voice_id = scene.say()
    due_at = scene.within().planned(voice_id)["acknowledge_due"]
    closed = WorkingTimeSettings(closed_on=(due_at.date(),))
    key = FollowUpSettings(key="ab" * 32)  # type: ignore[arg-type]
    scene.programme = programme_for(scene.connection, lambda: scene.now, key, closed)
    scene.now = due_at
    scene.pass_days(0.1)
    assert scene.voice(voice_id).level == 1, "offices are closed"
    scene.pass_days(3)
    assert scene.voice(voice_id).level == 2


def test_asking_and_asking_does_not_stop_the_clock(scene: Scene) -> None:
    voice_id = scene.say()
    scene.take(voice_id)
    due_at = scene.within().planned(voice_id)["answer_due"]
    for _ in range(3):
        service.DESK.ask(scene.handler(voice_id), voice_id, "؟", scene.voice(voice_id).version)
        service.DESK.reply(scene.asker(voice_id), voice_id, "كما قلت")
    assert abs(scene.within().planned(voice_id)["answer_due"] - due_at) <= timedelta(minutes=1)
