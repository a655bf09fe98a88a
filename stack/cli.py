"""The command line. Commands import what they need when they run, so that help is fast."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from stack.alerts import alerts_app
from stack.api_keys import keys_app
from stack.archive import archive_app
from stack.basemap import basemap
from stack.broker_commands import broker_app, tls_app
from stack.calendar import calendar_app
from stack.certificates import certificates_app
from stack.codes import codes_app
from stack.credential_commands import credentials_app
from stack.credentials import manage_credentials
from stack.dead_letters.commands import admin_key, dead_letters_app
from stack.doctor import doctor
from stack.failures import failures_app
from stack.files import files_app
from stack.forecasts import forecast_app
from stack.joining import join_running_hub
from stack.limits import limits_app
from stack.people import people_app
from stack.programme import audit_app, mail_app
from stack.quality import qc_app
from stack.registry import properties_app, registry_app, sources_app
from stack.report import report
from stack.rollups import rollups_app
from stack.stopping import INTERRUPTED
from stack.supply.commands import advisories, sbom
from stack.texts import text
from stack.transport import transport_app

app = typer.Typer(
    help=text("help.falaj"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
places_app = typer.Typer(help=text("help.places"), no_args_is_help=True)
things_app = typer.Typer(help=text("help.things"), no_args_is_help=True)
app.add_typer(places_app, name="places")
app.add_typer(things_app, name="things")
app.command(name="report", help=text("help.report"))(report)
app.add_typer(registry_app, name="registry")
app.add_typer(properties_app, name="properties")
app.add_typer(limits_app, name="limits")
app.add_typer(calendar_app, name="calendar")
app.add_typer(transport_app, name="transport")
app.add_typer(alerts_app, name="alerts")
app.add_typer(qc_app, name="qc")
app.add_typer(dead_letters_app, name="letters")
app.add_typer(failures_app, name="failures")
app.add_typer(files_app, name="files")
app.add_typer(forecast_app, name="forecast")
app.add_typer(rollups_app, name="rollups")
app.add_typer(archive_app, name="archive")
app.add_typer(keys_app, name="keys")
app.add_typer(audit_app, name="audit")
app.add_typer(mail_app, name="mail")
app.add_typer(people_app, name="people")
app.add_typer(certificates_app, name="certificates")
app.add_typer(codes_app, name="codes")
sources_app.command("credentials", help=text("help.sources_credentials"))(manage_credentials)
app.add_typer(sources_app, name="sources")
app.add_typer(broker_app, name="broker")
app.add_typer(tls_app, name="tls")
app.add_typer(credentials_app, name="credentials")
app.command("basemap", help=text("help.basemap"))(basemap)
app.command("doctor", help=text("help.doctor"))(doctor)
app.command("sbom", help=text("help.sbom"))(sbom)
app.command("advisories", help=text("help.advisories"))(advisories)
app.command("admin-key", help=text("help.admin_key"))(admin_key)

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command(help=text("help.demo"))
def demo(
    check: Annotated[bool, typer.Option("--check", help=text("help.demo_check"))] = False,
    seed: Annotated[int | None, typer.Option(help=text("help.demo_seed"))] = None,
    data: Annotated[
        Path | None, typer.Option(file_okay=False, resolve_path=True, help=text("help.demo_data"))
    ] = None,
) -> None:
    from citycore.settings import data_folder
    from stack.demo import run_check, run_demo

    folder = data or data_folder().resolve()
    raise typer.Exit(run_check(folder, seed) if check else run_demo(folder, seed))


@app.command(help=text("help.replay"))
def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.replay_file"))],
    source: Annotated[str | None, typer.Option(help=text("help.replay_source"))] = None,
    speed: Annotated[float, typer.Option(min=0.0, help=text("help.replay_speed"))] = 0.0,
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=text("help.replay_mapping"))
    ] = None,
) -> None:
    from stack.replaying import replay_file

    join_running_hub()
    finished = replay_file(file, source=source, speed=speed or None, mapping=mapping)
    raise typer.Exit(0 if finished else INTERRUPTED)


@app.command(help=text("help.load"))
def load(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.load_file"))],
    source: Annotated[str | None, typer.Option(help=text("help.load_source"))] = None,
    outcomes: Annotated[Path | None, typer.Option(dir_okay=False, help=text("help.load_outcomes"))] = None,
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=text("help.load_mapping"))
    ] = None,
    zone: Annotated[str | None, typer.Option(help=text("help.mapping_zone"))] = None,
    again: Annotated[bool, typer.Option("--again", help=text("help.load_again"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=text("help.load_json"))] = False,
    guess: Annotated[bool, typer.Option("--guess", help=text("help.load_guess"))] = False,
    register: Annotated[bool, typer.Option("--register", help=text("help.load_register"))] = False,
) -> None:
    from stack.loading import load_history, print_mapping, read_plan

    if guess:
        print_mapping(file, source, zone)
        return
    if "FALAJ_STORE_INGEST_URL" not in os.environ:
        join_running_hub()
    plan = read_plan(file, mapping, source, is_registered=register)
    raise typer.Exit(
        load_history(file, source=source, mapping=plan, outcomes=outcomes, again=again, as_json=as_json)
    )


@app.command(help=text("help.mapping"))
def mapping(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.mapping_file"))],
    source: Annotated[str | None, typer.Option(help=text("help.mapping_source"))] = None,
    zone: Annotated[str | None, typer.Option(help=text("help.mapping_zone"))] = None,
    registry: Annotated[
        Path | None,
        typer.Option("--registry", exists=True, dir_okay=False, help=text("help.mapping_registry")),
    ] = None,
) -> None:
    from stack.loading import print_mapping, print_registry

    if registry is not None:
        print_registry(registry, source)
    else:
        print_mapping(file, source, zone)


@places_app.callback()
def _places() -> None:
    """A group of commands, although it has only one yet."""


@places_app.command("load", help=text("help.places_load"))
def load_places(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.places_file"))],
) -> None:
    from stack.registration import load_places

    join_running_hub()
    typer.echo(text("loaded.places", count=load_places(file), file=file))


@things_app.callback()
def _things() -> None:
    """A group of commands, although it has only one yet."""


@things_app.command("load", help=text("help.things_load"))
def load_things(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.things_file"))],
) -> None:
    from stack.registration import load_things

    join_running_hub()
    things, datastreams = load_things(file)
    typer.echo(text("loaded.things", things=things, datastreams=datastreams, file=file))


@app.command(help=text("help.migrate"))
def migrate() -> None:
    from stack.registration import migrate_store

    join_running_hub()
    migrate_store()
    typer.echo(text("loaded.migrated"))


@app.command(help=text("help.ingest"), context_settings=PASS_ON)
def ingest(context: typer.Context) -> None:
    _become("ingest", context.args)


@app.command(help=text("help.worker"), context_settings=PASS_ON)
def worker(context: typer.Context) -> None:
    _become("worker", context.args)


@app.command(help=text("help.api"), context_settings=PASS_ON)
def api(context: typer.Context) -> None:
    _become("api", context.args)


@app.command(help=text("help.dashboards"), context_settings=PASS_ON)
def dashboards(context: typer.Context) -> None:
    _become("dashboards", context.args)


@app.command(help=text("help.simulate"), context_settings=PASS_ON)
def simulate(context: typer.Context) -> None:
    _become("simulate", context.args)


@app.command(help=text("help.check"))
def check() -> None:
    from stack.tools import run_checks

    raise typer.Exit(run_checks())


@app.command(help=text("help.test"), context_settings=PASS_ON)
def test(context: typer.Context) -> None:
    from stack.tools import run_tests

    raise typer.Exit(run_tests(context.args))


@app.command(help=text("help.bench"), context_settings={**PASS_ON, "help_option_names": ["--help"]})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=text("help.bench_name"))],
    json: Annotated[Path | None, typer.Option(dir_okay=False, help=text("help.bench_json"))] = None,
) -> None:
    from stack.tools import run_benchmark

    arguments = list(context.args) if json is None else [*context.args, "--json", str(json)]
    raise typer.Exit(run_benchmark(name, arguments))


@app.command(help=text("help.chaos"))
def chaos(
    minutes: Annotated[float, typer.Option(min=0.1, help=text("help.chaos_minutes"))] = 5.0,
    seed: Annotated[int, typer.Option(min=0, help=text("help.chaos_seed"))] = 1,
    rate: Annotated[float | None, typer.Option(min=1.0, help=text("help.chaos_rate"))] = None,
    outage: Annotated[float | None, typer.Option(min=0.1, help=text("help.chaos_outage"))] = None,
    json: Annotated[Path | None, typer.Option(dir_okay=False, help=text("help.bench_json"))] = None,
) -> None:
    from stack.chaos.command import run_chaos

    raise typer.Exit(run_chaos(minutes=minutes, seed=seed, rate=rate, outage=outage, file=json))


def _become(room: str, arguments: list[str]) -> None:
    """Replace this process by one of the hub's own."""
    from citycore.credentials import FOLDER
    from citycore.settings import SignInSettings, data_folder
    from stack.dashboard_sign_in import arguments_of
    from stack.folder import DataFolder
    from stack.processes import FIRST_PORTS, room_command, withheld
    from stack.settings import PortSettings

    folder = DataFolder(data_folder())
    given = ("FALAJ_STORE_OWNER_URL", FOLDER)
    if folder.is_claimed and not any(name in os.environ for name in given):
        os.environ.update(folder.running_environment())
    port = PortSettings().dashboards_port or FIRST_PORTS["dashboards"]
    known = arguments_of(folder, SignInSettings()) if room == "dashboards" else []
    command = [*room_command(room, {"dashboards": port}), *known, *arguments]
    for name in withheld(room):
        os.environ.pop(name, None)
    os.execv(sys.executable, command)  # noqa: S606 (this is the point: the room's process takes our place)
