"""``falaj audit …`` and ``falaj mail …``: the innovation programme's log and outbox at the command line."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from casework.audit.model import Head
    from casework.programme import Programme
    from citycore.store.connections import Connection

audit_app = typer.Typer(help=text("help.audit"), no_args_is_help=True)
mail_app = typer.Typer(help=text("help.mail"), no_args_is_help=True)


class Which(StrEnum):
    """A status, or each of them."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    ALL = "all"


@audit_app.command("verify", help=text("help.audit_verify"))
def verify(
    chain: Annotated[str | None, typer.Option(help=text("help.audit_chain"))] = None,
    noted: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=text("help.audit_noted"))
    ] = None,
    keys: Annotated[list[str] | None, typer.Option("--key", help=text("help.audit_by"))] = None,
) -> None:
    from casework.audit import service

    heads = [] if noted is None else _read_noted(noted, keys or [])
    with programme_connection() as connection:
        verdict = service.verify(connection, chain, heads)
    if chain is not None and not verdict.chains and not verdict.findings:
        raise typer.BadParameter(text("audit.no_chain", chain=chain))
    for finding in verdict.findings:
        damage = text(f"audit.{finding.damage}")
        typer.echo(
            text("audit.wrong", chain=finding.chain, position=finding.position, damage=damage), err=True
        )
    if verdict.findings:
        raise typer.Exit(1)
    typer.echo(text("audit.whole", chains=verdict.chains, lines=f"{verdict.lines:,}"))


@audit_app.command("head", help=text("help.audit_head"))
def head(
    *, is_signed: Annotated[bool, typer.Option("--signed", help=text("help.audit_signed"))] = False
) -> None:
    from casework.audit import service

    if is_signed:
        from casework.self_checks.noting import sign_heads
        from citycore.clock import system_clock

        typer.echo(sign_heads(_programme(), system_clock()), nl=False)
        return
    with programme_connection() as connection:
        for one in service.heads(connection):
            typer.echo(f"{one.chain} {one.position} {one.digest.hex()}")


@audit_app.command("key", help=text("help.audit_key"))
def key() -> None:
    typer.echo(_own_key())


@mail_app.command("list", help=text("help.mail_list"))
def list_mails(
    status: Annotated[Which, typer.Option(help=text("help.mail_status"))] = Which.FAILED,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=text("help.dead_letters_limit"))] = 20,
) -> None:
    from rich.console import Console
    from rich.table import Table

    from casework.outbox import repository
    from casework.outbox.model import Status

    with programme_connection() as connection:
        mails = repository.find_mails(connection, None if status is Which.ALL else Status(status), limit)
    console = Console(highlight=False, markup=False)
    if not mails:
        console.print(text("mail.none"))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("mail", "status", "recipient", "template", "created", "attempts", "error"):
        table.add_column(text(f"mail.{column}"), overflow="fold")
    for mail in mails:
        table.add_row(
            str(mail.mail_id),
            text(f"mail.{mail.status}"),
            mail.recipient,
            mail.template,
            f"{mail.created_at:%F %T}",
            str(mail.attempts),
            mail.last_error or "",
        )
    console.print(table)


@mail_app.command("retry", help=text("help.mail_retry"))
def retry(
    mail: Annotated[UUID | None, typer.Argument(help=text("help.mail_id"))] = None,
    *,
    is_all: Annotated[bool, typer.Option("--all", help=text("help.mail_all"))] = False,
) -> None:
    from casework.outbox import service
    from citycore.clock import system_clock

    if (mail is None) != is_all:
        raise typer.BadParameter(text("mail.no_selection"))
    with programme_connection() as connection:
        mails = service.retry(connection, mail, system_clock())
    typer.echo(text("mail.retried", mails=mails))


def _read_noted(file: Path, keys: Sequence[str]) -> list[Head]:
    """Heads as ``falaj audit head`` or the worker wrote them; :class:`InvalidFile` names the first line that is none.

    Signed ones hold if the hub signed them, or whom ``keys`` name.
    """
    from casework.self_checks.heads import NotNoted, is_signed, read
    from citycore.errors import InvalidFile

    noted = file.read_text("utf-8", "replace")
    known = keys or ([_own_key()] if is_signed(noted) else [])
    try:
        return read(noted, known)
    except NotNoted as error:
        raise InvalidFile(file=file, line=error.line, reason=text(f"audit.{error.why}")) from error


def _own_key() -> str:
    from casework.self_checks.heads import HeadsKey

    return _programme().of(HeadsKey).public


def _programme() -> Programme:
    from programme.registry import open_programme

    join_running_hub()
    return open_programme(programme_connection)


def programme_connection() -> AbstractContextManager[Connection]:
    """The programme's connection to the hub that runs; :class:`StoreUnavailable`."""
    join_running_hub()
    return hub_connection(lambda store: store.portal_url, "falaj-desk")
