"""What Streamlit has to know to sign people in with their accounts of the hub, as it wants it: a file of secrets.

``python -m dashboards.sign_in FILE`` writes it from the settings, for its owner alone; Streamlit is then started with
``--secrets.files FILE``. Where nothing is set the file says nothing, and nobody can sign in.
"""

from __future__ import annotations

import hmac
import json
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from citycore.settings import LOOPBACK, ApiClientSettings, SignInSettings

#: Where the hub describes how it signs people in.
DESCRIBED: Final = "/portal/.well-known/openid-configuration"
HEAD: Final = "# Written when the dashboards start, from FALAJ_SIGN_IN_… and FALAJ_API_URL.\n"
#: What Streamlit signs its cookies with: whoever changes the secret of the dashboards signs everybody out there.
_COOKIES: Final = b"falaj dashboards cookies 1"


def secrets_text(settings: SignInSettings, api_url: str) -> str:
    """The file as TOML (``st.login``)."""
    if settings.redirect_uri is None or settings.client_secret is None:
        return HEAD
    secret = settings.client_secret.get_secret_value()
    told = {
        "redirect_uri": settings.redirect_uri,
        "client_id": settings.client_id,
        "client_secret": secret,
        "cookie_secret": hmac.digest(secret.encode(), _COOKIES, sha256).hex(),
        "server_metadata_url": f"{api_url.rstrip('/')}{DESCRIBED}",
    }
    lines = [f"{name} = {json.dumps(text)}" for name, text in told.items()]
    # A proxy of the environment must not stand between two processes of one machine.
    trusts = str(urlsplit(api_url).hostname not in LOOPBACK).lower()
    lines += [
        'expose_tokens = ["access"]',
        "[auth.client_kwargs]",
        'scope = "openid profile"',
        # The hub refuses whoever proves nothing (RFC 7636), so this does not hang on what Streamlit does by itself.
        'code_challenge_method = "S256"',
        f"trust_env = {trusts}",
    ]
    return HEAD + "\n".join(["[auth]", *lines, ""])


def write(file: Path) -> None:
    """All of it or nothing, readable for its owner only."""
    text = secrets_text(SignInSettings(), ApiClientSettings().url)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".secrets-", delete=False) as fresh:
        fresh.write(text)  # mode 0600, as all temporary files
    Path(fresh.name).replace(file)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
