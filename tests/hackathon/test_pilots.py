"""Pilots: agreed by both sides, and things that stay within their namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from casework.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from casework.workflow import errors as engine
from casework.workflow.errors import WrongField
from citycore.model import PlaceDescription
from citycore.store.connections import Connection
from citycore.store.registry import store_places
from hackathon.market.pilots import errors, repository, service, things
from hackathon.market.pilots.model import NewDatastream, NewThing, Origin
from hackathon.market.pilots.rules import example_of, topic_of
from hackathon.market.pilots.settings import PilotSettings
from tests.conftest import Database
from tests.hackathon.award_specimens import store_award
from tests.hackathon.calling import programme_for
from tests.hackathon.introduction_stage import PLAN, IntroductionStage
from tests.hackathon.stage import Stage

SENSOR = NewThing("one", "leak_sensor", "حساس", "Sensor", 58.4, 23.6)


@pytest.fixture
def stage(portal: Connection, programme: Database) -> Iterator[IntroductionStage]:
    with programme.connect() as owner:
        owner.execute(
            "INSERT INTO public.observed_properties (code, name_en, name_ar, sector, unit) VALUES"
            " ('pm2_5', 'PM2.5', 'جسيمات', 'air', 'ug/m3'), ('no2', 'NO2', 'ثاني أكسيد النيتروجين', 'air', 'ug/m3')"
            " ON CONFLICT DO NOTHING"
        )
        yield IntroductionStage(portal, owner)


@pytest.fixture
def code() -> str:
    return f"p{uuid4().hex[:12]}"


def register(stage: IntroductionStage, pilot_id: UUID, thing: NewThing, person_id: UUID | None = None) -> str:
    actor = stage.actor(person_id or stage.vendor)
    return stage.call(actor, things.register, pilot_id, thing)


def add(stage: IntroductionStage, pilot_id: UUID, thing: str, what: str, seconds: int | None = 60) -> None:
    stage.call(
        stage.actor(stage.vendor), things.add_datastream, pilot_id, NewDatastream(thing, what, seconds)
    )


def test_both_sides_agree_and_the_introduction_says_so(stage: IntroductionStage, code: str):
    introduction_id = stage.shared()
    pilot_id = stage.propose(introduction_id, replace(PLAN, code=code))
    assert stage.pilot(pilot_id).state == "provider_agreed"
    assert stage.introduction(introduction_id).state == "contacts_shared"
    with pytest.raises(engine.NotAllowed):
        stage.pilot_step(pilot_id, "agency_agree", stage.vendor)
    assert stage.pilot_step(pilot_id, "agency_agree", stage.officer) == "agreed"
    assert stage.introduction(introduction_id).state == "pilot"
    assert stage.pilot_step(pilot_id, "start", stage.vendor) == "running"
    with pytest.raises(engine.NotAllowed):
        stage.pilot_step(pilot_id, "complete", stage.vendor, "goals_met")
    assert stage.pilot_step(pilot_id, "complete", stage.officer, "goals_met") == "completed"
    assert stage.mails(stage.officer).count("moved_with_reason") == 1
    found = stage.pilot(pilot_id)
    assert (found.agreed_at, found.started_at) == (stage.watch.at, stage.watch.at)


def test_until_both_have_agreed_nobody_else_knows_of_it(stage: IntroductionStage, code: str):
    pilot_id = stage.propose(stage.shared(), replace(PLAN, code=code))
    for actor in (ANONYMOUS, stage.actor(stage.rival)):
        with pytest.raises(engine.NoSuchObject):
            stage.call(actor, service.get_pilot, pilot_id)
    opened = "SELECT count(*) FROM open_innovation.pilots WHERE code = %s"
    assert stage.owner.execute(opened, [code]).fetchone() == (0,)
    assert pilot_id not in {one.pilot_id for one in stage.call(ANONYMOUS, service.list_public)[0]}
    for person_id in (stage.officer, stage.vendor, stage.programme):
        own, _ = stage.call(stage.actor(person_id), service.list_own)
        assert pilot_id in {one.pilot_id for one in own}
    assert stage.call(stage.actor(stage.rival), service.list_own)[0] == []
    stage.pilot_step(pilot_id, "agency_agree", stage.officer)
    assert stage.call(ANONYMOUS, service.get_pilot, pilot_id).plan.code == code
    assert stage.owner.execute(opened, [code]).fetchone() == (1,)
    with pytest.raises(engine.NotAllowed):
        stage.call(ANONYMOUS, service.get_own_pilot, pilot_id)


def test_a_pilot_needs_ground_that_has_come_far_enough(stage: IntroductionStage, code: str):
    plan = replace(PLAN, code=code)
    waiting = stage.introduce()
    with pytest.raises(errors.NothingToPilot):
        stage.propose(waiting, plan)
    with pytest.raises(engine.NoSuchObject):
        stage.propose(uuid4(), plan)
    stage.step(waiting, "vendor_interest", stage.vendor)
    with pytest.raises(engine.NoSuchObject):
        stage.propose(waiting, plan, stage.rival)
    pilot_id = stage.propose(waiting, plan)
    with pytest.raises(errors.PilotExists):
        stage.propose(waiting, replace(plan, code=f"{code}x"), stage.officer)
    stage.pilot_step(pilot_id, "decline", stage.officer, "other_terms")
    with pytest.raises(errors.PilotCodeTaken):
        stage.propose(waiting, plan)
    assert stage.pilot(stage.propose(waiting, replace(plan, code=f"{code}x"))).state == "provider_agreed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Le"}, {"code": "a-b-c"}, {"code": "1abc"}, {"title_ar": " "}, {"purpose_en": ""},
        {"ends_on": PLAN.starts_on}, {"ends_on": date(2030, 1, 1)},
        {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 10, 31)},
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_plan_is_said(stage: IntroductionStage, wrong: dict[str, object]):
    with pytest.raises(WrongField):
        stage.propose(stage.shared(), replace(PLAN, **wrong))  # type: ignore[arg-type]  # of several kinds


def test_a_thing_and_what_it_measures_are_on_the_hub(stage: IntroductionStage, code: str):
    pilot_id = stage.agreed(code)
    thing = register(stage, pilot_id, SENSOR)
    assert thing == f"pilot-{code}-one"
    add(stage, pilot_id, thing, "pm2_5")
    rows = stage.owner.execute(
        "SELECT sources.code, sources.kind, things.code, longitude, observed_property_code, unit, interval_seconds"
        " FROM public.datastreams JOIN public.things USING (thing_id) JOIN public.sources USING (source_id)"
        " WHERE sources.code = %s",
        [f"pilot-{code}"],
    ).fetchall()
    assert rows == [(f"pilot-{code}", "device", thing, 58.4, "pm2_5", "ug/m3", 60)]
    (shown,) = stage.call(ANONYMOUS, things.list_things, stage.pilot(pilot_id))
    (measured,) = shown.measures
    assert (measured.what.unit, measured.result, measured.count_of_day) == ("ug/m3", None, 0)
    assert topic_of(stage.pilot(pilot_id), shown) == f"falaj/v1/pilot-{code}/{thing}"
    assert '"pm2_5": 0.0' in example_of(shown, stage.watch.at)


def test_a_thing_belongs_to_the_smallest_place_that_it_stands_in(stage: IntroductionStage, code: str):
    ring = [[58.3, 23.5], [58.3, 23.7], [58.5, 23.7], [58.5, 23.5], [58.3, 23.5]]
    square = PlaceDescription(
        code="bawshar", kind="wilayat", parent_code=None, name_en="Bawshar", name_ar="بوشر",
        geometry={"type": "Polygon", "coordinates": [ring]}, provenance="a square for tests",
    )  # fmt: skip
    store_places(stage.owner, [square])
    thing = register(stage, stage.agreed(code), SENSOR)
    row = stage.owner.execute("SELECT place_code FROM public.things WHERE code = %s", [thing]).fetchone()
    assert row == ("bawshar",)


def test_nothing_is_registered_outside_the_namespace(stage: IntroductionStage, code: str):
    pilot_id, other = stage.agreed(code), stage.agreed_elsewhere(f"{code}b")
    register(stage, pilot_id, SENSOR)
    foreign = register(stage, other, SENSOR)
    for outside in (
        "air-01",
        f"pilot-{code}",
        f"pilot-{code}b-x",
        f"x-pilot-{code}-x",
        f"pilot-{code}-x\n",
        f"pilot-{code}-..",
    ):
        with pytest.raises(errors.PilotOutsideNamespace), stage.portal.transaction():
            repository.register_thing(stage.portal, pilot_id, outside, SENSOR, 10)
    with pytest.raises(errors.PilotUnknownThing):
        add(stage, pilot_id, foreign, "pm2_5")
    for name in ("../x", "", "X", "a b", "-a", "x" * 40):
        with pytest.raises(WrongField):
            register(stage, pilot_id, replace(SENSOR, name=name))


def test_a_source_that_is_there_already_is_not_taken_over(stage: IntroductionStage, code: str):
    stage.owner.execute(
        "INSERT INTO public.sources (code, kind, name_en, name_ar) VALUES (%s, 'device', 'T', 'ت')",
        [f"pilot-{code}"],
    )
    pilot_id = stage.agreed(code)
    with pytest.raises(errors.PilotNameTaken):
        register(stage, pilot_id, SENSOR)


def test_the_portal_itself_cannot_write_the_registry(stage: IntroductionStage, code: str):
    pilot_id = stage.agreed(code)
    for statement in (
        "INSERT INTO public.sources (code, kind, name_en, name_ar) VALUES ('x', 'device', 'T', 'ت')",
        "UPDATE public.things SET name_en = 'x'",
        "INSERT INTO public.datastreams (thing_id, observed_property_code, unit) VALUES (1, 'pm2_5', 'x')",
        f"UPDATE innovation.pilots SET source_id = 1 WHERE pilot_id = '{pilot_id}'",
        "SELECT * FROM public.observations",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), stage.portal.transaction():
            stage.portal.execute(statement.encode())


def test_only_who_provides_it_registers_and_only_while_it_goes_on(stage: IntroductionStage, code: str):
    introduction_id = stage.shared()
    pilot_id = stage.propose(introduction_id, replace(PLAN, code=code))
    with pytest.raises(errors.PilotRegistrationClosed):
        register(stage, pilot_id, SENSOR)
    stage.pilot_step(pilot_id, "agency_agree", stage.officer)
    for person_id in (stage.officer, stage.programme, stage.rival):
        with pytest.raises(engine.NotAllowed):
            register(stage, pilot_id, SENSOR, person_id)
    thing = register(stage, pilot_id, SENSOR)
    add(stage, pilot_id, thing, "pm2_5")
    stage.pilot_step(pilot_id, "stop", stage.officer, "by_agency")
    with pytest.raises(errors.PilotRegistrationClosed):
        register(stage, pilot_id, replace(SENSOR, name="two"))
    with pytest.raises(errors.PilotRegistrationClosed):
        add(stage, pilot_id, thing, "no2")
    (kept,) = stage.call(ANONYMOUS, things.list_things, stage.pilot(pilot_id))
    assert [one.what.code for one in kept.measures] == ["pm2_5"], "nothing is deleted"


def test_limits_and_doubles_are_refused(stage: IntroductionStage, code: str):
    pilot_id = stage.agreed(code)
    few = PilotSettings(things_max=1, datastreams_max=1)
    stage.call = programme_for(stage.portal, stage.watch, few).call
    thing = register(stage, pilot_id, SENSOR)
    with pytest.raises(errors.PilotTooMany) as refused:
        register(stage, pilot_id, replace(SENSOR, name="two"))
    assert "1" in refused.value.text("en")
    for unknown in ("nothing", "pm2_5; drop table"):
        with pytest.raises(errors.PilotUnknownProperty):
            add(stage, pilot_id, thing, unknown)
    with pytest.raises(WrongField):
        add(stage, pilot_id, thing, "pm2_5", 0)
    add(stage, pilot_id, thing, "pm2_5")
    with pytest.raises(errors.PilotTooMany):
        add(stage, pilot_id, thing, "no2")
    stage.call = stage.innovation.call
    for again in (lambda: register(stage, pilot_id, SENSOR), lambda: add(stage, pilot_id, thing, "pm2_5")):
        with pytest.raises(errors.PilotNameTaken):
            again()


def test_values_are_counted_for_a_day_and_are_fresh_for_a_while(stage: IntroductionStage, code: str):
    pilot_id = stage.agreed(code)
    thing = register(stage, pilot_id, SENSOR)
    add(stage, pilot_id, thing, "pm2_5", 600)
    (row,) = stage.owner.execute(
        "SELECT datastream_id FROM public.datastreams JOIN public.things USING (thing_id) WHERE code = %s",
        [thing],
    ).fetchall()
    now = stage.watch.at
    for ago in (timedelta(hours=24, microseconds=1), timedelta(hours=24), timedelta(minutes=30)):
        stage.owner.execute(
            "INSERT INTO public.observations VALUES (%s, 2, %s, 12.5, 1)", [row[0], now - ago]
        )
    stage.owner.execute(
        "INSERT INTO public.latest (datastream_id, quality, phenomenon_time, result, batch_id) VALUES (%s, 2, %s, 12.5, 1)",
        [row[0], now - timedelta(minutes=30)],
    )
    (shown,) = stage.call(ANONYMOUS, things.list_things, stage.pilot(pilot_id))
    (measured,) = shown.measures
    assert (measured.result, measured.count_of_day) == (12.5, 2)
    assert measured.age(now) == timedelta(minutes=30)
    assert measured.is_fresh(now, 3, 3600)
    assert not measured.is_fresh(now + timedelta(microseconds=1), 3, 3600)
    assert replace(measured, interval_seconds=None).is_fresh(now + timedelta(minutes=30), 3, 3600)
    assert not replace(measured, phenomenon_time=None).is_fresh(now, 3, 3600)


def test_what_won_in_a_hackathon_is_piloted_with_the_agency_of_its_challenge(
    stage: IntroductionStage, portal: Connection, code: str
):
    contest = Stage(portal, stage.owner)
    contest.until("registration_opens")
    team = contest.complete_team()
    contest.until("starts")
    submission = contest.hand_in(team)
    captain = contest.captain(team)
    origin = (Origin.SUBMISSION, submission.submission_id, replace(PLAN, code=code))
    with pytest.raises(errors.NothingToPilot):
        stage.call(captain, service.propose, *origin)
    stage.owner.execute(
        "INSERT INTO innovation.continuations VALUES (%s, %s, 'pilot', 'with the utility', %s)",
        [uuid4(), submission.submission_id, stage.watch.at],
    )
    with pytest.raises(engine.NoSuchObject):
        stage.call(stage.actor(stage.vendor), service.propose, *origin)
    pilot_id = stage.call(captain, service.propose, *origin)
    pilot = stage.pilot(pilot_id)
    assert (pilot.state, pilot.agency_id) == ("provider_agreed", contest.agency)
    assert pilot.provider.en == team.profile.name
    officer = Actor(stage.person(), (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, contest.agency)),))
    moved = stage.call(officer, service.move, pilot_id, "agency_agree", pilot.version)
    assert moved.target == "agreed"
    assert stage.call(captain, things.register, pilot_id, SENSOR) == f"pilot-{code}-one"


def test_what_is_funded_is_piloted_with_an_agency_that_is_chosen(stage: IntroductionStage, code: str):
    award_id = store_award(stage.owner)
    row = stage.owner.execute(
        "SELECT application_id FROM innovation.funding_awards WHERE award_id = %s", [award_id]
    ).fetchone()
    assert row is not None
    application_id = row[0]
    lead = Actor(stage.person(), (Grant(Role.LEAD_APPLICANT, Scope(ScopeKind.APPLICATION, application_id)),))
    plan = replace(PLAN, code=code)

    def propose(agency_id: UUID | None) -> UUID:
        return stage.call(lead, service.propose, Origin.AWARD, award_id, plan, agency_id)

    with pytest.raises(errors.NothingToPilot):
        propose(stage.agency)
    stage.owner.execute(
        "UPDATE innovation.funding_awards SET state = 'active' WHERE award_id = %s", [award_id]
    )
    for unknown in (None, uuid4(), stage.company_of(stage.vendor)):
        with pytest.raises(errors.PilotAgencyUnknown):
            propose(unknown)
    pilot_id = propose(stage.agency)
    assert stage.pilot_step(pilot_id, "agency_agree", stage.officer) == "agreed"
    assert stage.pilot(pilot_id).origin is Origin.AWARD
