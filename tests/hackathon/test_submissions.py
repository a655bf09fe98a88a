"""Submissions: versions, the close to the instant, late access, screening, and who sees what."""

from __future__ import annotations

import io
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from casework.access.model import ANONYMOUS
from casework.audit.canonical import canonical
from casework.files.errors import FileRefused
from casework.files.model import Received
from casework.files.service import receive
from casework.forms.model import FieldKind, FormField
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed, TooEarly, TooLate, WrongField
from citycore.store.connections import Connection
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.submissions import errors, service, writing
from hackathon.contest.submissions.model import Content, Wanted
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.rules import document_of
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.repository import find_members
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import DATES, Stage

CLOSE = DATES["submissions_close"]
FORM = (
    FormField("data_used", "البيانات", "Data used", is_required=True, characters_max=50),
    FormField("demo", "عرض", "Demo", FieldKind.LINK),
    FormField("slogan", "شعار", "Slogan", FieldKind.LINE),
)


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        yield Stage(portal, owner, folder=tmp_path / "files")


def started(stage: Stage, count: int = 1) -> list[Team]:
    stage.until("registration_opens")
    teams = [stage.complete_team() for _ in range(count)]
    stage.until("starts")
    return [stage.seen(team) for team in teams]


def sent(stage: Stage, name: str, content: bytes) -> Received:
    return receive(io.BytesIO(content), name, stage.programme.of(SubmissionSettings).store())


def test_versions_stay_as_they_were_handed_in_and_the_last_is_frozen_by_its_hash(stage: Stage):
    (team,) = started(stage)
    captain = stage.captain(team)
    draft = stage.draft(team)
    file = stage.call(captain, writing.add_file, draft.submission_id, sent(stage, "../map.csv", b"a,b\n"))
    assert file.name == "map.csv"
    with pytest.raises(ChangedMeanwhile):
        stage.call(captain, writing.submit, draft.submission_id, draft.version)
    first = stage.call(captain, writing.submit, draft.submission_id, draft.version + 1)
    with pytest.raises(errors.SubmissionNotEditable):
        stage.call(captain, writing.write, draft.submission_id, Content("X", "Y"), draft.version + 2)
    stage.call(captain, writing.move, draft.submission_id, "reopen", draft.version + 2)
    stage.call(captain, writing.remove_file, draft.submission_id, file.file_id)
    known = stage.looked_at(draft)
    stage.call(captain, writing.write, draft.submission_id, Content("Second", "Better"), known.version)
    second = stage.call(captain, writing.submit, draft.submission_id, known.version + 1)
    assert [one.number for one in stage.call(captain, service.list_versions, draft.submission_id)] == [2, 1]
    assert (first.files, second.files) == ((file,), ())
    stage.until("submissions_close", before=True)
    assert stage.looked_at(draft).frozen_digest is None
    stage.until("submissions_close")
    frozen = stage.looked_at(draft)
    assert (frozen.state, frozen.frozen_digest) == ("frozen", second.digest)
    whole = {
        "submission": str(draft.submission_id),
        "version": 2,
        "content": document_of(second.content, ()),
    }
    assert sha256(canonical(whole)).hexdigest() == second.digest
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added"):
        stage.owner.execute("UPDATE innovation.submission_versions SET number = 9")


def test_everybody_in_the_team_is_mailed_what_was_handed_in_and_until_when_it_can_be_changed(stage: Stage):
    (team,) = started(stage)
    handed_in = stage.hand_in(team, "Shade <map>")
    query = "SELECT recipient, fields FROM innovation.outbox WHERE template = %s AND fields ->> 'title' = %s"
    told = stage.portal.execute(query, ["submissions/handed_in", "Shade <map>"]).fetchall()
    members = [one for one in find_members(stage.portal, team.team_id) if one.state == "member"]
    assert len(told) == len(members) > 0
    assert len({recipient for recipient, _ in told}) == len(members)
    for _, fields in told:
        assert fields["version"] == "1"
        assert fields["link"].endswith(f"/submissions/{handed_in.submission_id}")
        assert fields["closes_at"]
        assert fields["at"]


def test_a_file_of_a_mate_refuses_nobodys_text_and_another_text_does(stage: Stage):
    team = started(stage)[0]
    (captain,) = [one.person_id for one in find_members(stage.portal, team.team_id)]
    # Two windows of one team.
    his = hers = stage.actor(captain)
    draft = stage.call(his, writing.begin, team.team_id)
    stage.call(hers, writing.add_file, draft.submission_id, sent(stage, "a.txt", b"a"))
    written = stage.call(his, writing.write, draft.submission_id, Content("Heat", "map", {}), draft.version)
    assert written.draft.title == "Heat"
    with pytest.raises(ChangedMeanwhile):
        stage.call(hers, writing.write, draft.submission_id, Content("Dust", "map", {}), draft.version)
    stage.call(his, writing.write, draft.submission_id, Content("Heat", "maps", {}), written.version)
    with pytest.raises(ChangedMeanwhile):
        stage.call(his, writing.write, draft.submission_id, Content("Heat", "all", {}), 99)


def test_the_close_is_half_open_and_follows_an_extension(stage: Stage):
    (team,) = started(stage)
    draft, captain = stage.draft(team), stage.captain(team)
    stage.watch.at = CLOSE - timedelta(hours=1)
    stage.call(
        stage.chief,
        Session.extend,
        HACKATHONS,
        stage.hackathon_id,
        "submissions_close",
        CLOSE + timedelta(hours=2),
        "technical_fault",
    )
    stage.watch.at = CLOSE + timedelta(hours=2)
    for act in (
        lambda: stage.call(captain, writing.submit, draft.submission_id, draft.version),
        lambda: stage.draft(team),
        lambda: stage.call(captain, writing.add_file, draft.submission_id, sent(stage, "a.txt", b"a")),
    ):
        with pytest.raises(TooLate):
            act()
    stage.watch.at -= timedelta(microseconds=1)
    version = stage.call(captain, writing.submit, draft.submission_id, draft.version)
    assert version.submitted_at == stage.watch.at


def test_what_is_reopened_at_the_close_counts_as_it_was_handed_in_and_a_draft_expires(stage: Stage):
    first, second = started(stage, 2)
    handed_in, draft = stage.hand_in(first), stage.draft(second)
    stage.call(stage.captain(first), writing.move, handed_in.submission_id, "reopen", handed_in.version)  # fmt: skip
    known = stage.looked_at(handed_in)
    stage.call(stage.captain(first), writing.write, known.submission_id, Content("Changed", "X"), known.version)  # fmt: skip
    stage.until("submissions_close")
    assert stage.looked_at(handed_in).state == "frozen"
    counted = stage.call(stage.chief, service.get_handed_in, handed_in.submission_id)
    assert counted is not None
    assert counted.content.title == "Shade map"
    expired = stage.looked_at(draft)
    assert (expired.state, expired.state_reason) == ("expired", "deadline_passed")


def test_late_access_is_for_one_team_once_and_until_its_own_end(stage: Stage):
    first, second = started(stage, 2)
    draft, other = stage.draft(first), stage.draft(second)
    captain = stage.captain(first)
    until = CLOSE + timedelta(hours=3)
    with pytest.raises(errors.LateAccessTooEarly):
        stage.call(stage.chief, writing.grant_late_access, draft.submission_id, CLOSE)
    with pytest.raises(NotAllowed):
        stage.call(captain, writing.grant_late_access, draft.submission_id, until)
    code = stage.call(stage.chief, writing.grant_late_access, draft.submission_id, until)
    stage.until("submissions_close")
    with pytest.raises(errors.LateCodeUnknown):
        stage.call(stage.captain(second), writing.redeem_late_access, other.submission_id, code.text)
    with pytest.raises(NoSuchObject):
        stage.call(stage.captain(second), writing.redeem_late_access, draft.submission_id, code.text)
    late = stage.call(captain, writing.redeem_late_access, draft.submission_id, code.text)
    assert late.state == "draft"
    with pytest.raises(errors.LateCodeUnknown):
        stage.call(captain, writing.redeem_late_access, draft.submission_id, code.text)
    stage.until("submissions_close")
    assert stage.looked_at(draft).state == "draft"
    stage.watch.at = until - timedelta(microseconds=1)
    stage.call(captain, writing.submit, draft.submission_id, late.version)
    stage.watch.at = until
    stage.run_clock()
    assert stage.looked_at(draft).state == "frozen"
    assert stage.looked_at(other).state == "expired"


def test_an_unused_code_is_over_at_its_end(stage: Stage):
    (team,) = started(stage)
    draft, until = stage.draft(team), CLOSE + timedelta(hours=3)
    code = stage.call(stage.chief, writing.grant_late_access, draft.submission_id, until)
    stage.watch.at = until
    with pytest.raises(errors.LateCodeUnknown):
        stage.call(stage.captain(team), writing.redeem_late_access, draft.submission_id, code.text)


def test_a_form_is_asked_and_checked(stage: Stage):
    stage.call(stage.chief, writing.set_form, stage.hackathon_id, FORM)
    (team,) = started(stage)
    captain = stage.captain(team)
    with pytest.raises(NotAllowed):
        stage.call(captain, writing.set_form, stage.hackathon_id, ())
    assert stage.call(ANONYMOUS, writing.get_form, stage.hackathon_id) == FORM
    draft = stage.draft(team)
    with pytest.raises(errors.FormFixed):
        stage.call(stage.chief, writing.set_form, stage.hackathon_id, ())
    with pytest.raises(errors.SubmissionNotFilled):
        stage.call(captain, writing.submit, draft.submission_id, draft.version)
    wrong = (
        {"data_used": "x" * 51}, {"unknown": "x"}, {"demo": "javascript:alert(1)"}, {"slogan": "a\nb"},
        {"demo": "https://user@example.com"},
    )  # fmt: skip
    for answers in wrong:
        with pytest.raises(WrongField):
            stage.call(captain, writing.write, draft.submission_id, Content("T", "S", answers), draft.version)
    with pytest.raises(errors.SubmissionNotFilled):
        stage.call(
            captain,
            writing.write_and_submit,
            draft.submission_id,
            Content("T", "S", {"slogan": "ظل"}),
            draft.version,
        )
    assert stage.looked_at(draft) == draft, "neither was done"
    answers = {"data_used": "air", "demo": "https://example.om/x", "slogan": "ظل"}
    written = stage.call(captain, writing.write, draft.submission_id, Content("T", "S"), draft.version)
    assert (
        stage.call(
            captain,
            writing.write_and_submit,
            draft.submission_id,
            Content("T", "S", answers),
            written.version,
        ).number
        == 1
    )
    assert stage.call(captain, service.get_submission, draft.submission_id).draft.answers == answers
    for form in ((FORM[0], FORM[0]), (FormField("X!", "ع", "E"),), (FormField("x", "", "E"),)):
        with pytest.raises(WrongField):
            stage.call(stage.chief, writing.set_form, stage.hackathon_id, form)


def test_screening_is_decided_quietly_and_told_together(stage: Stage):
    teams = started(stage, 3)
    handed_in = [
        stage.hand_in(team, title) for team, title in zip(teams, ("ظلّ", "Heat", "Water"), strict=True)
    ]
    hackathon_id = stage.hackathon_id
    stage.until("submissions_close")
    stage.step("begin_screening")
    stage.screen(
        {
            handed_in[0].submission_id: ("accept", None),
            handed_in[1].submission_id: ("accept", None),
            handed_in[2].submission_id: ("reject", "no_data"),
        }
    )
    out = stage.call(stage.captain(teams[2]), service.get_submission, handed_in[2].submission_id)
    assert (out.state, out.state_reason) == ("ineligible", "no_data")
    assert stage.call(ANONYMOUS, service.list_submissions, hackathon_id).submissions == []
    stage.step("begin_judging")
    page = stage.call(ANONYMOUS, service.list_submissions, hackathon_id, Wanted(rows=1))
    more = stage.call(ANONYMOUS, service.list_submissions, hackathon_id, Wanted(after=page.after, rows=1))
    assert {one.team_id for one in page.submissions + more.submissions} == {
        teams[0].team_id,
        teams[1].team_id,
    }
    found = stage.call(ANONYMOUS, service.list_submissions, hackathon_id, Wanted("ظل")).submissions
    assert [one.team_id for one in found] == [teams[0].team_id]
    assert stage.call(ANONYMOUS, service.count_submissions, hackathon_id) == {"eligible": 2}
    assert stage.call(stage.chief, service.count_submissions, hackathon_id) == {
        "eligible": 2,
        "ineligible": 1,
    }
    with pytest.raises(NoSuchObject):
        stage.call(stage.captain(teams[0]), service.get_submission, handed_in[2].submission_id)


def test_files_are_for_who_may_see_the_version_that_has_them(stage: Stage):
    team, rival = started(stage, 2)
    captain = stage.captain(team)
    draft = stage.draft(team)
    file = stage.call(captain, writing.add_file, draft.submission_id, sent(stage, "a.txt", b"first"))
    stray = stage.call(
        captain, writing.add_file, draft.submission_id, sent(stage, "b.txt", b"never handed in")
    )
    stage.call(captain, writing.remove_file, draft.submission_id, stray.file_id)
    with pytest.raises(NoSuchObject):
        stage.call(captain, writing.remove_file, draft.submission_id, stray.file_id)
    with pytest.raises(NoSuchObject):
        stage.call(
            stage.captain(rival), writing.add_file, draft.submission_id, sent(stage, "c.txt", b"not mine")
        )
    with pytest.raises(FileRefused):
        stage.call(captain, writing.add_file, draft.submission_id, sent(stage, "c.svg", b"<svg/>"))
    assert stage.call(captain, service.list_draft_files, draft.submission_id) == (file,)
    stage.call(captain, writing.submit, draft.submission_id, stage.looked_at(draft).version)
    _, path = stage.call(stage.chief, service.find_file, draft.submission_id, file.file_id)
    assert path.read_bytes() == b"first"
    for actor, file_id in ((stage.chief, stray.file_id), (stage.captain(rival), file.file_id)):
        with pytest.raises(NoSuchObject):
            stage.call(actor, service.find_file, draft.submission_id, file_id)


def test_a_team_hands_in_once_it_is_in_and_from_the_start(stage: Stage):
    stage.until("registration_opens")
    team = stage.complete_team()
    with pytest.raises(errors.NotTakingPart):
        stage.call(stage.captain(team), writing.begin, team.team_id)
    stage.until("team_formation_closes")
    draft = stage.draft(team)
    assert stage.call(stage.captain(team), writing.begin, team.team_id) == draft
    with pytest.raises(NoSuchObject):
        stage.call(stage.chief, writing.begin, team.team_id)
    with pytest.raises(TooEarly):
        stage.call(stage.captain(team), writing.submit, draft.submission_id, draft.version)
    assert stage.call(stage.captain(team), service.find_own_submission, team.team_id) == draft
    assert stage.call(stage.chief, service.find_own_submission, team.team_id) is None
    with pytest.raises(NoSuchObject):
        stage.call(stage.chief, service.get_submission, UUID(int=1))


@pytest.mark.parametrize("rounds", [1, 2])
def test_the_next_round_is_spoken_of_while_there_is_one(
    programme: Database, portal: Connection, tmp_path: Path, rounds
):
    """Before the last round has begun, and never after results."""
    with programme.connect() as owner:
        stage = Stage(portal, owner, folder=tmp_path / "files")
        owner.execute(
            "UPDATE innovation.hackathons SET rounds = %s WHERE hackathon_id = %s",
            [rounds, stage.hackathon_id],
        )
        stage.until("registration_opens")
        team = stage.complete_team()
        stage.until("starts")
        handed_in = stage.hand_in(team)
        stage.admit(handed_in)

        def offered() -> set[str]:
            steps = programme_for(portal, stage.watch).call(
                stage.chief, Session.steps, SUBMISSIONS, handed_in.submission_id
            )
            return {one.step.event for one in steps if one.refusal is None} & {"advance", "leave_out"}

        expected = {"advance", "leave_out"} if rounds == 2 else set()
        for state, number, wanted in (
            ("judging", 1, expected), ("judging", 2, set()), ("deliberation", 2, set()),
            ("results_provisional", 2, set()), ("results_final", 2, set()), ("archived", 2, set()),
        ):  # fmt: skip
            owner.execute(
                "UPDATE innovation.hackathons SET state = %s, round = %s WHERE hackathon_id = %s",
                [state, min(number, rounds), stage.hackathon_id],
            )
            assert offered() == wanted, state
        decision = programme_for(portal, stage.watch).call(
            stage.chief,
            Session.prepare,
            SUBMISSIONS,
            handed_in.submission_id,
            "advance",
            stage.call(stage.chief, service.get_submission, handed_in.submission_id).version,
        )
        with pytest.raises(errors.NoNextRound):
            programme_for(portal, stage.watch).call(
                stage.chief, Session.release, SUBMISSIONS, [decision.prepared_id]
            )
