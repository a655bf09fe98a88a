"""Applications: versions, the close to the instant, who may apply, writing together, and what staff see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from casework.access.model import ANONYMOUS, Actor, Grant, Role
from casework.audit.canonical import canonical
from casework.files.errors import FileRefused
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed, TooEarly, TooLate, WrongField
from casework.workflow.wording import instant_text
from citycore.store.connections import Connection
from hackathon.funding.applications import errors, service, writing
from hackathon.funding.applications.model import Content
from hackathon.funding.applications.rules import document_of
from hackathon.funding.calls.repository import CALLS
from tests.conftest import Database
from tests.hackathon.applying import DATES, FILLED, TICK, Applying

CLOSE = DATES["closes"]


@pytest.fixture
def funding(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        yield Applying(portal, owner, folder=tmp_path / "files")


def test_versions_stay_as_they_were_handed_in_and_the_last_is_frozen_by_its_hash(funding: Applying):
    funding.until("opens")
    amal = funding.person()
    draft = funding.begin(amal)
    file = funding.add_file(draft, amal, "../map.csv", b"a,b\n")
    assert file.name == "map.csv"
    first = funding.submit(draft, amal)
    with pytest.raises(errors.ApplicationNotEditable):
        funding.write(draft, amal, FILLED)
    funding.move(draft, amal, "reopen")
    funding.do(funding.actor(amal), writing.remove_file, draft.application_id, file.file_id)
    funding.write(draft, amal, replace(FILLED, title="Better shade"))
    second = funding.submit(draft, amal)
    assert [one.number for one in funding.do(funding.chief, service.list_versions, draft.application_id)] == [
        2, 1,
    ]  # fmt: skip
    assert (first.files, second.files) == ((file,), ())
    assert len(funding.mailed("submitted")) >= 2
    assert funding.mailed_fields("submitted", "closes_at") == {instant_text(CLOSE, "en")}
    funding.until("closes", before=True)
    assert funding.seen(draft).frozen_digest is None
    funding.until("closes")
    frozen = funding.seen(draft)
    assert (frozen.state, frozen.frozen_digest) == ("screening", second.digest)
    whole = {
        "application": str(draft.application_id),
        "version": 2,
        "content": document_of(1, second.content, ()),
    }
    assert sha256(canonical(whole)).hexdigest() == second.digest
    record = funding.do(funding.actor(amal), service.get_record, draft.application_id, 2)
    assert sha256(record).hexdigest() == second.digest
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added"):
        funding.owner.execute("UPDATE innovation.application_versions SET number = 9")


def test_what_is_reopened_at_the_close_counts_as_it_was_handed_in_and_a_draft_expires(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    handed_in, draft = funding.hand_in(amal), funding.begin(salim)
    funding.move(handed_in, amal, "reopen")
    changed = replace(FILLED, title="Changed", amount_minor=6_000_000, confirmed=())
    funding.write(handed_in, amal, changed)
    funding.until("closes")
    assert funding.seen(handed_in).draft == FILLED
    assert funding.state(handed_in) == ("screening", None)
    assert funding.state(draft) == ("expired", "deadline_passed")
    assert len(funding.mailed("expired")) == 1


def test_the_window_is_half_open_and_follows_an_extension(funding: Applying):
    amal = funding.person()
    funding.watch.at = DATES["opens"] - TICK
    with pytest.raises(errors.CallNotOpen):
        funding.begin(amal)
    funding.until("opens")
    draft = funding.begin(amal)
    funding.watch.at = CLOSE - timedelta(hours=1)
    funding.do(
        funding.chief,
        Session.extend,
        CALLS,
        funding.call_id,
        "closes",
        CLOSE + timedelta(hours=2),
        "technical_fault",
    )
    funding.watch.at = CLOSE + timedelta(hours=2)
    for act in (
        lambda: funding.submit(draft, amal),
        lambda: funding.write(draft, amal, FILLED),
        lambda: funding.add_file(draft, amal, "a.txt", b"a"),
        lambda: funding.begin(amal),
    ):
        with pytest.raises(TooLate):
            act()
    funding.watch.at -= TICK
    assert funding.submit(draft, amal).submitted_at == funding.watch.at
    funding.move(draft, amal, "reopen")
    funding.watch.at = DATES["opens"] - TICK
    with pytest.raises(TooEarly):
        funding.write(draft, amal, FILLED)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"title": " "}, errors.ApplicationNotFilled),
        ({"answers": {"team": "Us"}}, errors.ApplicationNotFilled),
        ({"confirmed": ()}, errors.EligibilityNotConfirmed),
        ({"amount_minor": None}, errors.AmountUnfit),
        ({"amount_minor": 999_999}, errors.AmountUnfit),
        ({"amount_minor": 9_000_001}, errors.AmountUnfit),
        ({"governorate": "OM-MU"}, errors.GovernorateUnfit),
    ],
)
def test_what_does_not_meet_the_call_is_kept_and_not_handed_in(funding: Applying, changed, refusal):
    funding.until("opens")
    amal = funding.person()
    draft = funding.begin(amal, replace(FILLED, **changed))
    with pytest.raises(refusal):
        funding.submit(draft, amal)
    known = funding.write(draft, amal, replace(FILLED, amount_minor=9_000_000))
    both = funding.actor(amal), writing.write_and_submit, draft.application_id
    with pytest.raises(refusal):
        funding.do(*both, replace(FILLED, **changed), known.version)
    assert funding.seen(draft) == known, "neither was done"
    assert funding.do(*both, FILLED, known.version).content.title == FILLED.title
    assert funding.seen(draft).state == "submitted"


def test_an_organisation_applies_only_verified_of_a_kind_that_may_and_through_its_own(funding: Applying):
    funding.owner.execute(
        "UPDATE innovation.calls SET eligibility = jsonb_set(eligibility, '{kinds}', '[\"university\"]')"
        " WHERE call_id = %s",
        [funding.call_id],
    )
    funding.until("opens")
    good, new = funding.organisation(), funding.organisation(state="registered")
    firm = funding.organisation("company")
    amal, salim = funding.person(organisation=good), funding.person()
    for person, organisation, refusal in (
        (amal, None, errors.KindUnfit),
        (amal, new, errors.ApplicantUnverified),
        (salim, good, errors.ApplicantUnverified),
        (funding.person(organisation=firm), firm, errors.KindUnfit),
    ):
        draft = funding.begin(person, replace(FILLED, organisation_id=organisation))
        with pytest.raises(refusal):
            funding.submit(draft, person)
    funding.hand_in(amal, replace(FILLED, organisation_id=good))


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "x" * 161},
        {"title": "a\nb"},
        {"summary": "x" * 2_001},
        {"answers": {"plan": "x" * 501}},
        {"answers": {"other": "x"}},
        {"governorate": "OM-XX"},
        {"amount_minor": 0},
        {"confirmed": ("never",)},
    ],
)
def test_what_cannot_be_stored_is_refused(funding: Applying, changed):
    funding.until("opens")
    amal = funding.person()
    draft = funding.begin(amal)
    with pytest.raises(WrongField):
        funding.write(draft, amal, replace(FILLED, **changed))
    assert funding.seen(draft).draft == FILLED


def test_two_who_write_at_once_lose_nothing_and_the_trail_says_who_wrote_what(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    draft = funding.begin(amal)
    funding.join(draft, amal, salim)
    seen = funding.seen(draft).version
    funding.do(funding.actor(salim), writing.write, draft.application_id, replace(FILLED, title="His"), seen)
    mine = replace(FILLED, summary="Hers")
    with pytest.raises(ChangedMeanwhile):
        funding.do(funding.actor(amal), writing.write, draft.application_id, mine, seen)
    since = funding.do(funding.actor(amal), service.list_changes_since, draft.application_id, seen)
    assert [(one.person_id, one.field, one.before, one.after) for one in since] == [
        (salim, "title", "Shade", "His")
    ]
    # A file is no reason to look again.
    funding.add_file(draft, salim, "a.txt", b"a")
    funding.do(
        funding.actor(amal), writing.write, draft.application_id, replace(FILLED, title="Both"), seen + 1
    )
    trail = funding.do(funding.actor(amal), service.list_changes, draft.application_id)
    assert {(one.person_id, one.field) for one in trail[:2]} == {(amal, "title"), (salim, "title")}
    assert {one.field for one in trail} == {"title", "summary", "answer:1:plan", "confirmed", "amount_minor"}
    with pytest.raises(ChangedMeanwhile):
        funding.do(funding.actor(amal), writing.write, draft.application_id, FILLED, 99)


def test_strangers_find_nothing_and_officers_what_was_handed_in(funding: Applying):
    funding.until("opens")
    university = funding.organisation()
    amal, stranger = funding.person(), funding.person()
    close = Actor(funding.person(organisation=university), (Grant(Role.PROGRAMME_OFFICER),))
    inside = funding.person(organisation=university)
    draft, theirs = funding.begin(amal), funding.begin(inside, replace(FILLED, organisation_id=university))
    file = funding.add_file(draft, amal, "a.txt", b"a")
    for actor in (ANONYMOUS, funding.actor(stranger), funding.chief):
        with pytest.raises(NoSuchObject):
            funding.do(actor, service.get_application, draft.application_id)
        with pytest.raises(NoSuchObject):
            funding.do(actor, service.find_file, draft.application_id, file.file_id)
    with pytest.raises(NotAllowed):
        funding.listed(funding.actor(amal))
    assert funding.listed(funding.chief) == []
    funding.submit(draft, amal)
    funding.submit(theirs, inside)
    funding.watch.at += timedelta(seconds=1)
    funding.move(draft, amal, "reopen")
    funding.write(draft, amal, replace(FILLED, title="Secret"))
    shown = funding.do(funding.chief, service.get_application, draft.application_id)
    assert shown.draft.title == "Shade"
    assert funding.do(funding.chief, service.find_file, draft.application_id, file.file_id)[0] == file
    trail = funding.do(funding.chief, service.list_changes, draft.application_id)
    assert "Secret" not in {one.after for one in trail}
    assert set(funding.listed(funding.chief)) == {draft.application_id, theirs.application_id}
    # An officer of the same organisation does not know that there is one.
    assert funding.listed(close) == [draft.application_id]
    assert funding.do(close, service.count_applications, funding.call_id) == {"reopened": 1}
    with pytest.raises(NoSuchObject):
        funding.do(close, service.get_application, theirs.application_id)
    with pytest.raises(NoSuchObject):
        funding.do(funding.actor(stranger), service.get_application, draft.application_id)


def test_a_search_is_by_reference_and_words(funding: Applying):
    funding.until("opens")
    amal, salim = funding.person(), funding.person()
    first = funding.hand_in(amal)
    second = funding.hand_in(salim, replace(FILLED, title="Wells", summary="Old water"))
    assert funding.listed(funding.chief, first.reference) == [first.application_id]
    assert funding.listed(funding.chief, "water") == [second.application_id]
    assert funding.listed(funding.chief, state="screening") == []


def test_files_have_a_limit_in_number(funding: Applying):
    funding.until("opens")
    amal = funding.person()
    draft = funding.begin(amal)
    limits = funding.settings.model_copy(update={"files_max": 1})
    funding.limit(limits)
    funding.add_file(draft, amal, "a.txt", b"a")
    with pytest.raises(FileRefused):
        funding.add_file(draft, amal, "b.txt", b"b")


def test_a_person_takes_part_in_a_few_applications_of_a_call(funding: Applying):
    funding.until("opens")
    amal = funding.person()
    begun = [funding.begin(amal) for _ in range(3)]
    with pytest.raises(errors.TooManyApplications):
        funding.do(funding.actor(amal), writing.begin, funding.call_id, Content())
    funding.move(begun[0], amal, "withdraw")
    assert funding.state(begun[0]) == ("withdrawn", "by_applicant")
    funding.begin(amal)
