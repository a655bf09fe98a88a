"""``falaj certificates …``: the keys that sign certificates. They lie in a file; no hub need run."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from stack.texts import text

if TYPE_CHECKING:
    from hackathon.outreach.certificates.keys import Keys
    from hackathon.outreach.certificates.settings import CertificateSettings

certificates_app = typer.Typer(help=text("help.certificates"), no_args_is_help=True)


@certificates_app.command("keys", help=text("help.certificates_keys"))
def keys() -> None:
    from hackathon.outreach.certificates.keys import open_keys, stamp_of

    settings = _settings()
    if settings.key is None and stamp_of(settings) is None:
        typer.echo(text("certificates.none", folder=settings.key_folder()))
        return
    _print(open_keys(settings))


@certificates_app.command("rotate", help=text("help.certificates_rotate"))
def rotate() -> None:
    from hackathon.outreach.certificates.keys import rotate

    settings = _settings()
    rotated = rotate(settings)
    _print(rotated)
    typer.echo(text("certificates.rotated", file=settings.key_folder() / "keys.json"), err=True)


@certificates_app.command("keep", help=text("help.certificates_keep"))
def keep() -> None:
    from hackathon.outreach.certificates.keys import keep

    settings = _settings()
    kept = keep(settings)
    typer.echo(
        text("certificates.kept", name=kept.signing_id, file=settings.key_folder() / "keys.json"), err=True
    )


def _print(found: Keys) -> None:
    """A line a key: its identifier (RFC 7638) and whether it signs."""
    for key_id in found.known:
        part = "signs" if key_id == found.signing_id else "verifies"
        typer.echo(f"{key_id}  {text(f'certificates.{part}')}")


def _settings() -> CertificateSettings:
    """Of the hub that runs here, if one does, else of the environment."""
    from hackathon.outreach.certificates.settings import CertificateSettings
    from stack.errors import HubNotRunning
    from stack.joining import join_running_hub

    if not any(name.startswith("FALAJ_CERTIFICATES_") for name in os.environ):
        with suppress(HubNotRunning):
            join_running_hub()
    return CertificateSettings()
