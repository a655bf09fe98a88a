"""What the workflows of the programme are tried on: one specimen a machine.

A noun with a machine in ``programme.registry`` says in a file ``<noun>_specimens.py`` beside this one how to make one
of its objects, in ``PAIRS`` of a binding and a function; ``test_machines.py`` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from casework.access.model import Actor, Grant, Role
from casework.organisations.machines import MEMBERSHIPS, ORGANISATIONS
from casework.people.machine import MACHINE as ACCOUNT
from casework.programme import Session
from casework.workflow.model import Binding, Moved, Transition
from casework.workflow.settings import WorkflowSettings
from citycore.store.connections import Connection
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.jury.repository import JUDGES, SHEETS
from hackathon.contest.results.repository import APPEALS
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.teams.repository import MEMBERS, TEAMS
from hackathon.funding.applications.applicants_repository import APPLICANTS
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.reviewing.repository import REVIEWERS, REVIEWS
from hackathon.market.offerings.repository import OFFERINGS
from hackathon.market.vendors.notices import VENDORS
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.certificates.repository import CERTIFICATES
from programme.registry import NOUNS
from tests.hackathon.application_specimens import store_applicant, store_application
from tests.hackathon.call_specimens import store_call
from tests.hackathon.calling import programme_for
from tests.hackathon.offering_specimens import store_offering, store_vendor
from tests.hackathon.permits import PERMITS
from tests.hackathon.reviewing_specimens import store_review, store_reviewer

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
COME, AHEAD = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
AGENCY = UUID(int=500)
SETTINGS = WorkflowSettings()


@dataclass(frozen=True, slots=True)
class Specimen:
    """``store`` makes an object in the machine's first state, complete enough for its guards, as the owner."""

    binding: Binding[Any]
    store: Callable[[Connection], UUID]


def store_permit(connection: Connection) -> UUID:
    permit_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.permits VALUES (%s, 'draft', NULL, 1, %s, %s, 1)", [permit_id, NOON, uuid4()]
    )
    return permit_id


def store_hackathon(connection: Connection) -> UUID:
    hackathon_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.hackathons (hackathon_id, state, state_changed_at, created_at, code, title_ar,"
        " title_en, summary_ar, summary_en, mode, place_ar, place_en, is_international, team_members_min,"
        " team_members_max, rounds) VALUES (%s, 'draft', %s, %s, %s, 'ع', 'T', 'و', 'S', 'online', '', '', false,"
        " 1, 5, 2)",
        [hackathon_id, NOON, NOON, f"h-{hackathon_id}"],
    )
    store_challenge(connection, hackathon_id, "published")
    for name in HACKATHONS.machine.deadlines:
        set_deadline(connection, hackathon_id, name, AHEAD)
    return hackathon_id


def store_challenge(connection: Connection, hackathon_id: UUID | None = None, state: str = "draft") -> UUID:
    challenge_id = uuid4()
    connection.execute(
        "INSERT INTO public.sources (code, kind, name_en, name_ar) VALUES ('airs', 'device', 'Air', 'هواء')"
        " ON CONFLICT DO NOTHING"
    )
    store_agency(connection, AGENCY)
    connection.execute(
        "INSERT INTO innovation.challenges (challenge_id, hackathon_id, organisation_id, state, state_changed_at,"
        " created_at, title_ar, title_en, problem_ar, problem_en, terms)"
        " VALUES (%s, %s, %s, %s, %s, %s, 'ع', 'T', 'م', 'P', 'shared')",
        [challenge_id, hackathon_id or store_hackathon(connection), AGENCY, state, NOON, NOON],
    )
    connection.execute("INSERT INTO innovation.challenge_datasets VALUES (%s, 'airs')", [challenge_id])
    return challenge_id


def store_agency(connection: Connection, organisation_id: UUID) -> None:
    connection.execute(
        "INSERT INTO innovation.organisations (organisation_id, kind, name_en, state, state_changed_at, registered_at)"
        " VALUES (%s, 'agency', 'Agency', 'verified', %s, %s) ON CONFLICT DO NOTHING",
        [organisation_id, NOON, NOON],
    )


def store_account(connection: Connection) -> UUID:
    person_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at,"
        " created_at) VALUES (%(id)s, %(email)s, %(email)s, 'P', 'en', 'active', %(at)s, %(at)s)",
        {"id": person_id, "email": f"{person_id}@example.com", "at": NOON},
    )
    return person_id


def store_organisation(connection: Connection) -> UUID:
    organisation_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.organisations (organisation_id, kind, name_en, state, state_changed_at, registered_at)"
        " VALUES (%s, 'company', 'Firm', 'registered', %s, %s)", [organisation_id, NOON, NOON],
    )  # fmt: skip
    return organisation_id


def store_membership(connection: Connection) -> UUID:
    membership_id = uuid4()
    store_agency(connection, AGENCY)
    connection.execute(
        "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 'new', %s, %s)",
        [membership_id, AGENCY, store_account(connection), NOON, NOON],
    )
    return membership_id


def store_team(connection: Connection) -> UUID:
    """Forming, with one member, in a hackathon that asks for one."""
    team_id, hackathon_id = uuid4(), store_hackathon(connection)
    connection.execute(
        "UPDATE innovation.hackathons SET state = 'registration_open' WHERE hackathon_id = %s", [hackathon_id]
    )
    connection.execute(
        "INSERT INTO innovation.teams (team_id, hackathon_id, challenge_id, state, state_changed_at, created_at, name,"
        " pitch, open_roles) SELECT %s, hackathon_id, challenge_id, 'forming', %s, %s, 'T', '', '{}'"
        " FROM innovation.challenges WHERE hackathon_id = %s",
        [team_id, NOON, NOON, hackathon_id],
    )
    store_team_member(connection, team_id, "member")
    return team_id


def store_team_member(connection: Connection, team_id: UUID | None = None, state: str = "new") -> UUID:
    member_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.team_members (member_id, team_id, hackathon_id, person_id, is_captain, state,"
        " state_changed_at, created_at) SELECT %s, team_id, hackathon_id, %s, false, %s, %s, %s"
        " FROM innovation.teams WHERE team_id = %s",
        [member_id, store_account(connection), state, NOON, NOON, team_id or store_team(connection)],
    )
    set_deadline(connection, member_id, "invitation", AHEAD)
    return member_id


def store_submission(connection: Connection) -> UUID:
    """A filled draft of a team that takes part in a hackathon of two rounds whose submissions are screened."""
    submission_id, team_id = uuid4(), store_team(connection)
    connection.execute("UPDATE innovation.teams SET state = 'locked' WHERE team_id = %s", [team_id])
    connection.execute(
        "INSERT INTO innovation.submissions (submission_id, hackathon_id, team_id, state, state_changed_at,"
        " created_at, title, summary, answers) SELECT %s, hackathon_id, team_id, 'draft', %s, %s, 'T', 'S', '{}'"
        " FROM innovation.teams WHERE team_id = %s",
        [submission_id, NOON, NOON, team_id],
    )
    connection.execute(
        "UPDATE innovation.hackathons SET state = 'screening', rounds = 2 WHERE hackathon_id ="
        " (SELECT hackathon_id FROM innovation.teams WHERE team_id = %s)",
        [team_id],
    )
    return submission_id


def store_ambassador(connection: Connection) -> UUID:
    ambassador_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.ambassadors (ambassador_id, person_id, state, state_changed_at, applied_at,"
        " governorate, motivation, language) VALUES (%s, %s, 'applied', %s, %s, 'OM-MU', 'm', 'en')",
        [ambassador_id, store_account(connection), NOON, NOON],
    )
    for name in AMBASSADORS.machine.deadlines:
        set_deadline(connection, ambassador_id, name, AHEAD)
    for kind in ("training", "conduct"):
        connection.execute(
            "INSERT INTO innovation.ambassador_papers VALUES (%s, 1, 'ع', 'T', %s, NULL) ON CONFLICT DO NOTHING",
            [kind, NOON],
        )
        connection.execute(
            "INSERT INTO innovation.ambassador_commitments VALUES (%s, %s, 1, %s, NULL)",
            [ambassador_id, kind, NOON],
        )
    return ambassador_id


def store_activity(connection: Connection) -> UUID:
    """Told, and with evidence."""
    activity_id, event_id = uuid4(), uuid4()
    connection.execute(
        "INSERT INTO innovation.outreach_events VALUES (%s, 'T', 'en', 'online', NULL, 'health', 'public', %s, %s, %s)",
        [event_id, COME, NOON, NOON],
    )
    connection.execute(
        "INSERT INTO innovation.activities (activity_id, event_id, ambassador_id, state, state_changed_at,"
        " created_at, reached, minutes, account) VALUES (%s, %s, %s, 'planned', %s, %s, 9, 60, 'a')",
        [activity_id, event_id, store_ambassador(connection), NOON, NOON],
    )
    connection.execute(
        "INSERT INTO innovation.activity_evidence VALUES (%s, %s, 'a.png', 'image/png', 1, %s, %s)",
        [uuid4(), activity_id, bytes(32), NOON],
    )
    for name in ACTIVITIES.machine.deadlines:
        set_deadline(connection, activity_id, name, AHEAD)
    return activity_id


def store_judge(connection: Connection, hackathon_id: UUID | None = None) -> UUID:
    judge_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.judges (judge_id, hackathon_id, person_id, capacity, expertise, state,"
        " state_changed_at, created_at) VALUES (%s, %s, %s, 5, '{}', 'invited', %s, %s)",
        [judge_id, hackathon_id or store_hackathon(connection), store_account(connection), NOON, NOON],
    )
    return judge_id


def store_sheet(connection: Connection) -> UUID:
    """With a mark for the one criterion, in a hackathon that is being judged."""
    sheet_id, submission_id = uuid4(), store_submission(connection)
    row = connection.execute(
        "UPDATE innovation.hackathons SET state = 'judging', round = 1 WHERE hackathon_id ="
        " (SELECT hackathon_id FROM innovation.submissions WHERE submission_id = %s) RETURNING hackathon_id",
        [submission_id],
    ).fetchone()
    assert row is not None
    connection.execute(
        'INSERT INTO innovation.rubrics VALUES (%s, 1, \'[{"code": "a", "name_en": "A", "name_ar":'
        ' "ا", "weight": "100", "may_be_not_applicable": false}]\', 0, 10, 1, 1, false)',
        [row[0]],
    )
    connection.execute(
        "INSERT INTO innovation.sheets (sheet_id, hackathon_id, round, track, submission_id, judge_id, state,"
        " state_changed_at, created_at, marks) VALUES (%s, %s, 1, '', %s, %s, 'offered', %s, %s, '{\"a\": \"7\"}')",
        [sheet_id, row[0], submission_id, store_judge(connection, row[0]), NOON, NOON],
    )
    return sheet_id


def store_appeal(connection: Connection) -> UUID:
    """In a hackathon whose results are provisional."""
    appeal_id, team_id = uuid4(), store_team(connection)
    connection.execute(
        "INSERT INTO innovation.appeals (appeal_id, hackathon_id, team_id, text, state, state_changed_at, filed_at)"
        " SELECT %s, hackathon_id, team_id, 'a', 'new', %s, %s FROM innovation.teams WHERE team_id = %s",
        [appeal_id, NOON, NOON, team_id],
    )
    connection.execute(
        "UPDATE innovation.hackathons SET state = 'results_provisional' WHERE hackathon_id ="
        " (SELECT hackathon_id FROM innovation.teams WHERE team_id = %s)",
        [team_id],
    )
    return appeal_id


def store_certificate(connection: Connection) -> UUID:
    certificate_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.certificates (certificate_id, short_id, person_id, kind, subject_id, occurrence,"
        " occasion_ar, occasion_en, starts_on, ends_on, state, state_changed_at, created_at, salt)"
        " VALUES (%s, %s, %s, 'judge', %s, 1, 'ع', 'H', %s, %s, 'offered', %s, %s, '')",
        [
            certificate_id, certificate_id.hex[:10], store_account(connection), uuid4(), NOON, NOON, NOON, NOON,
        ],
    )  # fmt: skip
    return certificate_id


SPECIMENS = (
    Specimen(PERMITS, store_permit),
    Specimen(NOUNS.binding(ACCOUNT), store_account),
    Specimen(ORGANISATIONS, store_organisation),
    Specimen(MEMBERSHIPS, store_membership),
    Specimen(HACKATHONS, store_hackathon),
    Specimen(CHALLENGES, store_challenge),
    Specimen(TEAMS, store_team),
    Specimen(MEMBERS, store_team_member),
    Specimen(SUBMISSIONS, store_submission),
    Specimen(AMBASSADORS, store_ambassador),
    Specimen(ACTIVITIES, store_activity),
    Specimen(JUDGES, store_judge),
    Specimen(SHEETS, store_sheet),
    Specimen(APPEALS, store_appeal),
    Specimen(CERTIFICATES, store_certificate),
    Specimen(CALLS, store_call),
    Specimen(APPLICATIONS, store_application),
    Specimen(APPLICANTS, store_applicant),
    Specimen(REVIEWERS, store_reviewer),
    Specimen(REVIEWS, store_review),
    Specimen(VENDORS, store_vendor),
    Specimen(OFFERINGS, store_offering),
    *(
        Specimen(*pair)
        for file in sorted(Path(__file__).parent.glob("*_specimens.py"))
        for pair in getattr(import_module(f"tests.hackathon.{file.stem}"), "PAIRS", ())
    ),
)


def whoever_may(roles: frozenset[Role]) -> Actor:
    """Somebody with one of the roles in the whole hub."""
    role = min(roles)
    return Actor(None if role is Role.SYSTEM else UUID(int=1), (Grant(role),))


def take(
    connection: Connection, binding: Binding[Any], object_id: UUID, step: Transition[Any], version: int
) -> Moved:
    """Try a step as somebody who may, with a reason that its target knows; a decision is prepared and released."""
    reasons = binding.machine.state(step.target).reasons
    reason = reasons[0] if reasons and step.reason is None else None
    actor = whoever_may(step.roles)
    if not step.prepared_by:
        return programme_for(connection, lambda: NOON).call(
            actor, Session.apply, binding, object_id, step.event, version, reason
        )
    decision = programme_for(connection, lambda: NOON).call(
        whoever_may(step.prepared_by), Session.prepare, binding, object_id, step.event, version, reason
    )
    return programme_for(connection, lambda: NOON, SETTINGS).call(
        actor, Session.release, binding, [decision.prepared_id]
    )[0]


def open_window(
    connection: Connection, binding: Binding[Any], object_id: UUID, step: Transition[Any]
) -> None:
    """Let the deadlines of a step be as it needs them."""
    for name, instant in ((step.window.from_, COME), (step.window.until, AHEAD)):
        if name is not None:
            set_deadline(connection, deadlines_of(connection, binding, object_id), name, instant)


def close_window(
    connection: Connection, binding: Binding[Any], object_id: UUID, step: Transition[Any]
) -> None:
    """And let it be too early for it, or too late."""
    for name, instant in ((step.window.from_, AHEAD), (step.window.until, COME)):
        if name is not None:
            set_deadline(connection, deadlines_of(connection, binding, object_id), name, instant)


def deadlines_of(connection: Connection, binding: Binding[Any], object_id: UUID) -> UUID:
    standing = binding.stand(connection, object_id, Actor(None), lambda kind: kind())
    assert standing is not None
    return standing.deadlines_of


def set_deadline(connection: Connection, object_id: UUID, name: str, instant: datetime) -> None:
    connection.execute(
        "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')"
        " ON CONFLICT (object_id, name) DO UPDATE SET instant = EXCLUDED.instant, minutes_left = NULL",
        [object_id, name, instant],
    )


def put_into(connection: Connection, binding: Binding[Any], object_id: UUID, state: str) -> int:
    """Any state at once, past the machine, for tests that begin there; the version it has then."""
    reasons = binding.machine.state(state).reasons
    reason = reasons[0] if reasons else None
    connection.execute(binding.move, {"object_id": object_id, "target": state, "reason": reason, "at": NOON})
    return standing_of(connection, binding, object_id)[1]


def standing_of(connection: Connection, binding: Binding[Any], object_id: UUID) -> tuple[str, int]:
    standing = binding.stand(connection, object_id, Actor(None), lambda kind: kind())
    assert standing is not None
    return standing.state, standing.version
