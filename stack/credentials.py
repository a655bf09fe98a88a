"""``falaj sources credentials``: what the devices of a source sign in with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from citycore.broker.credentials import Credential
    from citycore.store.connections import Connection


def manage_credentials(
    source: Annotated[str, typer.Argument(help=text("help.sources_source"))],
    thing: Annotated[str | None, typer.Option(help=text("help.sources_thing"))] = None,
    revoke: Annotated[str | None, typer.Option(metavar="USER", help=text("help.sources_revoke"))] = None,
    show: Annotated[bool, typer.Option("--list", help=text("help.sources_credentials_list"))] = False,
) -> None:
    if sum([thing is not None, revoke is not None, show]) > 1:
        raise typer.BadParameter(text("credentials.one_thing"))
    join_running_hub()
    with hub_connection(lambda store: store.registry_url, "falaj-credentials") as connection:
        if show:
            _show(connection, source)
        elif revoke is not None:
            _revoke(connection, source, revoke)
        else:
            _issue(connection, source, thing)


def _issue(connection: Connection, source: str, thing: str | None) -> None:
    from citycore.broker import credentials
    from citycore.settings import BrokerSettings

    issued = credentials.issue(connection, BrokerSettings(), source, thing)
    typer.echo(text("credentials.issued"), err=True)
    typer.echo(f"{issued.signature.username}\n{issued.signature.secret}")
    for topic in issued.topics.published:
        typer.echo(text("credentials.may_send", topic=topic), err=True)
    if not issued.is_told:
        typer.echo(text("credentials.waits_now" if issued.waits else "credentials.not_told_now"), err=True)


def _revoke(connection: Connection, source: str, username: str) -> None:
    from citycore.broker import credentials
    from citycore.settings import BrokerSettings

    is_told = credentials.revoke(connection, BrokerSettings(), source, username)
    typer.echo(text("credentials.revoked" if is_told else "credentials.revoked_later", username=username))


def _show(connection: Connection, source: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from citycore.broker import credentials

    known = credentials.find(connection, source)
    console = Console(highlight=False, markup=False)
    if not known:
        console.print(text("credentials.none", source=source))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("user", "thing", "since", "state"):
        table.add_column(text(f"credentials.{column}"), overflow="fold")
    for each in known:
        table.add_row(*_row(each))
    console.print(table)


def _row(credential: Credential) -> tuple[str, str, str, str]:
    from citycore.clock import CITY_ZONE

    return (
        credential.username,
        credential.thing or text("credentials.all_things"),
        f"{credential.created_at.astimezone(CITY_ZONE):%F %H:%M}",
        text(f"credentials.state_{credential.state}"),
    )
