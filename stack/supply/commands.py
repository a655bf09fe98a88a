"""``falaj sbom`` and ``falaj advisories``: what the hub is made of, and what is known against it. Neither needs a hub or a network."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stack.processes import ROOT
from stack.texts import text

if TYPE_CHECKING:
    from stack.supply.findings import Finding, Review
    from stack.supply.reading import Seen

Requirements = Annotated[
    Path, typer.Option(exists=True, dir_okay=False, help=text("help.supply_requirements"))
]


def sbom(
    requirements: Requirements = ROOT / "requirements.txt",
    out: Annotated[Path | None, typer.Option(dir_okay=False, help=text("help.sbom_out"))] = None,
) -> None:
    from uuid import uuid4

    from citycore.clock import system_clock
    from stack.supply.licences import licences_of
    from stack.supply.pins import read_pins
    from stack.supply.sbom import bill_of

    pins = read_pins(requirements)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    licences = licences_of(pins)
    bill = json.dumps(bill_of(pins, version, licences, system_clock(), uuid4()), indent=1, ensure_ascii=False)
    if out is None:
        typer.echo(bill)
    else:
        out.write_text(bill + "\n", "utf-8")
    typer.echo(text("supply.bill", packages=len(pins), licences=len(licences)), err=True)


def advisories(
    files: Annotated[list[Path], typer.Argument(help=text("help.advisories_files"))],
    requirements: Requirements = ROOT / "requirements.txt",
    reviewed: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=text("help.advisories_reviewed"))
    ] = None,
    fresh: Annotated[int | None, typer.Option(min=1, help=text("help.advisories_fresh"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=text("help.advisories_json"))] = False,
) -> None:
    from citycore.clock import system_clock
    from stack.supply.findings import find_faults, findings_of
    from stack.supply.pins import read_pins
    from stack.supply.reading import Seen, read_entries
    from stack.supply.settings import AdvisorySettings

    settings, seen, now = AdvisorySettings(), Seen(), system_clock()
    pins = read_pins(requirements)
    reviews = {} if reviewed is None else _read_reviews(reviewed)
    found = findings_of(find_faults(pins, read_entries(files, settings, seen), seen), reviews, now, settings)
    is_stale = fresh is not None and _is_older(seen.newest_at, now - timedelta(days=fresh))
    if as_json:
        typer.echo(json.dumps(_document(found, seen, is_stale=is_stale), ensure_ascii=False))
    else:
        _print(found, len(pins), seen, now)
    for refused in seen.refused:
        typer.echo(text("supply.refused", entry=refused), err=True)
    if is_stale:
        typer.echo(text("supply.stale", days=fresh), err=True)
    raise typer.Exit(int(is_stale or any(one.is_late for one in found)))


def _is_older(newest_at: datetime | None, bound: datetime) -> bool:
    return newest_at is None or newest_at < bound


def _read_reviews(file: Path) -> dict[str, Review]:
    """:class:`AdvisoriesUnusable` names what is no review."""
    from stack.supply.errors import AdvisoriesUnusable
    from stack.supply.findings import Review

    try:
        tables: Mapping[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AdvisoriesUnusable(file=file, reason=f"TOML: {error}") from error
    reviews = {}
    for name, said in tables.items():
        try:
            reviews[name] = Review.of(said if isinstance(said, dict) else {})
        except ValueError as error:
            raise AdvisoriesUnusable(file=file, reason=f"{name}: {error}") from error
    return reviews


def _print(found: Sequence[Finding], pins: int, seen: Seen, now: datetime) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    if found:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in ("severity", "package", "advisory", "public", "due", "fixed", "state"):
            table.add_column(text(f"supply.{column}"), overflow="fold")
        for one in found:
            fault = one.fault
            state = "reviewed" if one.reviewed else "late" if one.is_late else "in_time"
            table.add_row(
                text(f"supply.{fault.severity}"),
                f"{fault.pin.name} {fault.pin.version}",
                one.name,
                text("supply.days", days=max(0, (now - fault.public_at).days)),
                f"{one.due:%F}",
                "–" if fault.fixed is None else str(fault.fixed),
                text(f"supply.{state}") + (f": {one.reviewed}" if one.reviewed else ""),
            )
        console.print(table)
    late = sum(one.is_late for one in found)
    console.print(text("supply.found", findings=len(found), late=late, packages=pins))
    newest = "–" if seen.newest_at is None else f"{seen.newest_at:%F}"
    console.print(
        text(
            "supply.read",
            entries=f"{seen.entries:,}",
            withdrawn=f"{seen.withdrawn:,}",
            unreadable=f"{seen.unreadable:,}",
            newest=newest,
        )
    )


def _document(found: Sequence[Finding], seen: Seen, *, is_stale: bool) -> dict[str, Any]:
    return {
        "findings": [
            {
                "package": one.fault.pin.name,
                "version": str(one.fault.pin.version),
                "advisory": one.name,
                "names": sorted(one.fault.names),
                "severity": one.fault.severity.value,
                "summary": one.fault.summary,
                "public_at": one.fault.public_at.isoformat(),
                "due": one.due.isoformat(),
                "fixed": None if one.fault.fixed is None else str(one.fault.fixed),
                "is_late": one.is_late,
                "reviewed": one.reviewed,
            }
            for one in found
        ],
        "entries": seen.entries,
        "withdrawn": seen.withdrawn,
        "unreadable": seen.unreadable,
        "newest_at": None if seen.newest_at is None else seen.newest_at.isoformat(),
        "is_stale": is_stale,
    }
