"""Who applies with others: invited, leading, leaving, erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from casework.attachments.service import sweep_store
from casework.workflow.errors import (
    NoSuchObject,
    NotAllowed,
)
from citycore.clock import system_clock
from citycore.store.connections import Connection
from hackathon.funding.applications import applicants, errors, holding, service, writing
from hackathon.funding.applications.settings import ApplicationSettings
from tests.conftest import Database
from tests.hackathon.applying import DATES, DAY, FILLED, HOME, TICK, Applying

CLOSE = DATES["closes"]
LIMITS = ApplicationSettings()


@pytest.fixture
def funding(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        # The clock of one test must not remind of what another has left.
        owner.execute(
            "UPDATE innovation.applications SET state = 'withdrawn' WHERE state IN ('draft', 'invited')"
        )
        owner.execute("DELETE FROM innovation.outbox")
        yield Applying(portal, owner, folder=tmp_path / "files")


def test_an_invitation_is_for_one_address_and_expires(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person("salim@example.com")
    draft = funding.begin(amal)
    arguments = (funding.programme, funding.actor(amal), draft.application_id)
    asked = applicants.invite(*arguments, "Salim@Example.com", HOME)
    assert funding.mailed("invitation") == ["Salim@example.com"]
    with pytest.raises(errors.AlreadyInvited):
        applicants.invite(*arguments, "salim@example.com", HOME)
    with pytest.raises(errors.ApplicationInvitationGone):
        funding.do(funding.actor(amal), applicants.accept, asked.applicant_id, asked.version)
    with pytest.raises(NotAllowed):
        applicants.invite(
            funding.programme, funding.actor(salim), draft.application_id, "x@example.com", HOME
        )
    (waiting,) = funding.do(funding.actor(salim), applicants.list_invitations)
    assert waiting == asked
    funding.watch.at += timedelta(days=LIMITS.invitation_days) - TICK
    funding.run_clock()
    funding.do(funding.actor(salim), applicants.accept, asked.applicant_id, asked.version)
    other = applicants.invite(*arguments, "late@example.com", HOME)
    funding.watch.at += timedelta(days=LIMITS.invitation_days)
    funding.run_clock()
    found = funding.do(funding.actor(salim), applicants.list_applicants, draft.application_id)
    assert [(one.person_id, one.is_lead) for one in found] == [(amal, True), (salim, False)]
    assert other.applicant_id not in {one.applicant_id for one in found}


def test_the_lead_hands_over_and_a_co_applicant_writes_and_leaves(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    draft = funding.begin(amal)
    member = funding.join(draft, amal, salim)
    funding.write(draft, salim, replace(FILLED, title="His"))
    with pytest.raises(NotAllowed):
        funding.submit(draft, salim)
    (lead, second) = funding.do(funding.actor(amal), applicants.list_applicants, draft.application_id)
    with pytest.raises(errors.LeadNeeded):
        funding.do(funding.actor(amal), applicants.move, lead.applicant_id, "leave", lead.version)
    version = funding.seen(draft).version
    with pytest.raises(NotAllowed):
        funding.do(
            funding.actor(salim), applicants.hand_over, draft.application_id, member.applicant_id, version
        )
    funding.do(funding.actor(amal), applicants.hand_over, draft.application_id, member.applicant_id, version)
    assert len(funding.mailed("lead")) == 1
    funding.submit(draft, salim)
    funding.do(funding.actor(amal), applicants.move, lead.applicant_id, "leave", lead.version)
    with pytest.raises(NoSuchObject):
        funding.do(funding.actor(amal), service.get_application, draft.application_id)
    assert second.applicant_id == member.applicant_id


def test_who_applies_is_settled_at_the_close(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    handed_in = funding.hand_in(amal)
    member = funding.join(handed_in, amal, salim)
    funding.until("closes")
    with pytest.raises(errors.ApplicationClosed):
        applicants.invite(
            funding.programme, funding.actor(amal), handed_in.application_id, "x@example.com", HOME
        )
    with pytest.raises(errors.ApplicationClosed):
        funding.do(funding.actor(amal), applicants.move, member.applicant_id, "remove", 3, "agreed")
    shown = funding.do(funding.chief, applicants.list_applicants, handed_in.application_id)
    assert {one.person_id for one in shown} == {amal, salim}
    funding.do(funding.actor(salim), applicants.move, member.applicant_id, "leave", 3)


def test_who_leads_what_is_in_the_hands_of_the_programme_cannot_be_erased(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    handed_in = funding.hand_in(amal)
    funding.join(handed_in, amal, salim)
    portal = funding.portal
    with portal.transaction():
        (said,) = holding.HOLDER.hindrances(portal, amal)
        assert "application" in said.text("en")
        assert holding.HOLDER.hindrances(portal, salim) == ()
    funding.move(handed_in, amal, "withdraw")
    with portal.transaction():
        assert holding.HOLDER.hindrances(portal, amal) == ()


def test_an_erased_person_is_nobody_in_the_trail_and_their_drafts_are_empty(
    funding: Applying, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FALAJ_APPLICATIONS_FOLDER", str(funding.settings.folder))
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    alone, shared = funding.begin(salim), funding.begin(amal)
    funding.join(shared, amal, salim)
    funding.write(shared, salim, replace(FILLED, title="His"))
    file = funding.add_file(alone, salim, "a.txt", b"mine")
    portal = funding.portal
    with portal.transaction():
        rows = list(holding.HOLDER.export(portal, salim))
        kept = {one.path: b"".join(one.pieces) for one in holding.HOLDER.files(portal, salim)}
    assert kept == {f"applications/{alone.reference}/{file.file_id}.txt": b"mine"}
    sections = {name for name, _ in rows}
    assert sections == {"applications", "application_changes"}
    with portal.transaction():
        holding.HOLDER.erase(portal, salim)
    trail = funding.do(funding.actor(amal), service.list_changes, shared.application_id)
    assert trail[0].after == "His"
    assert trail[0].person_id is None
    gone = funding.seen(alone)
    assert (gone.draft.title, gone.draft.summary, dict(gone.draft.answers)) == ("", "", {})
    with portal.transaction():
        texts = [row["title"] for name, row in holding.HOLDER.export(portal, salim) if name == "applications"]
        assert texts == [None, None]
        assert list(holding.HOLDER.files(portal, salim)) == []
    store = funding.settings.store()
    assert sweep_store(portal, holding.SWEEP, store, system_clock) == 0
    assert sweep_store(portal, holding.SWEEP, store, lambda: system_clock() + 2 * DAY) == 1


def test_an_archive_can_be_written(funding: Applying, monkeypatch: pytest.MonkeyPatch):
    from casework.people.leaving.archive import write_archive

    monkeypatch.setenv("FALAJ_APPLICATIONS_FOLDER", str(funding.settings.folder))
    funding.until("opens")
    amal = funding.person()
    funding.hand_in(amal)
    archive = BytesIO()
    with funding.portal.transaction():
        write_archive(
            archive,
            {"format": "x"},
            holding.HOLDER.export(funding.portal, amal),
            holding.HOLDER.files(funding.portal, amal),
        )
    assert b"Trees where people wait" in ZipFile(archive).read("data.json")


def test_writing_needs_the_right_function(funding: Applying):
    funding.until("opens")
    amal = funding.person()
    draft = funding.begin(amal)
    with pytest.raises(ValueError, match="function of its own"):
        funding.do(funding.actor(amal), applicants.move, draft.application_id, "invite", 1)
    with pytest.raises(NoSuchObject):
        funding.do(funding.actor(amal), applicants.move, draft.application_id, "accept", 1)
    with pytest.raises(NoSuchObject):
        funding.do(funding.chief, writing.find, funding.call_id)


def test_who_applies_with_others_is_told_of_a_withdrawal(funding: Applying):
    funding.until("opens")
    university = funding.organisation()
    amal, salim = funding.person(organisation=university), funding.person()
    admin, member = funding.person(organisation=university), funding.person(organisation=university)
    funding.owner.execute(
        "UPDATE innovation.memberships SET is_admin = true WHERE person_id = ANY (%s)", [[amal, admin]]
    )
    funding.owner.execute("UPDATE innovation.people SET language = 'ar' WHERE person_id = %s", [admin])
    written = replace(FILLED, organisation_id=university)
    draft, handed_in = funding.begin(amal, written), funding.begin(amal, written)
    for one in (draft, handed_in):
        funding.join(one, amal, salim)
    funding.submit(handed_in, amal)
    funding.move(draft, amal, "withdraw")
    assert funding.mailed("withdrawn") == [f"p{salim.hex}@gmail.com"], "not who did it"
    assert funding.mailed("withdrawn_for_organisation") == [], "nobody else has known of a draft"
    funding.move(handed_in, amal, "withdraw")
    assert funding.mailed("withdrawn") == [f"p{salim.hex}@gmail.com"] * 2
    assert funding.mailed("withdrawn_for_organisation") == [f"p{admin.hex}@gmail.com"]
    assert f"p{member.hex}@gmail.com" not in funding.mailed("withdrawn")
    rows = funding.owner.execute(
        "SELECT language, fields ->> 'reference' FROM innovation.outbox WHERE template LIKE '%/withdrawn_for%'"
    ).fetchall()
    assert rows == [("ar", handed_in.reference)]
