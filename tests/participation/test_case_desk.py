"""The desk of cases, tried with voices: hands, conflicts, and what is joined."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.cases import handling
from casework.cases import service as cases
from casework.cases.errors import HandlerElsewhere, WrongLevel
from casework.cases.model import Asker, Handler
from casework.lists import service as lists
from casework.lists.rules import wanted_of
from casework.people.roles.service import find_actor
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.store.connections import Connection
from participation.voices import service
from tests.hackathon.machines import store_account
from tests.participation.stage import NOON
from tests.participation.test_voices import AGENCY, OTHER, Scene


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


ALL = wanted_of(service.LISTING, {"state": ""})


def join(scene: Scene, agency: UUID, person_id: UUID) -> None:
    scene.connection.execute(
        "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 'member', %s, %s)",
        [uuid4(), agency, person_id, NOON, NOON],
    )


def test_whoever_is_in_conflict_finds_it_nowhere(scene: Scene) -> None:
    voice_id = scene.say(asker=Asker(person_id=scene.staff[0]))
    lead = Actor(
        scene.staff[0],
        (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY)), Grant(Role.ADMINISTRATOR)),
    )
    session = scene.within(lead)
    found = lists.read(session, service.LISTING, ALL)
    assert (found.rows, found.total) == ([], 0)
    for act in (
        lambda: service.get_voice(session, voice_id),
        lambda: service.move(session, voice_id, "acknowledge", None),
    ):
        with pytest.raises(NoSuchObject):
            act()
    assert [one["case_id"] for one in lists.read(scene.handler(voice_id), service.LISTING, ALL).rows] == [
        voice_id
    ]


def test_whoever_has_a_part_in_it_loses_it_and_does_not_find_it(scene: Scene) -> None:
    voice_id = scene.say(body="سالم بن علي الحارثي أغلق المكتب.")
    person_id = scene.voice(voice_id).handler_id
    assert person_id is not None
    scene.connection.execute(
        "UPDATE innovation.people SET name_ar = 'سالم بن علي الحارثي' WHERE person_id = %s", [person_id]
    )
    join(scene, AGENCY, person_id)
    lead = scene.within(Actor(UUID(int=5), (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY)),)))
    assert list(handling.list_named(lead, AGENCY, scene.voice(voice_id).body)) == [person_id]
    service.DESK.declare_conflict(lead, voice_id, person_id)
    assert scene.voice(voice_id).handler_id == next(one for one in scene.staff[:2] if one != person_id)
    officer = Actor(person_id, (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY)),))
    with pytest.raises(NoSuchObject):
        service.get_voice(scene.within(officer), voice_id)


def test_those_who_speak_for_an_agency_say_who_answers(scene: Scene) -> None:
    person_id = store_account(scene.connection)
    lead = scene.within(Actor(UUID(int=5), (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, OTHER)),)))
    with pytest.raises(HandlerElsewhere):
        handling.name_handler(lead, OTHER, Handler(person_id, 1, None))
    join(scene, OTHER, person_id)
    with pytest.raises(WrongLevel):
        handling.name_handler(lead, OTHER, Handler(person_id, 4, None))
    handling.name_handler(lead, OTHER, Handler(person_id, 1, "صحار"))
    assert scene.voice(scene.say(organisation_id=OTHER)).handler_id == person_id
    assert scene.voice(scene.say(organisation_id=OTHER, unit="صحار")).handler_id is None
    [named] = handling.list_handlers(lead, OTHER)
    assert (named.unit, named.open_cases) == ("صحار", 1)
    own = Grant(Role.HANDLER, Scope(ScopeKind.ORGANISATION, OTHER))
    assert own in find_actor(scene.connection, person_id, scene.now).grants
    scene.connection.execute("UPDATE innovation.memberships SET state = 'left'")
    assert own not in find_actor(scene.connection, person_id, scene.now).grants
    assert handling.list_handlers(lead, OTHER) == []
    scene.connection.execute("UPDATE innovation.memberships SET state = 'member'")
    handling.dismiss_handler(lead, OTHER, person_id)
    assert handling.list_handlers(lead, OTHER) == []
    with pytest.raises(NotAllowed):
        handling.list_handlers(lead, AGENCY)


def test_a_reply_to_what_was_joined_meanwhile_is_kept_and_reaches_whoever_answers(scene: Scene) -> None:
    main, same = scene.say(), scene.say()
    scene.take(same)
    service.DESK.ask(scene.handler(same), same, "أين؟", scene.voice(same).version)
    service.merge(scene.handler(same), same, main, scene.voice(same).version)
    service.DESK.reply(scene.asker(same), same, "أمام المدرسة")
    assert scene.voice(same).state == "merged"
    texts = [one.text for one in cases.thread(scene.within(), same, cases.FOR_STAFF)]
    assert texts == ["أين؟", "أمام المدرسة"]
    row = scene.connection.execute(
        "SELECT person_id FROM innovation.outbox WHERE template LIKE '%/replied'"
    ).fetchall()
    assert {person_id for (person_id,) in row} <= {scene.voice(main).handler_id}


def test_a_flood_that_is_joined_by_hand_leaves_the_hands_of_those_who_answer(scene: Scene) -> None:
    first, *others = (scene.say() for _ in range(4))
    for voice_id in others:
        service.merge(scene.handler(voice_id), voice_id, first, scene.voice(voice_id).version)
    held = {one.person_id: one.open_cases for one in cases.list_handlers(scene.within(), AGENCY)}
    assert sum(held.values()) == 1
