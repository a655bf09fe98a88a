"""Organisations and their members, with the rights of the portal's role in a real database."""

from __future__ import annotations

from uuid import uuid4

import pytest

from casework.access.model import ANONYMOUS, Role, Scope, ScopeKind
from casework.access_log.service import list_entries
from casework.audit.service import verify
from casework.organisations import members, service
from casework.organisations.errors import (
    AlreadyMember,
    DomainRefused,
    InvitationNotFound,
    LastAdmin,
    NotVerified,
    OrganisationNotFound,
    TooManyOpen,
)
from casework.organisations.machines import MEMBERSHIPS
from casework.organisations.model import Invited, Kind, Organisation, Search
from casework.organisations.settings import OrganisationSettings
from casework.people.errors import Forbidden, InvalidName
from casework.people.model import Names, Visitor
from casework.people.sessions.model import Signed
from casework.people.settings import ThrottleSettings
from casework.programme import Programme
from casework.workflow.clockwork import run_due
from casework.workflow.errors import NotAllowed
from citycore.language import Language
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for
from tests.hackathon.organisations.office import Office, administrator, office, refreshed
from tests.hackathon.people.conftest import Town, Watch, accounts, passwords, town, visitor, watch

__all__ = ["accounts", "administrator", "office", "passwords", "town", "visitor", "watch"]


def test_whoever_registers_speaks_for_it_once_it_is_verified(
    portal: Connection, accounts: Programme, town: Town, administrator: Signed
) -> None:
    founder = town.join()
    made = accounts.call(founder.actor, service.register, Kind.COMPANY, Names(None, "Date Palms"), [])
    scope = Scope(ScopeKind.ORGANISATION, made.organisation_id)
    assert made.state == "registered"
    assert not refreshed(portal, accounts, founder).actor.has(Role.VENDOR, scope)
    with pytest.raises(NotAllowed):
        accounts.call(founder.actor, service.move, made.organisation_id, "verify", 1)
    accounts.call(administrator.actor, service.move, made.organisation_id, "verify", 1)
    assert refreshed(portal, accounts, founder).actor.has(Role.VENDOR, scope)
    accounts.call(
        administrator.actor, service.move, made.organisation_id, "suspend", 2, reason="not_authorised"
    )
    assert refreshed(portal, accounts, founder).actor.grants == ()


def test_what_is_not_verified_is_not_to_be_seen(
    portal: Connection, accounts: Programme, town: Town, administrator: Signed
) -> None:
    founder = town.join()
    made = accounts.call(founder.actor, service.register, Kind.COMPANY, Names("نخيل خفي", None), [])
    for actor in (ANONYMOUS, town.join().actor):
        with pytest.raises(OrganisationNotFound):
            accounts.call(actor, service.find, made.organisation_id)
        assert accounts.call(actor, service.search, "ar", Search("نخيل خفي")).organisations == []
        with pytest.raises(Forbidden):
            accounts.call(actor, service.search, "ar", Search("", state=None))
    assert accounts.call(founder.actor, service.find, made.organisation_id) == made
    found = accounts.call(administrator.actor, service.search, "ar", Search("خفى", state="registered"))
    assert found.organisations == [made]


@pytest.mark.parametrize(
    ("domain", "reason"),
    [("gmail.com", "public"), ("mail.Yahoo.com", "public"), ("gov.om", "shared"), ("not a domain", "form")],
)
def test_domains_that_say_nothing_are_refused(
    portal: Connection, accounts: Programme, town: Town, domain: str, reason: str
) -> None:
    with pytest.raises(DomainRefused) as refused:
        accounts.call(town.join().actor, service.register, Kind.AGENCY, Names(None, "Office"), [domain])
    assert refused.value.details["reason"] == reason
    assert refused.value.text("ar")


def test_registrations_are_bounded(portal: Connection, accounts: Programme, town: Town) -> None:
    founder, limits = town.join(), OrganisationSettings(registrations_max=1, domains_max=1)
    accounts = programme_for(portal, accounts.clock, limits)
    with pytest.raises(DomainRefused):
        accounts.call(
            founder.actor, service.register, Kind.COMPANY, Names(None, "A"), ["a.example", "b.example"]
        )
    with pytest.raises(InvalidName):
        accounts.call(founder.actor, service.register, Kind.COMPANY, Names(None, ""), [])
    accounts.call(founder.actor, service.register, Kind.COMPANY, Names(None, "A"), [])
    with pytest.raises(TooManyOpen):
        accounts.call(founder.actor, service.register, Kind.COMPANY, Names(None, "B"), [])


def test_an_address_of_the_domain_suggests_and_gives_no_right(
    portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    colleague, stranger = town.join(f"{uuid4().hex}@office.example"), town.join()
    suggested = {one.organisation_id for one in accounts.call(colleague.actor, service.suggest)}
    assert office.organisation_id in suggested
    assert accounts.call(stranger.actor, service.suggest) == []
    assert refreshed(portal, accounts, colleague).actor.grants == ()
    with pytest.raises(Forbidden):
        accounts.call(colleague.actor, members.list_members, office.organisation_id)
    accounts.call(colleague.actor, members.ask_to_join, office.organisation_id)
    suggested = {one.organisation_id for one in accounts.call(colleague.actor, service.suggest)}
    assert office.organisation_id not in suggested


def test_an_invitation_finds_whoever_opens_the_account(
    portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    email = town.address("later")
    membership_id = office.invite(email)
    mail = town.mails(email)[0]
    assert mail["template"] == "invitation"
    assert mail["fields"]["organisation"] == "Planning Office"
    invited, stranger = town.join(email), town.join()
    assert office.own(invited).state == "invited"
    with pytest.raises(InvitationNotFound):
        accounts.call(stranger.actor, members.accept, membership_id, 2)
    accounts.call(invited.actor, members.accept, membership_id, 2)
    own = office.own(invited)
    assert (own.state, own.email, own.person_id) == ("member", None, invited.person.person_id)
    assert not refreshed(portal, accounts, invited).actor.has(Role.OFFICER, office.scope)
    with pytest.raises(InvitationNotFound):
        accounts.call(invited.actor, members.accept, membership_id, 3)


def test_a_refused_invitation_uses_up_nothing_of_who_is_invited(office: Office, town: Town) -> None:
    victim, visitor = town.join(), Visitor("203.0.113.77", "x")
    email = str(victim.person.email)
    for _ in range(office.accounts.of(ThrottleSettings).mails_per_account + 2):
        with pytest.raises(NotAllowed):
            members.invite(
                office.accounts, town.join().actor, office.organisation_id, Invited(email), visitor
            )
    office.invite(email)
    assert "invitation" in [mail["template"] for mail in town.mails(email)]


def test_inviting_and_asking_happen_once(
    portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    signed = town.join()
    office.invite(str(signed.person.email))
    with pytest.raises(AlreadyMember):
        office.invite(str(signed.person.email).upper())
    asking = town.join()
    request = accounts.call(asking.actor, members.ask_to_join, office.organisation_id)
    with pytest.raises(AlreadyMember):
        accounts.call(asking.actor, members.ask_to_join, office.organisation_id)
    accounts.call(office.founder.actor, members.move, request, "refuse", 2)
    accounts.call(asking.actor, members.ask_to_join, office.organisation_id)


def test_a_request_is_decided_by_those_who_speak_for_it(
    portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    asking = town.join()
    request = accounts.call(asking.actor, members.ask_to_join, office.organisation_id)
    for actor in (asking.actor, town.join().actor, ANONYMOUS):
        with pytest.raises(NotAllowed):
            accounts.call(actor, members.move, request, "approve", 2)
    accounts.call(office.founder.actor, members.move, request, "approve", 2)
    assert office.own(asking).state == "member"
    with pytest.raises(InvitationNotFound):
        accounts.call(asking.actor, members.move, request, "accept", 3)


def test_only_verified_organisations_have_more_members(
    portal: Connection, accounts: Programme, town: Town, administrator: Signed
) -> None:
    founder = town.join()
    made = accounts.call(founder.actor, service.register, Kind.COMPANY, Names(None, "Early"), [])
    with pytest.raises(NotAllowed):
        members.invite(accounts, founder.actor, made.organisation_id, Invited(town.address()), town.visitor)
    with pytest.raises(NotVerified):
        members.invite(
            accounts, administrator.actor, made.organisation_id, Invited(town.address()), town.visitor
        )
    with pytest.raises(OrganisationNotFound):
        accounts.call(town.join().actor, members.ask_to_join, made.organisation_id)
    with pytest.raises(OrganisationNotFound):
        accounts.call(town.join().actor, members.ask_to_join, uuid4())


def test_somebody_always_speaks_for_it(
    portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    own = office.own(office.founder)
    with pytest.raises(LastAdmin):
        accounts.call(office.founder.actor, members.move, own.membership_id, "leave", own.version)
    with pytest.raises(LastAdmin):
        accounts.call(office.founder.actor, members.set_admin, own.membership_id, own.version, is_admin=False)
    second = town.join()
    membership_id = office.add(second)
    with pytest.raises(Forbidden):
        accounts.call(second.actor, members.set_admin, membership_id, 3, is_admin=True)
    accounts.call(office.founder.actor, members.set_admin, membership_id, 3, is_admin=True)
    assert refreshed(portal, accounts, second).actor.has(Role.OFFICER, office.scope)
    accounts.call(office.founder.actor, members.move, own.membership_id, "leave", own.version)
    assert refreshed(portal, accounts, office.founder).actor.grants == ()


def test_invitations_end_by_themselves(
    portal: Connection, accounts: Programme, town: Town, office: Office, watch: Watch
) -> None:
    email = town.address("silent")
    membership_id = office.invite(email)
    watch.pass_by(days=accounts.of(OrganisationSettings).invitation_days)
    run_due(programme_for(portal, watch), [MEMBERSHIPS])
    row = portal.execute(
        "SELECT state, email, email_key FROM innovation.memberships WHERE membership_id = %s", [membership_id]
    ).fetchone()
    assert row == ("expired", None, None)


def test_members_see_that_they_were_listed(
    portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    member = town.join()
    office.add(member)
    listed = accounts.call(office.founder.actor, members.list_members, office.organisation_id)
    assert member.person.person_id in {one.person_id for one in listed}
    assert [one.what for one in accounts.call(member.actor, list_entries)] == ["organisations.members"]
    half = accounts.call(office.founder.actor, members.list_members, office.organisation_id, rows=1)
    rest = accounts.call(
        office.founder.actor, members.list_members, office.organisation_id, after=half[0].membership_id
    )
    assert [*half, *rest] == list(listed)
    with pytest.raises(OrganisationNotFound):
        accounts.call(office.founder.actor, members.list_members, uuid4())


def test_names_are_changed_by_its_own_and_domains_by_administrators(
    portal: Connection, accounts: Programme, town: Town, office: Office, administrator: Signed
) -> None:
    edited = accounts.call(
        office.founder.actor, service.edit, office.organisation_id, Names("مكتب", "Office")
    )
    assert (edited.names, edited.domains) == (Names("مكتب", "Office"), ("office.example",))
    with pytest.raises(Forbidden):
        accounts.call(
            office.founder.actor, service.edit, office.organisation_id, Names(None, "X"), ["x.example"]
        )
    with pytest.raises(Forbidden):
        accounts.call(town.join().actor, service.edit, office.organisation_id, Names(None, "X"))
    changed = accounts.call(
        administrator.actor, service.edit, office.organisation_id, Names(None, "X"), ["X.example"]
    )
    assert changed.domains == ("x.example",)
    assert verify(portal).findings == ()


def test_organisations_are_found_however_they_are_spelled(
    portal: Connection, accounts: Programme, town: Town, administrator: Signed
) -> None:
    def make(ar: str, en: str) -> Organisation:
        made = accounts.call(town.join().actor, service.register, Kind.UNIVERSITY, Names(ar, en), [])
        accounts.call(administrator.actor, service.move, made.organisation_id, "verify", 1)
        return accounts.call(ANONYMOUS, service.find, made.organisation_id)

    wanted = make("جامعة الإبداع والمعرفة", "University of Invention")
    spelled: list[tuple[str, Language]] = [("جامعه الابداع", "ar"), ("الإبْداع", "ar"), ("INVENTION", "en")]
    for words, language in spelled:
        assert wanted in accounts.call(ANONYMOUS, service.search, language, Search(words)).organisations
    pages, after = [], None
    for number in range(3):
        make(f"كلية {number}", f"College {number}")
    while True:
        page = accounts.call(ANONYMOUS, service.search, "en", Search("college", after=after, rows=2))
        pages += [one.names.en for one in page.organisations]
        after = page.after
        if after is None:
            break
    assert pages == ["College 0", "College 1", "College 2"]
