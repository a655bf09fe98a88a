"""Organisations and their members, with the rights of the portal's role in a real database."""

from __future__ import annotations

from uuid import uuid4

import pytest

from casework.access.model import ANONYMOUS, Role, Scope, ScopeKind
from casework.access_log.service import list_entries
from casework.audit.service import verify
from casework.organisations import members, service
from casework.organisations.desk import Registrar
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
from casework.organisations.model import Kind, Organisation
from casework.organisations.settings import OrganisationSettings
from casework.people.desk import Desk
from casework.people.errors import Forbidden, InvalidName
from casework.people.model import Names, Visitor
from casework.people.sessions.model import Signed
from casework.workflow.clockwork import run_due
from casework.workflow.errors import NotAllowed
from citycore.store.connections import Connection
from tests.hackathon.organisations.office import Office, administrator, office, refreshed, registrar
from tests.hackathon.people.conftest import Town, Watch, desk, passwords, town, visitor, watch

__all__ = ["administrator", "desk", "office", "passwords", "registrar", "town", "visitor", "watch"]


def test_whoever_registers_speaks_for_it_once_it_is_verified(
    portal: Connection, registrar: Registrar, town: Town, administrator: Signed
) -> None:
    founder, desk = town.join(), registrar.desk
    made = service.register(portal, registrar, founder, Kind.COMPANY, Names(None, "Date Palms"), [])
    scope = Scope(ScopeKind.ORGANISATION, made.organisation_id)
    assert made.state == "registered"
    assert not refreshed(portal, desk, founder).actor.has(Role.VENDOR, scope)
    with pytest.raises(NotAllowed):
        service.move(portal, registrar, founder.actor, made.organisation_id, "verify", 1)
    service.move(portal, registrar, administrator.actor, made.organisation_id, "verify", 1)
    assert refreshed(portal, desk, founder).actor.has(Role.VENDOR, scope)
    service.move(
        portal, registrar, administrator.actor, made.organisation_id, "suspend", 2, reason="not_authorised"
    )
    assert refreshed(portal, desk, founder).actor.grants == ()


def test_what_is_not_verified_is_not_to_be_seen(
    portal: Connection, registrar: Registrar, town: Town, administrator: Signed
) -> None:
    founder = town.join()
    made = service.register(portal, registrar, founder, Kind.COMPANY, Names("نخيل خفي", None), [])
    for actor in (ANONYMOUS, town.join().actor):
        with pytest.raises(OrganisationNotFound):
            service.find(portal, actor, made.organisation_id)
        assert service.search(portal, registrar, actor, "نخيل خفي", "ar").organisations == []
        with pytest.raises(Forbidden):
            service.search(portal, registrar, actor, "", "ar", state=None)
    assert service.find(portal, founder.actor, made.organisation_id) == made
    found = service.search(portal, registrar, administrator.actor, "خفى", "ar", state="registered")
    assert found.organisations == [made]


@pytest.mark.parametrize(
    ("domain", "reason"),
    [("gmail.com", "public"), ("mail.Yahoo.com", "public"), ("gov.om", "shared"), ("not a domain", "form")],
)
def test_domains_that_say_nothing_are_refused(
    portal: Connection, registrar: Registrar, town: Town, domain: str, reason: str
) -> None:
    with pytest.raises(DomainRefused) as refused:
        service.register(portal, registrar, town.join(), Kind.AGENCY, Names(None, "Office"), [domain])
    assert refused.value.details["reason"] == reason
    assert refused.value.text("ar")


def test_registrations_are_bounded(portal: Connection, desk: Desk, town: Town) -> None:
    registrar, founder = (
        Registrar(desk, OrganisationSettings(registrations_max=1, domains_max=1)),
        town.join(),
    )
    with pytest.raises(DomainRefused):
        service.register(
            portal, registrar, founder, Kind.COMPANY, Names(None, "A"), ["a.example", "b.example"]
        )
    with pytest.raises(InvalidName):
        service.register(portal, registrar, founder, Kind.COMPANY, Names(None, ""), [])
    service.register(portal, registrar, founder, Kind.COMPANY, Names(None, "A"), [])
    with pytest.raises(TooManyOpen):
        service.register(portal, registrar, founder, Kind.COMPANY, Names(None, "B"), [])


def test_an_address_of_the_domain_suggests_and_gives_no_right(
    portal: Connection, registrar: Registrar, town: Town, office: Office
) -> None:
    colleague, stranger = town.join(f"{uuid4().hex}@office.example"), town.join()
    suggested = {one.organisation_id for one in service.suggest(portal, registrar, colleague)}
    assert office.organisation_id in suggested
    assert service.suggest(portal, registrar, stranger) == []
    assert refreshed(portal, registrar.desk, colleague).actor.grants == ()
    with pytest.raises(Forbidden):
        members.list_members(portal, registrar, colleague.actor, office.organisation_id)
    members.ask_to_join(portal, registrar, colleague, office.organisation_id)
    suggested = {one.organisation_id for one in service.suggest(portal, registrar, colleague)}
    assert office.organisation_id not in suggested


def test_an_invitation_finds_whoever_opens_the_account(
    portal: Connection, registrar: Registrar, town: Town, office: Office
) -> None:
    email = town.address("later")
    membership_id = office.invite(email)
    mail = town.mails(email)[0]
    assert mail["template"] == "invitation"
    assert mail["fields"]["organisation"] == "Planning Office"
    invited, stranger = town.join(email), town.join()
    assert office.own(invited).state == "invited"
    with pytest.raises(InvitationNotFound):
        members.accept(portal, registrar, stranger, membership_id, 2)
    members.accept(portal, registrar, invited, membership_id, 2)
    own = office.own(invited)
    assert (own.state, own.email, own.person_id) == ("member", None, invited.person.person_id)
    assert not refreshed(portal, registrar.desk, invited).actor.has(Role.OFFICER, office.scope)
    with pytest.raises(InvitationNotFound):
        members.accept(portal, registrar, invited, membership_id, 3)


def test_a_refused_invitation_uses_up_nothing_of_who_is_invited(office: Office, town: Town) -> None:
    victim, visitor = town.join(), Visitor("203.0.113.77", "x")
    email, desk = str(victim.person.email), office.registrar.desk
    for _ in range(desk.throttle.mails_per_account + 2):
        with pytest.raises(NotAllowed):
            members.invite(
                office.portal, office.registrar, town.join(), office.organisation_id, email, visitor
            )
    office.invite(email)
    assert "invitation" in [mail["template"] for mail in town.mails(email)]


def test_inviting_and_asking_happen_once(
    portal: Connection, registrar: Registrar, town: Town, office: Office
) -> None:
    signed = town.join()
    office.invite(str(signed.person.email))
    with pytest.raises(AlreadyMember):
        office.invite(str(signed.person.email).upper())
    asking = town.join()
    request = members.ask_to_join(portal, registrar, asking, office.organisation_id)
    with pytest.raises(AlreadyMember):
        members.ask_to_join(portal, registrar, asking, office.organisation_id)
    members.move(portal, registrar, office.founder.actor, request, "refuse", 2)
    members.ask_to_join(portal, registrar, asking, office.organisation_id)


def test_a_request_is_decided_by_those_who_speak_for_it(
    portal: Connection, registrar: Registrar, town: Town, office: Office
) -> None:
    asking = town.join()
    request = members.ask_to_join(portal, registrar, asking, office.organisation_id)
    for actor in (asking.actor, town.join().actor, ANONYMOUS):
        with pytest.raises(NotAllowed):
            members.move(portal, registrar, actor, request, "approve", 2)
    members.move(portal, registrar, office.founder.actor, request, "approve", 2)
    assert office.own(asking).state == "member"
    with pytest.raises(ValueError, match="accept"):
        members.move(portal, registrar, asking.actor, request, "accept", 3)


def test_only_verified_organisations_have_more_members(
    portal: Connection, registrar: Registrar, town: Town, administrator: Signed
) -> None:
    founder = town.join()
    made = service.register(portal, registrar, founder, Kind.COMPANY, Names(None, "Early"), [])
    with pytest.raises(NotAllowed):
        members.invite(portal, registrar, founder, made.organisation_id, town.address(), town.visitor)
    with pytest.raises(NotVerified):
        members.invite(portal, registrar, administrator, made.organisation_id, town.address(), town.visitor)
    with pytest.raises(OrganisationNotFound):
        members.ask_to_join(portal, registrar, town.join(), made.organisation_id)
    with pytest.raises(OrganisationNotFound):
        members.ask_to_join(portal, registrar, town.join(), uuid4())


def test_somebody_always_speaks_for_it(
    portal: Connection, registrar: Registrar, town: Town, office: Office
) -> None:
    own = office.own(office.founder)
    with pytest.raises(LastAdmin):
        members.move(portal, registrar, office.founder.actor, own.membership_id, "leave", own.version)
    with pytest.raises(LastAdmin):
        members.set_admin(
            portal, registrar, office.founder.actor, own.membership_id, own.version, is_admin=False
        )
    second = town.join()
    membership_id = office.add(second)
    with pytest.raises(Forbidden):
        members.set_admin(portal, registrar, second.actor, membership_id, 3, is_admin=True)
    members.set_admin(portal, registrar, office.founder.actor, membership_id, 3, is_admin=True)
    assert refreshed(portal, registrar.desk, second).actor.has(Role.OFFICER, office.scope)
    members.move(portal, registrar, office.founder.actor, own.membership_id, "leave", own.version)
    assert refreshed(portal, registrar.desk, office.founder).actor.grants == ()


def test_invitations_end_by_themselves(
    portal: Connection, registrar: Registrar, town: Town, office: Office, watch: Watch
) -> None:
    email = town.address("silent")
    membership_id = office.invite(email)
    watch.pass_by(days=registrar.settings.invitation_days)
    run_due(portal, [MEMBERSHIPS], watch)
    row = portal.execute(
        "SELECT state, email, email_key FROM innovation.memberships WHERE membership_id = %s", [membership_id]
    ).fetchone()
    assert row == ("expired", None, None)


def test_members_see_that_they_were_listed(
    portal: Connection, registrar: Registrar, town: Town, office: Office
) -> None:
    member = town.join()
    office.add(member)
    listed = members.list_members(portal, registrar, office.founder.actor, office.organisation_id)
    assert member.person.person_id in {one.person_id for one in listed}
    assert [one.what for one in list_entries(portal, registrar.desk, member)] == ["organisations.members"]
    half = members.list_members(portal, registrar, office.founder.actor, office.organisation_id, rows=1)
    rest = members.list_members(
        portal, registrar, office.founder.actor, office.organisation_id, after=half[0].membership_id
    )
    assert [*half, *rest] == list(listed)
    with pytest.raises(OrganisationNotFound):
        members.list_members(portal, registrar, office.founder.actor, uuid4())


def test_names_are_changed_by_its_own_and_domains_by_administrators(
    portal: Connection, registrar: Registrar, town: Town, office: Office, administrator: Signed
) -> None:
    edited = service.edit(
        portal, registrar, office.founder.actor, office.organisation_id, Names("مكتب", "Office")
    )
    assert (edited.names, edited.domains) == (Names("مكتب", "Office"), ("office.example",))
    with pytest.raises(Forbidden):
        service.edit(
            portal, registrar, office.founder.actor, office.organisation_id, Names(None, "X"), ["x.example"]
        )
    with pytest.raises(Forbidden):
        service.edit(portal, registrar, town.join().actor, office.organisation_id, Names(None, "X"))
    changed = service.edit(
        portal, registrar, administrator.actor, office.organisation_id, Names(None, "X"), ["X.example"]
    )
    assert changed.domains == ("x.example",)
    assert verify(portal).findings == ()


def test_organisations_are_found_however_they_are_spelled(
    portal: Connection, registrar: Registrar, town: Town, administrator: Signed
) -> None:
    def make(ar: str, en: str) -> Organisation:
        made = service.register(portal, registrar, town.join(), Kind.UNIVERSITY, Names(ar, en), [])
        service.move(portal, registrar, administrator.actor, made.organisation_id, "verify", 1)
        return service.find(portal, ANONYMOUS, made.organisation_id)

    wanted = make("جامعة الإبداع والمعرفة", "University of Invention")
    for words, language in (("جامعه الابداع", "ar"), ("الإبْداع", "ar"), ("INVENTION", "en")):
        assert wanted in service.search(portal, registrar, ANONYMOUS, words, language).organisations
    pages, after = [], None
    for number in range(3):
        make(f"كلية {number}", f"College {number}")
    while True:
        page = service.search(portal, registrar, ANONYMOUS, "college", "en", after, rows=2)
        pages += [one.names.en for one in page.organisations]
        after = page.after
        if after is None:
            break
    assert pages == ["College 0", "College 1", "College 2"]
