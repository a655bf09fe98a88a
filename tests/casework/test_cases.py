"""Cases: who handles one and who never sees it, threads, merging without loss, and what cannot wait."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor
from casework.cases import repository, service
from casework.cases.errors import (
    AlreadyRated,
    CannotMerge,
    HandlerBarred,
    MessageTooLong,
    NoHandler,
    NothingSaid,
    WrongRating,
)
from casework.cases.model import Alarm, Asker, Bars, Channel, Handler, NewCase, NewMessage, Sender, Visibility
from casework.cases.rules import alarm_in, choose_handler, named_in
from casework.forms import service as forms
from casework.forms.errors import FormUnsound, NoErratum
from casework.forms.model import FormField
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import store_account, store_agency

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
AGENCY, OTHER = UUID(int=70), UUID(int=71)
CASE = UUID(int=9)
HANDLERS = tuple(Handler(UUID(int=number), 1, "sohar" if number == 3 else None) for number in range(1, 4))


def within(connection: Connection, actor: Actor = SYSTEM) -> Session:
    return programme_for(connection, lambda: NOW).within(connection, actor)


def opened(
    connection: Connection, organisation: UUID = AGENCY, unit: str | None = None, **asker: object
) -> UUID:
    case_id = uuid4()
    new = NewCase(organisation, Channel.WEB, "ar", unit, Asker(**asker))  # type: ignore[arg-type]
    service.open_case(within(connection), case_id, "voice", new)
    return case_id


@pytest.fixture
def desk(owner: Connection) -> list[UUID]:
    """Two agencies; five handlers of the first: three at the first level, one of them of the office in Sohar, one above each."""
    store_agency(owner, AGENCY)
    store_agency(owner, OTHER)
    people = [store_account(owner) for _ in range(5)]
    for person_id, level, unit in zip(
        people, (1, 1, 1, 2, 3), (None, None, "sohar", None, None), strict=True
    ):
        repository.keep_handler(owner, AGENCY, Handler(person_id, level, unit))
    return people


@pytest.mark.parametrize(
    ("loads", "bars", "level", "chosen"),
    [
        ((2, 1, 0), Bars(), 1, 3),
        ((2, 1, 0), Bars(unit="sohar"), 1, 2),
        ((2, 1, 0), Bars(frozenset({UUID(int=2)}), "sohar"), 1, 1),
        ((0, 0, 0), Bars(frozenset({UUID(int=1), UUID(int=2), UUID(int=3)})), 1, None),
        ((0, 0, 0), Bars(), 2, None),
    ],
)
def test_whoever_has_least_to_do_and_no_part_in_it_handles_it(
    loads: tuple[int, ...], bars: Bars, level: int, chosen: int | None
) -> None:
    handlers = [
        Handler(one.person_id, one.level, one.unit, load) for one, load in zip(HANDLERS, loads, strict=True)
    ]
    found = choose_handler(handlers, bars, level, CASE)
    assert (None if found is None else found.person_id.int) == chosen


def test_among_equals_the_case_decides() -> None:
    assert len({choose_handler(HANDLERS, Bars(), 1, UUID(int=number)) for number in range(40)}) == 3


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("أفكّر في الانتحار كل ليلة", Alarm.SELF_HARM),
        ("I want to KILL myself.", Alarm.SELF_HARM),
        ("شخص يبتزّني ويهدّدني بنشر صوري", Alarm.EXTORTION),
        ("Someone is blackmailing me", Alarm.EXTORTION),
        ("زوجي يضربني", Alarm.VIOLENCE),
        ("The traffic light kills my evening", None),
        ("مكتب التوثيق لا يفتح في موعده", None),
        ("لا أريد أن أعيش هكذا", Alarm.SELF_HARM),
        ("", None),
    ],
)
def test_what_cannot_wait_is_noticed(text: str, alarm: Alarm | None) -> None:
    assert alarm_in(text) is alarm


def test_names_of_staff_are_noticed_and_first_names_alone_are_not() -> None:
    names = {"سالم بن علي الحارثي", "Muna Al Balushi"}
    assert named_in("كان سالم بن علي غائبًا", names) == {"سالم بن علي الحارثي"}
    assert named_in("Ms. muna al-balushi refused", names) == {"Muna Al Balushi"}
    assert named_in("سالم قال لي", names) == frozenset()


def test_a_case_goes_to_others_from_level_to_level(owner: Connection, desk: list[UUID]) -> None:
    session, case_id = within(owner), opened(owner, unit="sohar")
    first = service.hand_over(session, case_id, 1)
    assert first.person_id in desk[:2]
    second = service.hand_over(session, case_id, 1)
    assert {first.person_id, second.person_id} == set(desk[:2])
    assert service.hand_over(session, case_id, 1).person_id == desk[3]
    case = service.get_case(within(owner), case_id)
    assert service.next_level(case) == 2
    assert service.hand_over(session, case_id, 3).person_id == desk[4]
    with pytest.raises(NoHandler):
        service.hand_over(session, case_id, 3)
    assert repository.find_case(owner, case_id) is not None
    with pytest.raises(HandlerBarred):
        service.hand_to(session, case_id, desk[2])


def test_whoever_is_in_conflict_never_sees_it(owner: Connection, desk: list[UUID]) -> None:
    """500 planted conflicts of five kinds among the staff: none is seen."""
    email = owner.execute("SELECT email FROM innovation.people WHERE person_id = %s", [desk[0]]).fetchone()
    assert email is not None
    for _ in range(100):
        planted = [
            (opened(owner, person_id=desk[0]), desk[0]),
            (opened(owner, email=email[0].upper()), desk[0]),
            (opened(owner, unit="sohar"), desk[2]),
            (opened(owner), desk[1]),
            (opened(owner), desk[3]),
        ]
        repository.bar(owner, planted[3][0], desk[1], "about")
        service.declare_conflict(within(owner), planted[4][0], desk[3])
        for case_id, person_id in planted:
            with pytest.raises(NoSuchObject):
                service.get_case(within(owner, Actor(person_id)), case_id)
            assert service.hand_over(within(owner), case_id, 1).person_id != person_id
            assert service.get_case(within(owner, Actor(desk[4])), case_id).case_id == case_id


def test_a_thread_is_read_by_whom_it_is_for(owner: Connection, desk: list[UUID]) -> None:
    case_id = opened(owner)
    asker, staff = within(owner, ANONYMOUS), within(owner, Actor(desk[0]))
    service.say(asker, case_id, NewMessage(Visibility.ASKER, Sender.ASKER, " سؤال ", "ar"))
    service.say(staff, case_id, NewMessage(Visibility.STAFF, Sender.STAFF, "Known fault", "en"))
    service.say(staff, case_id, NewMessage(Visibility.PUBLIC, Sender.STAFF, "It is mended", "en"))
    for reader, texts in (
        (service.FOR_ASKER, ["سؤال", "It is mended"]),
        (service.FOR_STAFF, ["سؤال", "Known fault", "It is mended"]),
        (service.FOR_ALL, ["It is mended"]),
    ):
        assert [message.text for message in service.thread(staff, case_id, reader)] == texts
    assert [message.person_id for message in service.thread(staff, case_id, service.FOR_STAFF)] == [
        None,
        desk[0],
        desk[0],
    ]
    with pytest.raises(NothingSaid):
        service.say(asker, case_id, NewMessage(Visibility.ASKER, Sender.ASKER, " \n", "ar"))
    with pytest.raises(MessageTooLong):
        service.say(asker, case_id, NewMessage(Visibility.ASKER, Sender.ASKER, "x" * 10_001, "en"))


def test_a_mail_counts_once(owner: Connection, desk: list[UUID]) -> None:
    case_id, session = opened(owner), within(owner)
    mail = NewMessage(Visibility.ASKER, Sender.ASKER, "Again", "en", Channel.EMAIL, "<1@example.om>")
    assert service.say(session, case_id, mail) is not None
    assert service.say(session, case_id, mail) is None
    assert len(service.thread(session, case_id, service.FOR_STAFF)) == 1


def test_merging_loses_no_message_and_no_asker(owner: Connection, desk: list[UUID]) -> None:
    """1,000 random merges and objections over 30 cases, held against a model; each case follows at most one that follows none."""
    random, session = Random(8), within(owner)
    cases = [
        opened(owner, AGENCY if number < 25 else OTHER, email=f"a{number}@example.om") for number in range(30)
    ]
    for case_id in cases:
        service.say(session, case_id, NewMessage(Visibility.ASKER, Sender.ASKER, str(case_id), "en"))
    main: dict[UUID, UUID] = {}
    objected: set[UUID] = set()
    for _ in range(1_000):
        one, other = random.choice(cases), random.choice(cases)
        if random.random() < 0.03:
            may = one in main and one not in objected
            if may:
                service.take_out(session, one)
                objected.add(one)
                del main[one]
            else:
                with pytest.raises(CannotMerge):
                    service.take_out(session, one)
            continue
        same = (cases.index(one) < 25) == (cases.index(other) < 25)
        if one != other and same and one not in main and other not in main and one not in objected:
            service.merge(session, one, other, is_alike=True)
            main |= dict.fromkeys([one, *(each for each, of in main.items() if of == one)], other)
        else:
            with pytest.raises(CannotMerge):
                service.merge(session, one, other, is_alike=True)
    assert len(main) > 5
    assert len(objected) > 2
    for case_id in cases:
        assert repository.find_case(owner, case_id).main_id == main.get(case_id)  # type: ignore[union-attr]
        assert [message.text for message in service.thread(session, case_id, service.FOR_ASKER)] == [
            str(case_id)
        ]
        assert service.get_asker(session, case_id).can_be_told
        assert set(service.following(session, case_id)) == {
            each for each, of in main.items() if of == case_id
        }


def test_it_is_rated_once(owner: Connection, desk: list[UUID]) -> None:
    case_id, session = opened(owner), within(owner)
    for points in (0, 6):
        with pytest.raises(WrongRating):
            service.rate(session, case_id, points, "")
    service.rate(session, case_id, 4, "شكرًا")
    with pytest.raises(AlreadyRated):
        service.rate(session, case_id, 1, "")
    assert repository.find_rating(owner, case_id).points == 4  # type: ignore[union-attr]


def test_what_was_asked_never_changes(owner: Connection) -> None:
    session, form_id = within(owner), uuid4()
    form = (FormField("why", "لماذا؟", "Why?"),)
    first = forms.freeze(session, form_id, form)
    assert (first.version, first.fields, forms.freeze(session, form_id, form).version) == (1, form, 1)
    mended = (FormField("why", "لماذا؟", "Why so?"),)
    erratum = forms.freeze(session, form_id, mended, as_erratum=True)
    assert (erratum.version, erratum.erratum_of) == (2, 1)
    with pytest.raises(NoErratum):
        forms.freeze(session, form_id, (*form, FormField("who", "من؟", "Who?")), as_erratum=True)
    with pytest.raises(FormUnsound):
        forms.freeze(session, form_id, ())
    assert forms.get_version(session, form_id, 1).digest == first.digest
    with pytest.raises(NoSuchObject):
        forms.get_version(session, form_id, 3)


def test_two_who_write_one_form_do_not_overwrite_each_other(owner: Connection) -> None:
    session, form_id = within(owner), uuid4()
    form = (FormField("why", "", ""),)
    forms.save_draft(session, form_id, form, None)
    forms.save_draft(session, form_id, form, 1)
    with pytest.raises(ChangedMeanwhile):
        forms.save_draft(session, form_id, form, 1)
    draft = forms.find_draft(session, form_id)
    assert draft is not None
    assert (draft.version, draft.fields) == (2, form)
