"""``falaj people …``: accounts at the command line, the first administrator's above all."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from stack.programme import programme_connection
from stack.texts import text

if TYPE_CHECKING:
    from casework.access.model import Actor, Grant, Scope
    from casework.people.model import Person
    from casework.programme import Programme, Session

people_app = typer.Typer(help=text("help.people"), no_args_is_help=True)

Email = Annotated[str, typer.Argument(help=text("help.people_email"))]
RoleName = Annotated[str, typer.Argument(help=text("help.people_role"))]
Where = Annotated[str, typer.Option("--in", help=text("help.people_in"))]


class LanguageCode(StrEnum):
    """Of what is mailed to somebody."""

    EN = "en"
    AR = "ar"


@people_app.command("admin", help=text("help.people_admin"))
def admin(
    email: Email,
    name: Annotated[str | None, typer.Option(help=text("help.people_name"))] = None,
    language: Annotated[LanguageCode, typer.Option(help=text("help.people_language"))] = LanguageCode.EN,
) -> None:
    from casework.people.settings import PeopleSettings
    from casework.people.standing import make_administrator

    programme = _programme()
    _, link = programme.call(_operator(), make_administrator, email, language.value, name)
    hours = programme.of(PeopleSettings).administrator_link_hours
    typer.echo(text("people.link", hours=f"{hours:g}"), err=True)
    typer.echo(link)


@people_app.command("list", help=text("help.people_list"))
def list_people(
    words: Annotated[str, typer.Argument(help=text("help.people_words"))] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=text("help.people_limit"))] = 50,
) -> None:
    import os

    from rich.console import Console
    from rich.table import Table

    from casework.people.machine import MACHINE
    from casework.people.roles.service import list_grants
    from stack.texts import choose_language

    language = choose_language(os.environ)
    console = Console(highlight=False, markup=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("name", "email", "state", "roles"):
        table.add_column(text(f"people.{column}"), overflow="fold")
    with _programme().session(_operator()) as session:
        people = _search(session, words, limit)
        for person in people:
            roles = ", ".join(_described(stored.grant) for stored in list_grants(session, person.person_id))
            state = MACHINE.label("state", person.state.value).text(language)
            table.add_row(person.names.shown(language), person.email, state, roles)
    console.print(table if people else text("people.none"))


@people_app.command("suspend", help=text("help.people_suspend"))
def suspend(
    email: Email, reason: Annotated[str, typer.Option(help=text("help.people_reason"))] = "other"
) -> None:
    from casework.people import standing

    with _programme().session(_operator()) as session:
        person = standing.find_by_email(session, email)
        standing.suspend(session, person.person_id, reason, person.version)
    typer.echo(text("people.suspended", email=email))


@people_app.command("reinstate", help=text("help.people_reinstate"))
def reinstate(email: Email) -> None:
    from casework.people import standing

    with _programme().session(_operator()) as session:
        person = standing.find_by_email(session, email)
        standing.reinstate(session, person.person_id, person.version)
    typer.echo(text("people.reinstated", email=email))


@people_app.command("reset-factor", help=text("help.people_reset_factor"))
def reset_factor(email: Email) -> None:
    from casework.people import standing
    from casework.second_factor.service import reset

    with _programme().session(_operator()) as session:
        person = standing.find_by_email(session, email)
        reset(session, person.person_id, person.version)
    typer.echo(text("people.factor_reset", email=email))


@people_app.command("grant", help=text("help.people_grant"))
def grant(
    email: Email,
    role: RoleName,
    where: Where = "hub",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=text("help.people_until"))
    ] = None,
) -> None:
    from casework.access.model import Grant, Role
    from casework.people import standing
    from casework.people.roles import service
    from citycore.clock import CITY_ZONE

    ends_at = None if until is None else until.replace(tzinfo=CITY_ZONE)
    wanted = Grant(Role(_role(role)), _scope(where), ends_at)
    with _programme().session(_operator()) as session:
        service.grant(session, standing.find_by_email(session, email).person_id, wanted)
    typer.echo(text("people.granted", email=email, role=role))


@people_app.command("revoke", help=text("help.people_revoke"))
def revoke(email: Email, role: RoleName, where: Where = "hub") -> None:
    from casework.people import standing
    from casework.people.errors import GrantNotFound
    from casework.people.roles import service

    scope = _scope(where)
    with _programme().session(_operator()) as session:
        held = service.list_grants(session, standing.find_by_email(session, email).person_id)
        found = [one for one in held if one.grant.role == _role(role) and one.grant.scope == scope]
        if not found:
            raise GrantNotFound
        service.revoke(session, found[0].grant_id)
    typer.echo(text("people.revoked", email=email, role=role))


def _search(session: Session, words: str, limit: int) -> list[Person]:
    """Page after page; whoever has the database sees no more by it than before, so nothing is noted."""
    import os

    from casework.people.standing import search_people
    from stack.texts import choose_language

    language, after = choose_language(os.environ), None
    people: list[Person] = []
    while True:
        page = search_people(session, words, language, after, limit - len(people))
        people += page.people
        after = page.after
        if after is None or len(people) >= limit:
            return people


def _programme() -> Programme:
    from programme.registry import open_programme

    return open_programme(programme_connection)


def _operator() -> Actor:
    """Who sits at the machine: in the log it is the system."""
    from casework.access.model import Actor, Grant, Role

    return Actor(None, (Grant(Role.SYSTEM), Grant(Role.ADMINISTRATOR)))


def _role(name: str) -> str:
    from casework.people.roles.rules import SCOPES

    if name not in SCOPES:
        raise typer.BadParameter(text("people.unknown_role", roles=", ".join(sorted(SCOPES))))
    return name


def _scope(words: str) -> Scope:
    """``hub``, or ``kind:identifier``."""
    from casework.access.model import HUB, Scope, ScopeKind

    kind, _, identifier = words.partition(":")
    if words == HUB.kind.value:
        return HUB
    try:
        return Scope(ScopeKind(kind), UUID(identifier))
    except ValueError as error:
        raise typer.BadParameter(text("people.bad_scope")) from error


def _described(grant: Grant) -> str:
    from casework.access.model import HUB
    from citycore.clock import CITY_ZONE

    where = "" if grant.scope == HUB else f" ({grant.scope.kind.value}:{grant.scope.object_id})"
    end = "" if grant.until is None else f" – {grant.until.astimezone(CITY_ZONE):%F}"
    return f"{grant.role.value}{where}{end}"
