"""``falaj files scan``: files that lie in the hub's stores are shown to the scanner."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from stack.programme import programme_connection
from stack.texts import text

if TYPE_CHECKING:
    from casework.access.model import Actor

files_app = typer.Typer(help=text("help.files"), no_args_is_help=True)


@files_app.callback()
def _files() -> None:
    """A group of commands, although it has only one yet."""


@files_app.command("scan", help=text("help.files_scan"))
def scan(
    *,
    only_unscanned: Annotated[bool, typer.Option("--unscanned", help=text("help.files_unscanned"))] = False,
    is_set_aside: Annotated[bool, typer.Option("--set-aside", help=text("help.files_set_aside"))] = False,
) -> None:
    from casework.files.findings import note_malware
    from casework.files.scanning import Scanner, Verdict
    from casework.files.settings import FileSettings
    from casework.files.standing import scan_store, set_aside
    from citycore.log import configure_command_logging
    from programme.registry import NOUNS, open_programme
    from stack.joining import join_running_hub

    join_running_hub()
    configure_command_logging()
    scanner = Scanner(FileSettings())
    if not scanner.is_set:
        raise typer.BadParameter(text("files.no_scanner"))
    scanner.ping()
    programme, counts = open_programme(programme_connection), Counter[Verdict]()
    for sweep in NOUNS.stores:
        store = sweep.store()
        for digest, answer in scan_store(store, scanner, only_unscanned=only_unscanned):
            counts[answer.verdict] += 1
            if answer.verdict is Verdict.CLEAN:
                continue
            typer.echo(
                text(f"files.{answer.verdict}", digest=digest, store=sweep.noun, said=answer.said), err=True
            )
            if answer.verdict is Verdict.FOUND:
                programme.call(_operator(), note_malware, answer.said, digest)
                if is_set_aside:
                    typer.echo(text("files.moved", file=set_aside(digest, store)), err=True)
    typer.echo(text("files.scanned", files=f"{counts.total():,}", found=counts[Verdict.FOUND]))
    raise typer.Exit(int(counts.total() > counts[Verdict.CLEAN]))


def _operator() -> Actor:
    """Who sits at the machine: in the log it is the system."""
    from casework.access.model import SYSTEM

    return SYSTEM
