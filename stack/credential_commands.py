"""``falaj credentials …``: the secrets of a hub whose processes systemd starts. No hub need run, but for the broker's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from stack.texts import text

if TYPE_CHECKING:
    from citycore.settings import BrokerSettings
    from stack.secrets_store import SecretsStore

credentials_app = typer.Typer(help=text("help.credentials"), no_args_is_help=True)

Folder = Annotated[
    Path, typer.Option(file_okay=False, resolve_path=True, help=text("help.credentials_folder"))
]
STORE = Path("/etc/credstore")


@credentials_app.command("init", help=text("help.credentials_init"))
def init_credentials(
    folder: Folder = STORE,
    host: Annotated[str | None, typer.Option(help=text("help.credentials_host"))] = None,
    port: Annotated[int, typer.Option(min=1, max=65_535, help=text("help.credentials_port"))] = 5432,
) -> None:
    import re

    from stack.secrets_store import Place

    if host is not None and re.fullmatch(r"[A-Za-z0-9._:-]{1,253}", host) is None:
        raise typer.BadParameter(text("tls.bad_host", host=host))
    for statement in _store(folder).establish(Place(host, port)):
        typer.echo(statement)
    typer.echo(text("store.made", folder=folder), err=True)
    typer.echo(text("store.by_kernel" if host is None else "store.by_password"), err=True)


@credentials_app.command("renew", help=text("help.credentials_renew"))
def renew_credentials(
    names: Annotated[list[str], typer.Argument(help=text("help.credentials_names"))],
    folder: Folder = STORE,
) -> None:
    from stack.secrets_store import takers

    store = _store(folder)

    def tell_broker(user: str, secret: str) -> None:
        _change_password(store, user, secret)

    restarted: set[str] = set()
    for name in names:
        statement = store.renew(name, tell_broker)
        if statement is not None:
            typer.echo(statement)
        restarted.update(takers(name))
    typer.echo(text("store.renewed", units=" ".join(sorted(restarted))), err=True)


@credentials_app.command("list", help=text("help.credentials_list"))
def list_credentials(folder: Folder = STORE) -> None:
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.table import Table

    from citycore.clock import CITY_ZONE
    from citycore.credentials import SECRETS
    from stack.secrets_store import takers

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("name", "changed", "units"):
        table.add_column(text(f"store.{column}"), overflow="fold")
    for name in sorted(SECRETS):
        file = folder / name
        changed = "–"
        if file.is_file():
            changed = f"{datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone(CITY_ZONE):%F}"
        table.add_row(name, changed, " ".join(takers(name)))
    Console(highlight=False, markup=False).print(table)


def _store(folder: Path) -> SecretsStore:
    from stack.secrets_store import SecretsStore

    return SecretsStore(folder)


#: Of the broker, for what it does at once.
ANSWER_SECONDS_MAX = 5.0


def _change_password(store: SecretsStore, user: str, secret: str) -> None:
    """As the administrator. Whose own secret it is is put out before an answer comes: then the new one shows whether it counts."""
    from citycore.broker.control import Control
    from citycore.errors import BrokerUnavailable
    from citycore.settings import BrokerSettings

    limits = BrokerSettings().model_copy(update={"admin_answer_seconds_max": ANSWER_SECONDS_MAX})
    broker = _administrator(store, limits)
    try:
        with Control(broker) as control:
            control.order({"command": "setClientPassword", "username": user, "password": secret})
    except BrokerUnavailable:
        if user != broker.admin_username:
            raise
        with Control(broker.model_copy(update={"admin_password": SecretStr(secret)})):
            pass


def _administrator(store: SecretsStore, broker: BrokerSettings) -> BrokerSettings:
    """The broker of the settings, with whoever may change its users as the store has them now."""
    name, secret = store.read("FALAJ_BROKER_ADMIN_USERNAME"), store.read("FALAJ_BROKER_ADMIN_PASSWORD")
    return broker.model_copy(update={"admin_username": name, "admin_password": SecretStr(secret)})
