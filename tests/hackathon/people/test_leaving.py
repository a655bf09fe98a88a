"""Taking one's data along, leaving, coming back, and what is left afterwards: nothing with a name."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from casework.access.model import HUB, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.access_log.service import note_access
from casework.audit.service import verify
from casework.organisations.members import invite
from casework.organisations.model import Invited, Kind
from casework.organisations.service import move, register
from casework.people.errors import PersonNotFound, SessionEnded, SignInRefused, TooOften
from casework.people.holders import Attachment
from casework.people.leaving.archive import write_archive
from casework.people.leaving.service import ask_for_erasure, erase_due, keep_account, write_export
from casework.people.machine import MACHINE
from casework.people.model import Names, Visitor
from casework.people.oidc.repository import link
from casework.people.refusals import LastAdministrator, StillNeeded
from casework.people.roles.service import find_actor, grant
from casework.people.sessions.model import Signed
from casework.people.settings import PeopleSettings, ThrottleSettings
from casework.people.standing import reinstate, search_people, suspend
from casework.programme import Programme, Session
from casework.workflow.clockwork import run_due
from casework.workflow.errors import NotAllowed, TooEarly
from citycore.failures.repository import find_failures
from citycore.store.connections import Connection
from hackathon.contest.hackathons.model import Description
from hackathon.contest.hackathons.repository import store_hackathon
from programme.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import PASSWORD, Town, Watch
from tests.hackathon.people.entering import ask_for_email, ask_for_password, resume, sign_in

ACCOUNTS = NOUNS.binding(MACHINE)
#: What is called the subject of a mail, and is nobody.
NO_PERSON = {("mail_texts", "subject")}
#: In every column of type text where this person wrote or was written about, one of these stands.
MARKED, MARKERS = Names("زنبق الحارثية", "Zanbaq"), ("زنبق", "zanbaq")
EXPORTED = Names("نرجس الحارثية", "Narjis")


def marked(town: Town, names: Names) -> Signed:
    """Somebody who has left traces everywhere that this noun and organisations keep any."""
    signed = town.join(town.address(str(names.en).lower()), names)
    portal, accounts = town.connection, town.accounts
    email, person_id = str(signed.person.email), signed.person.person_id
    ask_for_password(accounts, email, town.visitor)
    ask_for_email(accounts, signed, PASSWORD, town.address(f"new-{names.en}".lower()), town.visitor)
    sign_in(accounts, email, PASSWORD, Visitor("192.0.2.77", f"{names.en}'s phone"))
    link(portal, "https://sign-in.example", f"{names.en}-{person_id}", person_id, accounts.clock())
    accounts.call(SYSTEM, grant, person_id, Grant(Role.JUDGE, Scope(ScopeKind.HACKATHON, uuid4())))
    organisation = accounts.call(signed.actor, register, Kind.AGENCY, Names(None, "An Office"), [])
    accounts.call(admin(town).actor, move, organisation.organisation_id, "verify", 1)
    others = town.join()
    own = accounts.call(others.actor, register, Kind.COMPANY, Names(None, "A Firm"), [])
    accounts.call(admin(town).actor, move, own.organisation_id, "verify", 1)
    speaker = Signed(
        others.session_id, others.person, find_actor(portal, others.person.person_id, accounts.clock())
    )
    invite(accounts, speaker.actor, own.organisation_id, Invited(email), Visitor("192.0.2.78", ""))
    described = Description(f"heat-{uuid4()}", "هاكاثون", "Heat", contact_email=email.upper())
    store_hackathon(portal, uuid4(), described, accounts.clock())
    note_access(portal, others.actor, [person_id], "people.account", accounts.clock())
    return signed


def admin(town: Town) -> Signed:
    signed = town.join(names=Names(None, "Ada"))
    town.accounts.call(SYSTEM, grant, signed.person.person_id, Grant(Role.ADMINISTRATOR, HUB))
    actor = find_actor(town.connection, signed.person.person_id, town.accounts.clock())
    return Signed(signed.session_id, signed.person, actor)


def data_of(accounts: Programme, signed: Signed) -> dict[str, Any]:
    file = io.BytesIO()
    write_export(accounts, signed, file)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return cast("dict[str, Any]", json.loads(archive.read("data.json")))


def text_columns(owner: Connection) -> list[tuple[str, str, str]]:
    """Every column of the schemas, whatever its type: all can be shown as text."""
    return owner.execute(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name)"
        " WHERE table_schema IN ('innovation', 'participation') AND table_type = 'BASE TABLE'"
    ).fetchall()


def traces(owner: Connection) -> list[tuple[str, str]]:
    found = []
    for schema, table, column in text_columns(owner):
        query = sql.SQL("SELECT count(*) FROM {} WHERE lower({}::text) LIKE ANY (%s)").format(
            sql.Identifier(schema, table), sql.Identifier(column)
        )
        row = owner.execute(query, [[f"%{marker}%" for marker in MARKERS]]).fetchone()
        assert row is not None
        if row[0]:
            found.append((table, column))
    return found


def leave(portal: Connection, accounts: Programme, signed: Signed, watch: Watch) -> int:
    accounts.call(signed.actor, ask_for_erasure, signed.person.person_id, 1)
    watch.pass_by(days=accounts.of(PeopleSettings).erasure_grace_days)
    run_due(programme_for(portal, watch), [ACCOUNTS])
    erase_due(programme_for(portal, watch))
    row = portal.execute(
        "SELECT count(*) FROM innovation.erasures WHERE person_id = %s", [signed.person.person_id]
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_everything_is_exported_and_nothing_of_anybody_else(
    portal: Connection, accounts: Programme, town: Town
) -> None:
    signed, other = marked(town, EXPORTED), town.join(names=Names(None, "Qamar Other"))
    data = data_of(accounts, signed)
    assert data["format"] == "falaj-person-1"
    assert data["person"] == str(signed.person.person_id)
    sections = data["sections"]
    assert set(sections) == {
        "account", "password", "sessions", "links", "sign_in_services", "roles", "readings", "mails", "log",
        "memberships", "registered_organisations", "notifications", "hackathon_contacts",
    }  # fmt: skip
    assert sections["account"][0]["name_ar"] == EXPORTED.ar
    assert sections["readings"][0]["what"] == "people.account"
    text = json.dumps(data, ensure_ascii=False)
    assert "Qamar" not in text
    assert str(other.person.email) not in text
    assert "argon2" not in text
    assert "digest" not in text


def test_exports_are_not_for_free(portal: Connection, accounts: Programme, town: Town) -> None:
    signed = town.join()
    for _ in range(accounts.of(ThrottleSettings).exports_per_account):
        data_of(accounts, signed)
    with pytest.raises(TooOften):
        data_of(accounts, signed)


def test_an_export_needs_no_more_memory_for_more_data() -> None:
    class Counted(io.RawIOBase):
        """Keeps nothing of what is written."""

        position = 0

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.position += len(data)
            return len(data)

        def tell(self) -> int:
            return self.position

    def rows() -> Iterator[tuple[str, dict[str, object]]]:
        for number in range(20_000):
            yield "rows", {"text": f"{number} " * 50}

    def pieces() -> Iterator[bytes]:
        for _ in range(300):
            yield b"x" * 100_000

    tracemalloc.start()
    file = Counted()
    write_archive(cast("BinaryIO", file), {"format": "x"}, rows(), [Attachment("photo.bin", pieces())])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert file.position > 50_000
    assert peak < 5_000_000


def test_a_file_cannot_leave_the_folder_it_is_unpacked_in() -> None:
    for path in ("../../etc/passwd", "/etc/passwd"):
        with pytest.raises(ValueError, match="unpacked"):
            write_archive(io.BytesIO(), {}, [], [Attachment(path, iter([b"x"]))])


def test_nothing_with_a_name_is_left_and_the_log_holds(
    programme: Database, portal: Connection, accounts: Programme, town: Town, watch: Watch
) -> None:
    signed = marked(town, MARKED)
    admin(town)
    with programme.superuser() as owner:
        before = {table for table, _ in traces(owner)}
        assert {"people", "sessions", "links", "identities", "outbox", "memberships"} <= before
        lines = owner.execute("SELECT count(*) FROM innovation.audit").fetchone()
        assert leave(portal, accounts, signed, watch) == 1
        assert traces(owner) == []
        row = owner.execute("SELECT count(*) FROM innovation.audit").fetchone()
        assert lines is not None
        assert row is not None
        assert row[0] > lines[0]
    assert verify(portal).findings == ()
    told = portal.execute(
        "SELECT outcomes FROM innovation.erasures WHERE person_id = %s", [signed.person.person_id]
    ).fetchone()
    assert told is not None
    kept = [one for one in told[0] if one["outcome"] == "kept"]
    assert {one["reason"] for one in kept} >= {"audit_keys", "readings"}
    assert {one["table"] for one in told[0]} | {"erasures"} == set().union(
        *(holder.tables for holder in NOUNS.holders)
    )


def test_every_table_with_a_person_in_it_has_a_holder(programme: Database) -> None:
    covered = set().union(*(holder.tables for holder in NOUNS.holders))
    with programme.connect() as owner:
        columns = text_columns(owner)
        keys = owner.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
            " AND confrelid = 'innovation.people'::regclass"
        ).fetchall()
    telling = ("person_id", "email", "recipient", "reader", "subject", "name_ar")
    tables = {
        table
        for _, table, column in columns
        if (column in telling or column.endswith(("_by", "_email", "_person_id")))
        and (table, column) not in NO_PERSON
    }
    tables |= {name.rpartition(".")[2] for (name,) in keys}
    assert tables - covered - {"attempts", "permits"} == set()


def test_until_the_days_are_over_a_person_may_come_back(
    portal: Connection, accounts: Programme, town: Town, watch: Watch, visitor: Visitor
) -> None:
    signed = town.join()
    person_id, email = signed.person.person_id, str(signed.person.email)
    session = sign_in(accounts, email, PASSWORD, visitor)
    accounts.call(signed.actor, ask_for_erasure, person_id, 1)
    with pytest.raises(SessionEnded):
        resume(accounts, session.token)
    watch.pass_by(days=accounts.of(PeopleSettings).erasure_grace_days, microseconds=-1)
    run_due(programme_for(portal, watch), [ACCOUNTS])
    with pytest.raises(TooEarly):
        programme_for(portal, watch).call(SYSTEM, Session.apply, ACCOUNTS, person_id, "erase", None)
    again = resume(accounts, sign_in(accounts, email, PASSWORD, visitor).token)
    assert again.person.state == "closing"
    accounts.call(again.actor, keep_account, person_id, again.person.version)
    watch.pass_by(microseconds=1)
    run_due(programme_for(portal, watch), [ACCOUNTS])
    assert sign_in(accounts, email, PASSWORD, visitor).person_id == person_id
    assert "erasure_asked" in [mail["template"] for mail in town.mails(email)]


def test_nobody_erases_somebody_else(portal: Connection, accounts: Programme, town: Town) -> None:
    person_id = town.join().person.person_id
    with pytest.raises(NotAllowed):
        accounts.call(town.join().actor, ask_for_erasure, person_id, 1)
    with pytest.raises(PersonNotFound):
        accounts.call(SYSTEM, ask_for_erasure, uuid4(), 1)


def test_coming_back_does_not_lift_a_suspension(
    portal: Connection, accounts: Programme, town: Town, watch: Watch
) -> None:
    signed, staff = town.join(), admin(town)
    person_id = signed.person.person_id
    accounts.call(signed.actor, ask_for_erasure, person_id, 1)
    accounts.call(staff.actor, suspend, person_id, "security", 2)
    with pytest.raises(NotAllowed):
        accounts.call(signed.actor, keep_account, person_id, 3)
    watch.pass_by(days=accounts.of(PeopleSettings).erasure_grace_days)
    assert run_due(programme_for(portal, watch), [ACCOUNTS]) >= 1
    assert erase_due(programme_for(portal, watch)) >= 1
    with pytest.raises(PersonNotFound):
        accounts.call(staff.actor, reinstate, person_id, 4)


def test_the_last_administrator_stays(portal: Connection, accounts: Programme, town: Town) -> None:
    portal.execute("UPDATE innovation.role_grants SET revoked_at = now() WHERE revoked_at IS NULL")
    staff = admin(town)
    with pytest.raises(LastAdministrator):
        accounts.call(staff.actor, ask_for_erasure, staff.person.person_id, 1)
    admin(town)
    accounts.call(staff.actor, ask_for_erasure, staff.person.person_id, 1)


def test_what_is_in_a_persons_hands_is_settled_first(
    portal: Connection, accounts: Programme, town: Town
) -> None:
    founder, staff, member = town.join(), admin(town), town.join()
    own = accounts.call(founder.actor, register, Kind.COMPANY, Names(None, "A Firm"), [])
    portal.execute(
        "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 'member', now(), now())",
        [uuid4(), own.organisation_id, member.person.person_id],
    )
    accounts.call(staff.actor, move, own.organisation_id, "verify", 1)
    with pytest.raises(StillNeeded) as refused:
        accounts.call(founder.actor, ask_for_erasure, founder.person.person_id, 1)
    assert "organisation" in refused.value.text("en")
    assert refused.value.text("ar") != refused.value.text("en")
    accounts.call(member.actor, ask_for_erasure, member.person.person_id, 1)


def test_the_erased_are_gone_for_everybody(
    portal: Connection, accounts: Programme, town: Town, watch: Watch, visitor: Visitor
) -> None:
    signed, staff = town.join(names=Names(None, "Gone Person")), admin(town)
    email = str(signed.person.email)
    assert leave(portal, accounts, signed, watch) == 1
    assert erase_due(programme_for(portal, watch)) == 0
    with pytest.raises(SignInRefused):
        sign_in(accounts, email, PASSWORD, visitor)
    actor = Actor(staff.person.person_id, (Grant(Role.ADMINISTRATOR),))
    assert accounts.call(actor, search_people, "gone person", "en").people == []
    watch.pass_by(days=1)
    again = town.join(email, Names(None, "New Person"))
    assert again.person.person_id != signed.person.person_id


def test_one_that_cannot_be_erased_holds_up_no_other(
    programme: Database, portal: Connection, accounts: Programme, town: Town, watch: Watch
) -> None:
    pair = [town.join() for _ in range(2)]
    ids = sorted(signed.person.person_id for signed in pair)
    with programme.connect() as owner:
        owner.execute(
            "CREATE TABLE innovation.forgotten (person_id uuid REFERENCES innovation.passwords (person_id))"
        )
        owner.execute("INSERT INTO innovation.forgotten VALUES (%s)", [ids[0]])
        for signed in pair:
            accounts.call(signed.actor, ask_for_erasure, signed.person.person_id, 1)
        watch.pass_by(days=accounts.of(PeopleSettings).erasure_grace_days)
        run_due(programme_for(portal, watch), [ACCOUNTS])
        erase_due(programme_for(portal, watch))
        assert erased(portal, ids) == [ids[1]]
        [failure] = find_failures(portal, "erasures", 10)
        assert (failure.subject, failure.reason) == (str(ids[0]), "ForeignKeyViolation"), (
            "no data in the reason"
        )
        owner.execute("DROP TABLE innovation.forgotten")
    watch.at = failure.due_at
    assert erase_due(programme_for(portal, watch)) == 1
    assert erased(portal, ids) == ids


def erased(portal: Connection, ids: list[UUID]) -> list[UUID]:
    rows = portal.execute(
        "SELECT person_id FROM innovation.erasures WHERE person_id = ANY (%s) ORDER BY person_id", [ids]
    ).fetchall()
    return [person_id for (person_id,) in rows]
