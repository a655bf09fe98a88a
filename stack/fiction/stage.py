"""What scenes are played with: the services of the programme, and a clock that the scenes move."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import datetime
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from casework.access.model import ANONYMOUS, HUB, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.follow_up.settings import FollowUpSettings
from casework.journeys.model import Node
from casework.organisations import members as memberships
from casework.organisations import service as organisations
from casework.organisations.model import Kind
from casework.people.addresses import parse_address
from casework.people.model import Names, SignUp, Visitor
from casework.people.roles.service import find_actor, grant
from casework.people.sessions.model import Signed
from casework.people.sessions.service import resume, sign_out
from casework.people.settings import PasswordSettings, PeopleSettings, ThrottleSettings
from casework.people.sign_up import come_to_confirm, finish_sign_up, hash_first, sign_up
from casework.people.tokens import new_token
from casework.pictures.settings import PictureSettings
from casework.workflow.clockwork import run_due
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.awards.settings import AwardSettings
from hackathon.funding.reviewing.settings import ReviewingSettings
from hackathon.market.pilots.settings import PilotSettings
from hackathon.market.vendors.settings import VendorSettings
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.certificates.settings import CertificateSettings
from programme.registry import BINDINGS, open_programme
from stack.fiction.cast import Cast, Part, read
from stack.fiction.sign_in import new_password, read_sign_in

SEED = 968
_ID_BYTES = 16
_MANY = 1_000_000
#: Of the block that is kept for documentation.
VISITOR = Visitor("192.0.2.10", "demo")


class Chance:
    """Tokens that nobody can foresee, the last of them again, which a mail would have carried; and identifiers
    that are the same each time, since a jury is assigned in their order.
    """

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self.last = b""

    def __call__(self, count: int) -> bytes:
        if count == _ID_BYTES:
            return self._dice.randbytes(count)
        self.last = secrets.token_bytes(count)
        return self.last


class Stage:
    """``at`` is the time of the scene that plays; what is random in a story comes from ``dice``."""

    def __init__(
        self, connection: Connection, folder: Path, portal_url: str, now: datetime, things: Mapping[str, Any]
    ) -> None:
        self.connection, self.now, self.at = connection, now, now
        self.things = things
        self.dice = Random(SEED)  # noqa: S311 (a story, no secret)
        self.cast = Cast()
        self.folder = folder
        self.texts, self.funding, self.market = (
            read(name) for name in ("hackathons", "funding", "marketplace")
        )
        self.residents, self.surveys, self.sessions = (
            read(name) for name in ("residents", "surveys", "sessions")
        )
        self._passwords = {one.email: one.password for one in read_sign_in(folder)}
        self.people: dict[str, Signed] = {}
        #: Addresses of those who have no account.
        self.addresses: list[str] = []
        self.organisations: dict[str, UUID] = {}
        #: What a scene leaves for others, by a name that both know.
        self.left: dict[str, UUID] = {}
        #: What residents said that a decision stands on.
        self.heard: dict[str, Node] = {}
        self._chance = Chance(Random(SEED))  # noqa: S311 (identifiers, no secrets)
        parts = (
            *_parts(portal_url),
            VendorSettings(folder=folder / "vendors"),
            ActivitySettings(folder=folder / "evidence"),
            CertificateSettings(folder=folder / "certificates"),
            AwardSettings(folder=folder / "awards"),
            ApplicationSettings(folder=folder / "applications"),
            SubmissionSettings(folder=folder / "submissions"),
            ReviewingSettings(folder=folder / "reviewing"),
            PilotSettings(is_simulated=True),
            FollowUpSettings(folder=folder / "follow_up"),
            PictureSettings(folder=folder / "shown"),
        )
        self.programme = open_programme(lambda: nullcontext(connection), self.clock, parts, self._chance)
        self.call = self.programme.call
        self._portal_url = portal_url.rstrip("/")

    def clock(self) -> datetime:
        return self.at

    def link(self, page: str) -> str:
        return f"{self._portal_url}/{page}"

    def join(self, key: str, domain: str) -> UUID:
        """Somebody opens an account, as with the mailed link, with a password that only they are told."""
        part = self.cast.next(f"{key}@{domain}")
        names = Names(part.name_ar, part.name_en)
        sign_up(self.programme, SignUp(parse_address(part.email), names, part.language), VISITOR)
        token = new_token(lambda _count: self._chance.last)
        password = self._passwords.get(part.email) or new_password()
        hashed = hash_first(self.programme, come_to_confirm(self.programme, token, VISITOR), password)
        begun = self.call(ANONYMOUS, finish_sign_up, token, hashed, VISITOR)
        self.people[key] = self.call(ANONYMOUS, resume, begun.token)
        self.call(ANONYMOUS, sign_out, begun.token)
        return begun.person_id

    def part(self, key: str) -> Part:
        person = self.people[key].person
        assert person.email is not None
        return Part(person.names.ar or "", person.names.en or "", person.email, person.language)

    def person_id(self, key: str) -> UUID:
        return self.people[key].person.person_id

    def key_of(self, person_id: UUID) -> str:
        return next(key for key, signed in self.people.items() if signed.person.person_id == person_id)

    def run_clock(self, *machines: str) -> None:
        """What the clockwork does by now with objects of these machines."""
        run_due(self.programme, [one for one in BINDINGS if one.machine.name in machines])

    def actor(self, key: str) -> Actor:
        """With the roles that the person has now."""
        return find_actor(self.connection, self.person_id(key), self.at)

    def appoint(self, key: str, role: Role, scope: Scope = HUB, by: str | None = None) -> None:
        giver = SYSTEM if by is None else self.actor(by)
        self.call(giver, grant, self.person_id(key), Grant(role, scope))

    def organise(self, organisation: Mapping[str, str], founder: str) -> UUID:
        """An organisation that somebody registers and the administrator verifies."""
        made = self.call(
            self.actor(founder),
            organisations.register,
            Kind(organisation["kind"]),
            Names(organisation["name_ar"], organisation["name_en"]),
            [organisation["domain"]],
        )
        administrator = self.actor("administrator")
        self.call(administrator, organisations.move, made.organisation_id, "verify", made.version)
        self.organisations[organisation["key"]] = made.organisation_id
        return made.organisation_id

    def belong(self, key: str, organisation: str, by: str) -> None:
        """Somebody asks to belong to it, and whoever speaks for it agrees."""
        asked = self.call(self.actor(key), memberships.ask_to_join, self.organisations[organisation])
        own = self.call(self.actor(key), memberships.list_memberships)
        [version] = [one.version for one in own if one.membership_id == asked]
        self.call(self.actor(by), memberships.move, asked, "approve", version)


def scope_of(hackathon_id: UUID) -> Scope:
    return Scope(ScopeKind.HACKATHON, hackathon_id)


def paper(title: str, lines: Iterable[str]) -> BytesIO:
    """A small text file, as somebody hands one in."""
    return BytesIO("\n".join([f"# {title}", "", *lines, ""]).encode())


def morning(at: datetime) -> datetime:
    """Eight o'clock in the city on that day."""
    return at.astimezone(CITY_ZONE).replace(hour=8, minute=0, second=0, microsecond=0)


def _parts(portal_url: str) -> tuple[object, ...]:
    # Passwords are long and random here, so a quick hash of them tells nothing; they are hashed anew, as
    # the hub is set, when somebody signs in with one.
    return (
        PasswordSettings(memory_kib=64, passes=1, lanes=1),
        PeopleSettings(portal_url=portal_url),
        ThrottleSettings(
            mails_per_account=_MANY,
            mails_per_network=_MANY,
            own_mails_per_account_and_network=_MANY,
            own_mails_per_account=_MANY,
            links_per_network=_MANY,
            sign_ins_per_network=_MANY,
        ),
    )
