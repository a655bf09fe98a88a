"""``falaj tls …`` and ``falaj broker …``: what the broker of a city needs before the hub runs. No hub need run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stack.texts import text

if TYPE_CHECKING:
    from stack.authority import Authority

tls_app = typer.Typer(help=text("help.tls"), no_args_is_help=True)
broker_app = typer.Typer(help=text("help.broker"), no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Option(file_okay=False, resolve_path=True, help=text("help.tls_folder"))
]
Hosts = Annotated[list[str] | None, typer.Option("--host", help=text("help.tls_host"))]
DEFAULT_HOSTS = ("localhost", "127.0.0.1")


@tls_app.command("init", help=text("help.tls_init"))
def init_tls(host: Hosts = None, folder: Folder = None) -> None:
    from citycore.clock import system_clock

    authority = _authority(folder)
    hosts = _checked(host) or DEFAULT_HOSTS
    authority.establish(hosts, system_clock())
    typer.echo(text("tls.made", folder=authority.folder, hosts=", ".join(hosts)))
    _tell_where(authority)
    typer.echo(text("tls.keep", file=authority.ca_key_file))


@tls_app.command("renew", help=text("help.tls_renew"))
def renew_tls(host: Hosts = None, folder: Folder = None) -> None:
    from citycore.clock import system_clock

    authority = _authority(folder)
    hosts = authority.renew(system_clock(), _checked(host))
    typer.echo(text("tls.renewed", folder=authority.folder, hosts=", ".join(hosts)))
    _tell_where(authority)


@broker_app.callback()
def _broker() -> None:
    """A group of commands, although it has only one yet."""


@broker_app.command("init", help=text("help.broker_init"))
def init_broker(
    file: Annotated[
        Path | None, typer.Option(dir_okay=False, resolve_path=True, help=text("help.broker_file"))
    ] = None,
    user: Annotated[str, typer.Option(help=text("help.broker_user"))] = "falaj",
    credentials: Annotated[
        Path | None, typer.Option(file_okay=False, resolve_path=True, help=text("help.broker_credentials"))
    ] = None,
) -> None:
    import json

    from citycore.settings import data_folder
    from stack.broker_users import new_users, with_users
    from stack.errors import AuthorityExists
    from stack.owned import make_folder, write_owned

    target = file or data_folder().resolve() / "falaj-security.json"
    if target.exists() or target.is_symlink():
        raise AuthorityExists(file=target)
    users = new_users(user)
    if not target.parent.exists():
        make_folder(target.parent)
    write_owned(target, json.dumps(with_users({}, users, admits_anonymous=False), indent=1))
    if credentials is not None:
        make_folder(credentials, mode=0o700)
        for name, value in users.environment().items():
            write_owned(credentials / name, value + "\n")
        typer.echo(text("broker.made_with_credentials", file=target, folder=credentials), err=True)
        return
    typer.echo(text("broker.made", file=target), err=True)
    for name, value in users.environment().items():
        typer.echo(f"{name}={value}")


def _authority(folder: Path | None) -> Authority:
    from citycore.settings import data_folder
    from stack.authority import Authority
    from stack.settings import TlsSettings

    return Authority(folder or data_folder().resolve() / "tls", TlsSettings())


def _checked(hosts: list[str] | None) -> tuple[str, ...]:
    """Names that a certificate can have."""
    import re

    for host in hosts or ():
        if re.fullmatch(r"(\*\.)?[A-Za-z0-9._:-]{1,253}", host) is None:
            raise typer.BadParameter(text("tls.bad_host", host=host))
    return tuple(hosts or ())


def _tell_where(authority: Authority) -> None:
    for key, file in (
        ("server", authority.server_file),
        ("server_key", authority.server_key_file),
        ("ca", authority.ca_file),
    ):
        typer.echo(text(f"tls.{key}", file=file))
    typer.echo(text("tls.until", day=f"{authority.expires_at():%F}"))
