"""Open problems of public places, tried with voices: whoever is about to report one may follow it instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.cases import service as cases
from casework.cases.model import Asker, Channel
from casework.governorates.model import Governorate
from casework.lists import service as lists
from casework.lists.rules import wanted_of
from citycore.store.connections import Connection
from participation.voices import service
from participation.voices.model import Kind, NewVoice, Place, Topic
from tests.participation.test_voices import AGENCY, DONE, OTHER, Scene


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


LAMP = Place(Governorate.MUSCAT, "بوشر", 58.40, 23.58, is_public=True)
DARK = "المصباح أمام المدرسة مطفأ منذ أسبوع والشارع مظلم."


def report(**changes: object) -> NewVoice:
    new = NewVoice(
        Kind.COMPLAINT, AGENCY, Topic.STREET_LIGHT, "مصباح", DARK, LAMP, Channel.WEB, "ar", Asker(email="b@example.om"),
    )  # fmt: skip
    return replace(new, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "metres"),
    [
        ({"place": replace(LAMP, longitude=58.4003, latitude=23.5802)}, 40),
        ({"place": LAMP}, 10),
        ({"place": replace(LAMP, latitude=23.59)}, 0),
        ({"place": Place(Governorate.MUSCAT, "بَوْشَر"), "body": "الشارع أمام المدرسة مظلم"}, None),
        ({"place": Place(Governorate.MUSCAT, "بوشر"), "body": "أنبوب مكسور قرب السوق", "subject": "كسر"}, 0),
        ({"place": Place(Governorate.MUSCAT, "السيب")}, 0),
        ({"topic": Topic.ROAD}, 0),
        ({"kind": Kind.SUGGESTION}, 0),
        ({"organisation_id": OTHER}, 0),
    ],
    ids=["near", "there", "far", "words", "other words", "other wilayat", "topic", "kind", "agency"],
)  # fmt: skip
def test_an_open_problem_of_the_same_place_is_suggested(
    scene: Scene, changes: dict[str, object], metres: int | None
) -> None:
    main = scene.say(**vars_of(report()))
    found = service.list_open_matters(scene.within(), report(**changes))
    assert [(one.case_id, one.metres) for one in found] == ([] if metres == 0 else [(main, metres)])
    assert DARK not in str(found), "never the words of whoever said it"


def vars_of(new: NewVoice) -> dict[str, object]:
    return {name: getattr(new, name) for name in new.__dataclass_fields__}


def test_only_open_problems_of_public_places_are_suggested(scene: Scene) -> None:
    hidden = scene.say(**vars_of(report(place=replace(LAMP, is_public=False))))
    noisy = report(topic=Topic.NOISE)
    main = scene.say(**vars_of(noisy))
    assert service.list_open_matters(scene.within(), report()) == []
    (found,) = service.list_open_matters(scene.within(), noisy)
    assert (found.case_id, found.metres) == (main, None), "where there is noise somebody may live"
    for chosen in (hidden, main):
        taken = service.submit(scene.within(), report(), chosen)
        assert (taken.is_joined, scene.voice(taken.case_id).state) == (False, "received")


def test_whoever_follows_another_has_a_number_of_their_own_and_hears_the_answer(scene: Scene) -> None:
    main = scene.say(**vars_of(report()))
    before = [name for _, name in scene.mails()]
    taken = service.submit(scene.within(), report(asker=Asker(email="c@example.om")), main)
    voice = scene.voice(taken.case_id)
    assert (taken.is_joined, voice.state, voice.main_id, voice.handler_id) == (True, "merged", main, None)
    assert {name for _, name in scene.mails()} == set(before), "whoever handles it is not told of each"
    assert scene.mailed("received") == before.count("received") + 1
    assert [one.case_id for one in service.list_open_matters(scene.within(), report())] == [main]
    scene.take(main)
    scene.answer(main)
    assert scene.mailed("answered") == 2
    found = service.find_main(scene.asker(taken.case_id), voice)
    assert found is not None
    assert found.answer == DONE.text


def test_whoever_takes_theirs_out_gets_hands_and_a_clock(scene: Scene) -> None:
    main = scene.say(**vars_of(report()))
    voice_id = service.submit(scene.within(), report(), main).case_id
    service.move(scene.asker(voice_id), voice_id, "object", None)
    taken_out = scene.voice(voice_id)
    assert (taken_out.state, taken_out.main_id) == ("acknowledged", None)
    assert taken_out.handler_id in scene.staff[:2]
    scene.pass_days(20)
    assert scene.voice(voice_id).level == 2, "its clock runs"


def test_what_is_over_meanwhile_is_not_followed_and_nothing_is_lost(scene: Scene) -> None:
    main = scene.say(**vars_of(report()))
    scene.take(main)
    scene.answer(main)
    taken = service.submit(scene.within(), report(), main)
    assert (taken.is_joined, scene.voice(taken.case_id).state) == (False, "received")
    assert scene.voice(taken.case_id).handler_id is not None


def test_a_campaign_is_one_matter_for_whoever_answers_and_counts_each_who_asked(scene: Scene) -> None:
    main = scene.say(**vars_of(report()))
    before = scene.mailed("new")
    for number in range(30):
        asker = Asker(email=f"n{number}@example.om")
        assert service.submit(scene.within(), report(asker=asker), main).is_joined
    mine = lists.read(scene.handler(main), service.LISTING, wanted_of(service.LISTING, {})).rows
    assert [one["case_id"] for one in mine] == [main]
    assert scene.mailed("new") == before
    assert len(cases.following(scene.within(), main)) == 30
    scene.take(main)
    scene.answer(main)
    assert scene.mailed("answered") == 31, "everybody is told"
