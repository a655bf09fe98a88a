"""Signing in on the dashboards of a hub on one machine: a secret of its own, and the file that Streamlit reads."""

from __future__ import annotations

import os
import secrets

from pydantic import SecretStr

from citycore.settings import SIGN_IN_PATH, ApiClientSettings, SignInSettings
from stack.folder import DataFolder
from stack.owned import write_owned

#: The settings that belong together.
NAMES = ("FALAJ_SIGN_IN_REDIRECT_URI", "FALAJ_SIGN_IN_CLIENT_SECRET")


def sign_in_environment(folder: DataFolder, dashboards_url: str) -> dict[str, str]:
    """What the rooms are told, unless it is said otherwise by hand; the secret is made once a folder."""
    if any(name in os.environ for name in NAMES):
        return {}
    secret = str(folder.remembered("dashboards").get("client_secret") or secrets.token_urlsafe(32))
    folder.remember("dashboards", {"client_secret": secret})
    return dict(zip(NAMES, (f"{dashboards_url}{SIGN_IN_PATH}", secret), strict=True))


def settings_of(environment: dict[str, str]) -> SignInSettings:
    """As a room with this environment has them."""
    address, secret = (environment.get(name) for name in NAMES)
    if address is None or secret is None:
        return SignInSettings()
    return SignInSettings(redirect_uri=address, client_secret=SecretStr(secret))


def arguments_of(
    folder: DataFolder, settings: SignInSettings, api_url: str | None = None, user: str | None = None
) -> list[str]:
    """What the dashboards are started with; the file belongs to ``user``, who runs them."""
    from dashboards.sign_in import secrets_text

    if not settings.is_on:
        return []
    folder.path.mkdir(parents=True, exist_ok=True)
    file = folder.path.resolve() / "dashboards.secrets.toml"
    write_owned(file, secrets_text(settings, api_url or ApiClientSettings().url), user)
    return ["--secrets.files", str(file)]
