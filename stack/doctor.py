"""``falaj doctor``: which edition of TimescaleDB the hub has, and what follows."""

from __future__ import annotations

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import text


def doctor() -> None:
    from citycore.settings import StoreSettings
    from citycore.store.edition import COMPRESSED, Edition, chunks, look

    join_running_hub()
    with hub_connection(lambda store: store.read_url, "falaj-doctor") as connection:
        found = look(connection)
        counts = chunks(connection)
    version = ".".join(str(part) for part in found.version) or "–"
    typer.echo(text(f"doctor.{found.edition}", version=version))
    if found.compresses:
        days = StoreSettings().compress_after_days
        missing = [table for table in COMPRESSED if table not in found.enabled]
        typer.echo(
            text(
                "doctor.unprepared" if missing else "doctor.compresses", days=days, tables=", ".join(missing)
            )
        )
    else:
        typer.echo(text("doctor.too_old" if found.edition is Edition.COMMUNITY else "doctor.keeps_rows"))
    typer.echo(text("doctor.own"))
    for table, count, compressed in counts:
        typer.echo(text("doctor.chunks", table=table, count=count, compressed=compressed))
