"""``falaj alerts …``: rules, receivers and alerts at the command line."""

from __future__ import annotations

import getpass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from casework.access.model import SYSTEM
from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from citycore.store.connections import Connection

alerts_app = typer.Typer(help=text("help.alerts"), no_args_is_help=True)
RuleCode = Annotated[str, typer.Argument(help=text("help.alerts_rule"))]
AlertId = Annotated[UUID, typer.Argument(help=text("help.alerts_alert"))]


class LanguageCode(StrEnum):
    """Of what is mailed to a receiver."""

    EN = "en"
    AR = "ar"


@alerts_app.command("rules", help=text("help.alerts_rules"))
def rules() -> None:
    from citycore.alerts.service import list_rules

    with _store() as connection:
        kept = list_rules(connection)
    for one in kept:
        share = "-" if one.false_share is None else f"{one.false_share:.0%}"
        cells = (one.rule.code, one.state, one.rule.kind, one.rule.severity, str(one.raised_count), share)
        typer.echo("\t".join((*cells, one.rule.name.en, one.rule.name.ar)))


@alerts_app.command("load", help=text("help.alerts_load"))
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.alerts_file"))],
) -> None:
    from citycore.alerts.errors import AlertRuleInvalid
    from citycore.alerts.service import load_rules
    from citycore.alerts.settings import AlertSettings

    try:
        written = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise AlertRuleInvalid(where=str(file), reason="this is no UTF-8") from error
    with _store() as connection:
        loaded = load_rules(connection, written, AlertSettings())
    typer.echo(text("alerts.loaded", count=len(loaded), file=file))


@alerts_app.command("examples", help=text("help.alerts_examples"))
def examples() -> None:
    from citycore.alerts.document import example_rules

    typer.echo(example_rules(), nl=False)


@alerts_app.command("preview", help=text("help.alerts_preview"))
def preview(code: RuleCode) -> None:
    from citycore.alerts.service import get_rule, keep_preview
    from citycore.alerts.settings import AlertSettings
    from citycore.clock import system_clock
    from ingest.alerts.previewing import preview as look_back

    with _store() as connection:
        kept, settings = get_rule(connection, code), AlertSettings()
        found = look_back(connection, kept.rule, settings, system_clock())
        keep_preview(connection, kept.rule, found)
    for one in found["subjects"]:
        cells = (one["subject"], one["thing"], str(one["raised_count"]), f"{one['hours']:g} h")
        typer.echo("\t".join((*cells, one["first_at"] or "")))
    counts = {
        "raised": found["raised_count"],
        "subjects": found["subject_count"],
        "days": settings.preview_days,
    }
    typer.echo(text("alerts.previewed", code=code, **counts))
    if not found["is_whole"]:
        typer.echo(text("alerts.preview_cut"), err=True)


@alerts_app.command("on", help=text("help.alerts_on"))
def switch_on(code: RuleCode) -> None:
    from citycore.alerts.service import switch

    with _store() as connection:
        switch(connection, code, "on")
    typer.echo(text("alerts.is_on", code=code))


@alerts_app.command("off", help=text("help.alerts_off"))
def switch_off(code: RuleCode) -> None:
    from citycore.alerts.service import switch

    with _store() as connection:
        switch(connection, code, "off")
    typer.echo(text("alerts.is_off", code=code))


@alerts_app.command("remove", help=text("help.alerts_remove"))
def remove(code: RuleCode) -> None:
    from citycore.alerts.service import remove_rule

    with _store() as connection:
        remove_rule(connection, code)
    typer.echo(text("alerts.removed", code=code))


@alerts_app.command("list", help=text("help.alerts_list"))
def list_all(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=text("help.dead_letters_limit"))] = 20,
    *,
    is_open: Annotated[bool, typer.Option("--open", help=text("help.alerts_open"))] = False,
) -> None:
    from citycore.alerts.service import list_alerts

    with _store() as connection:
        found = list_alerts(connection, limit, is_open=is_open)
    for one in found:
        cleared = "" if one.cleared_at is None else f"{one.cleared_at:%Y-%m-%dT%H:%MZ}"
        cells = (
            str(one.alert_id),
            one.severity,
            one.rule_code,
            one.subject,
            f"{one.raised_at:%Y-%m-%dT%H:%MZ}",
        )
        typer.echo("\t".join((*cells, cleared, one.acknowledged_by or "", one.assigned_to or "")))


@alerts_app.command("show", help=text("help.alerts_show"))
def show(alert: AlertId) -> None:
    from citycore.alerts.service import history

    with _store() as connection:
        found = history(connection, alert)
    for one in found:
        value = "" if one.value is None else f"{one.value:g}"
        typer.echo(
            "\t".join((f"{one.at:%Y-%m-%dT%H:%M:%SZ}", one.event, value, one.by_whom or "", one.note or ""))
        )


@alerts_app.command("ack", help=text("help.alerts_ack"))
def acknowledge(
    alert: AlertId, note: Annotated[str | None, typer.Option(help=text("help.alerts_note"))] = None
) -> None:
    from citycore.alerts import service

    with _store() as connection:
        service.acknowledge(connection, alert, getpass.getuser(), note)
    typer.echo(text("alerts.noted"))


@alerts_app.command("assign", help=text("help.alerts_assign"))
def assign(alert: AlertId, whom: Annotated[str, typer.Argument(help=text("help.alerts_whom"))]) -> None:
    from citycore.alerts import service

    holder = _holder(whom)
    with _store() as connection:
        service.assign(connection, alert, getpass.getuser(), holder)
    typer.echo(text("alerts.noted"))


@alerts_app.command("assess", help=text("help.alerts_assess"))
def assess(
    alert: AlertId,
    note: Annotated[str | None, typer.Option(help=text("help.alerts_note"))] = None,
    *,
    is_false: Annotated[bool, typer.Option("--false/--justified", help=text("help.alerts_false"))],
) -> None:
    from citycore.alerts import service

    with _store() as connection:
        service.assess(connection, alert, getpass.getuser(), is_false=is_false, note=note)
    typer.echo(text("alerts.noted"))


@alerts_app.command("tell", help=text("help.alerts_tell"))
def tell(
    code: Annotated[str, typer.Argument(help=text("help.alerts_receiver"))],
    address: Annotated[str, typer.Argument(help=text("help.alerts_address"))],
    language: Annotated[LanguageCode, typer.Option(help=text("help.alerts_language"))] = LanguageCode.AR,
) -> None:
    from citycore.alerts.service import keep_receiver
    from citycore.alerts.settings import AlertSettings

    with _store() as connection:
        secret = keep_receiver(connection, code, address, language.value, AlertSettings())
    if secret is not None:
        typer.echo(text("alerts.secret"), err=True)
        typer.echo(secret)


@alerts_app.command("receivers", help=text("help.alerts_receivers"))
def receivers() -> None:
    from citycore.alerts.service import list_receivers

    with _store() as connection:
        found = list_receivers(connection)
    for one in found:
        resting = "" if one.resting_until is None else f"{one.resting_until:%Y-%m-%dT%H:%MZ}"
        typer.echo(
            "\t".join((one.code, one.kind, one.address, one.language, str(one.failure_count), resting))
        )


@alerts_app.command("forget", help=text("help.alerts_forget"))
def forget(code: Annotated[str, typer.Argument(help=text("help.alerts_receiver"))]) -> None:
    from citycore.alerts.service import remove_receiver

    with _store() as connection:
        remove_receiver(connection, code)
    typer.echo(text("alerts.removed", code=code))


def _holder(whom: str) -> str:
    """The key of the account with this address, or a unit as it is named: :class:`AlertFieldWrong` where that is a person."""
    from casework.alerts.service import refuse_person
    from casework.people import standing
    from programme.registry import open_programme
    from stack.programme import programme_connection

    with open_programme(programme_connection).session(SYSTEM) as session:
        if "@" in whom:
            return str(standing.find_by_email(session, whom).person_id)
        refuse_person(session, whom)
        return whom


def _store() -> AbstractContextManager[Connection]:
    from citycore.store.connections import ACCEPTED_ONLY

    join_running_hub()
    return hub_connection(lambda store: store.registry_url, "falaj-alerts", ACCEPTED_ONLY)
