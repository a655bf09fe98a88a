"""``falaj limits …``: tables of limits at the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from citycore.store.connections import Connection

limits_app = typer.Typer(help=text("help.limits"), no_args_is_help=True)
Code = Annotated[str, typer.Argument(help=text("help.limits_code"))]


@limits_app.command("list", help=text("help.limits_list"))
def list_limits(
    observed_property: Annotated[
        str | None, typer.Option("--property", help=text("help.limits_property"))
    ] = None,
) -> None:
    from citycore.limits.rules import limits_of
    from citycore.limits.service import tables_of

    with _store() as connection:
        tables = tables_of(connection)
    for code, table in tables.items():
        origin = table.origin
        if observed_property is None:
            kind = text("limits.shipped" if origin.is_shipped else "limits.own")
            typer.echo("\t".join((code, kind, str(len(table.limits)), origin.name["en"], origin.name["ar"])))
            continue
        for limit in limits_of([table], observed_property):
            bounds = " ".join(f"{band.high:g}" for band in limit.bands if band.high is not None)
            typer.echo(f"{code}\t{limit.averaging}\t{limit.statistic}\t{limit.unit}\t{bounds}")


@limits_app.command("load", help=text("help.limits_load"))
def load_limits(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.limits_file"))],
) -> None:
    from citycore.limits.errors import LimitTableInvalid
    from citycore.limits.service import load
    from citycore.limits.settings import LimitTableSettings

    try:
        written = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise LimitTableInvalid(where=str(file), reason="this is no UTF-8") from error
    with _store() as connection:
        table = load(connection, written, LimitTableSettings())
    typer.echo(text("limits.loaded", code=table.origin.code, count=len(table.limits)))


@limits_app.command("export", help=text("help.limits_export"))
def export_limits(code: Code) -> None:
    from citycore.limits.service import table_of

    with _store() as connection:
        sys.stdout.write(table_of(connection, code).text)


@limits_app.command("remove", help=text("help.limits_remove"))
def remove_limits(code: Code) -> None:
    from citycore.limits.service import remove

    with _store() as connection:
        remove(connection, code)
    typer.echo(text("limits.removed", code=code))


def _store() -> AbstractContextManager[Connection]:
    join_running_hub()
    return hub_connection(lambda store: store.registry_url, "falaj-limits")
