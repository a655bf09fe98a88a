"""``falaj failures …``: what the worker could not do, and tries again."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from citycore.store.connections import Connection

failures_app = typer.Typer(help=text("help.failures"), no_args_is_help=True)

Job = Annotated[str | None, typer.Option("--job", help=text("help.failures_job"))]


@failures_app.command("list", help=text("help.failures_list"))
def list_failures(
    job: Job = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=text("help.dead_letters_limit"))] = 20,
) -> None:
    from rich.console import Console
    from rich.table import Table

    from citycore.failures import repository

    with _connection() as connection:
        failures = repository.find_failures(connection, job, limit)
        total = repository.count_failures(connection, job)
    console = Console(highlight=False, markup=False)
    if not failures:
        console.print(text("failures.none"))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("job", "subject", "attempts", "since", "again", "reason"):
        table.add_column(text(f"failures.{column}"), overflow="fold")
    for one in failures:
        table.add_row(
            one.job,
            one.subject or text("failures.whole"),
            str(one.attempts),
            f"{one.first_at:%F %T}",
            f"{one.due_at:%F %T}",
            one.reason,
        )
    console.print(table)
    if total > len(failures):
        console.print(text("failures.more", shown=len(failures), total=total))


@failures_app.command("retry", help=text("help.failures_retry"))
def retry(job: Job = None) -> None:
    from citycore.clock import system_clock
    from citycore.failures import repository

    with _connection() as connection:
        count = repository.retry(connection, job, system_clock())
    typer.echo(text("failures.retried", count=count))


def _connection() -> AbstractContextManager[Connection]:
    """The worker's connection to the hub that runs; :class:`StoreUnavailable`."""
    join_running_hub()
    return hub_connection(lambda store: store.worker_url, "falaj-failures")
