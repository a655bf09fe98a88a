"""``falaj keys …``: keys of the open-data API at the command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from stack.joining import join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from citycore.store.connections import Connection
    from hub_api.serving.keys.model import Description

keys_app = typer.Typer(help=text("help.keys"), no_args_is_help=True)
NUMBER_MAX = 2**31 - 1
NAME = r"[a-z0-9][a-z0-9_-]{0,62}"

Name = Annotated[str, typer.Argument(help=text("help.keys_name"))]


@keys_app.command("issue", help=text("help.keys_issue"))
def issue(
    name: Name,
    owner: Annotated[str | None, typer.Option(help=text("help.keys_owner"))] = None,
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=text("help.keys_expires"))
    ] = None,
    requests_per_minute: Annotated[
        int, typer.Option(min=1, max=NUMBER_MAX, help=text("help.keys_minute"))
    ] = 6_000,
    requests_per_day: Annotated[
        int, typer.Option(min=1, max=NUMBER_MAX, help=text("help.keys_day"))
    ] = 1_000_000,
) -> None:
    import secrets

    from citycore.clock import CITY_ZONE, system_clock
    from citycore.keys import API_KEY_PREFIX, KEY_BYTES, build_key, digest_of
    from hub_api.serving.keys import repository
    from hub_api.serving.keys.model import NewKey, Quota

    _check_name(name)
    expires_at = None if expires is None else expires.replace(tzinfo=CITY_ZONE)
    if expires_at is not None and expires_at <= system_clock():
        raise typer.BadParameter(text("keys.expires_in_the_past"))
    key = build_key(secrets.token_bytes(KEY_BYTES), API_KEY_PREFIX)
    quota = Quota(requests_per_minute=requests_per_minute, requests_per_day=requests_per_day)
    with _store() as connection:
        repository.issue(
            connection,
            NewKey(
                name=name,
                owner=owner or name,
                digest=bytes.fromhex(digest_of(key)),
                quota=quota,
                expires_at=expires_at,
            ),
        )
    typer.echo(text("keys.issued", name=name), err=True)
    typer.echo(key)


@keys_app.command("list", help=text("help.keys_list"))
def list_keys() -> None:
    from rich.console import Console
    from rich.table import Table

    from citycore.clock import CITY_ZONE, system_clock
    from hub_api.serving.keys import repository

    now = system_clock()
    with _store() as connection:
        keys = repository.list_keys(connection, now.astimezone(CITY_ZONE).date())
    console = Console(highlight=False)
    if not keys:
        console.print(text("keys.none"))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("name", "owner", "state", "minute", "day", "today"):
        table.add_column(text(f"keys.{column}"), overflow="fold")
    for key in keys:
        numbers = (key.quota.requests_per_minute, key.quota.requests_per_day, key.requests_today)
        table.add_row(key.name, key.owner, _state(key, now), *(f"{number:,}" for number in numbers))
    console.print(table)


@keys_app.command("revoke", help=text("help.keys_revoke"))
def revoke(name: Name) -> None:
    from citycore.clock import system_clock
    from hub_api.serving.keys import repository

    with _store() as connection:
        repository.revoke(connection, name, system_clock())
    typer.echo(text("keys.revoked", name=name))


@keys_app.command("usage", help=text("help.keys_usage"))
def usage(
    name: Name, days: Annotated[int, typer.Option(min=1, max=3_660, help=text("help.keys_days"))] = 30
) -> None:
    from hub_api.serving.keys import repository

    with _store() as connection:
        used = repository.find_usage(connection, name, days)
    if not used:
        typer.echo(text("keys.unused", name=name))
    for one in used:
        typer.echo(text("keys.used", day=one.day, requests=f"{one.requests:,}", limited=f"{one.limited:,}"))


def _state(key: Description, now: datetime) -> str:
    from citycore.clock import CITY_ZONE
    from hub_api.serving.keys.rules import fault_of

    fault = fault_of(key.validity, now)
    if fault is not None:
        return text(f"keys.{fault.slug}", at=fault.details["at"])
    expires_at = key.validity.expires_at
    return (
        text("keys.valid")
        if expires_at is None
        else text("keys.valid_until", at=f"{expires_at.astimezone(CITY_ZONE):%F}")
    )


def _check_name(name: str) -> None:
    import re

    if re.fullmatch(NAME, name) is None:
        raise typer.BadParameter(text("keys.bad_name"))


def _store() -> AbstractContextManager[Connection]:
    """The owner's connection, one transaction; :class:`StoreUnavailable`."""
    from contextlib import contextmanager

    import psycopg

    from citycore.settings import StoreSettings
    from citycore.store.connections import connect, unavailable

    @contextmanager
    def connected() -> Iterator[Connection]:
        join_running_hub()
        store = StoreSettings()
        try:
            with connect(store.owner_url, store, "falaj-keys") as connection:
                yield connection
        except psycopg.OperationalError as error:
            raise unavailable(store.owner_url, error) from error

    return connected()
