"""Secrets as files: what systemd hands to a unit (``ImportCredential=``, ``LoadCredential=``), a file for each setting.

The file ``$CREDENTIALS_DIRECTORY/FALAJ_STORE_READ_URL`` says what the variable of that name would. A variable works too;
both at once are refused, so that nobody changes the one and wonders why the other counts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource

from citycore.errors import CredentialMissing, CredentialTwice, CredentialUnreadable, PlaceholderLeft

#: Where systemd says that a unit's credentials lie.
FOLDER: Final = "CREDENTIALS_DIRECTORY"
#: What the examples in ``deploy/`` leave for the operator to say.
PLACEHOLDER: Final = "://CHANGE"
#: A key, a password, a URL or options of a storage; longer is something else.
BYTES_MAX: Final = 1 << 16


class Needs(NamedTuple):
    """Secrets of one process: without the first it does not start, the others it may have."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


_HUB_AT_BROKER: Final = ("FALAJ_BROKER_USERNAME", "FALAJ_BROKER_PASSWORD")
_ADMINISTRATOR_AT_BROKER: Final = ("FALAJ_BROKER_ADMIN_USERNAME", "FALAJ_BROKER_ADMIN_PASSWORD")
_ARCHIVE: Final = ("FALAJ_ARCHIVE_URL", "FALAJ_ARCHIVE_OPTIONS")
_KEYS: Final = ("FALAJ_CERTIFICATES_KEY", "FALAJ_FOLLOW_UP_KEY", "FALAJ_FOLLOW_UP_FORMER_KEYS")

#: Who needs which. Units, the demo and the tests follow it: what is not named for a process, it never gets.
PROCESSES: Final[Mapping[str, Needs]] = {
    "migrate": Needs(("FALAJ_STORE_OWNER_URL",)),
    "ingest": Needs(("FALAJ_STORE_INGEST_URL",), _HUB_AT_BROKER),
    "worker": Needs(
        ("FALAJ_STORE_WORKER_URL", "FALAJ_STORE_PORTAL_URL"),
        (
            *_HUB_AT_BROKER,
            *_ADMINISTRATOR_AT_BROKER,
            *_ARCHIVE,
            *_KEYS,
            "FALAJ_OUTBOX_SMTP_PASSWORD",
            "FALAJ_VOICE_IMAP_PASSWORD",
        ),
    ),
    "api": Needs(
        (
            "FALAJ_STORE_READ_URL",
            "FALAJ_STORE_ADMIN_URL",
            "FALAJ_STORE_USAGE_URL",
            "FALAJ_STORE_PORTAL_URL",
            "FALAJ_STORE_REGISTRY_URL",
            "FALAJ_API_CURSOR_KEY",
        ),
        (
            *_HUB_AT_BROKER,
            *_ADMINISTRATOR_AT_BROKER,
            *_ARCHIVE,
            *_KEYS,
            "FALAJ_OIDC_CLIENT_SECRET",
            "FALAJ_SIGN_IN_CLIENT_SECRET",
        ),
    ),
    "dashboards": Needs((), ("FALAJ_SIGN_IN_CLIENT_SECRET",)),
}
#: What is secret of all settings.
SECRETS: Final = frozenset(name for needs in PROCESSES.values() for name in needs.all)


class CredentialSettings(BaseSettings):
    """Settings some of which are secrets: they come from the environment, or from files that the service manager hands over."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (of one folder, whatever the process is)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        folder = os.environ.get(FOLDER)
        files = (_Credentials(settings_cls, folder),) if folder else ()
        return (init_settings, env_settings, dotenv_settings, *files)


class _Credentials(SecretsSettingsSource):
    def __call__(self) -> dict[str, Any]:
        folder, prefix = Path(str(self.secrets_dir)), str(self.config.get("env_prefix", "")).upper()
        for name in self.settings_cls.model_fields:
            _read(folder, f"{prefix}{name.upper()}")  # clear errors: the library's would not say which file
        return super().__call__()


def require(process: str) -> None:
    """Where a service manager hands credentials over: all that the process needs are there, once, and can be read.

    Else :class:`CredentialMissing`, :class:`CredentialTwice` or :class:`CredentialUnreadable`; :class:`PlaceholderLeft` where a
    setting is still that of an example. Elsewhere settings have defaults, for trying the hub out.
    """
    given = os.environ.get(FOLDER)
    if given is None:
        return
    left = [name for name, value in os.environ.items() if name.startswith("FALAJ_") and PLACEHOLDER in value]
    if left:
        raise PlaceholderLeft(names=", ".join(sorted(left)))
    needs = PROCESSES[process]
    for name in needs.all:
        _read(Path(given), name)
    missing = [name for name in needs.required if not is_given(name)]
    if missing:
        raise CredentialMissing(process=process, names=", ".join(missing))


def _read(folder: Path, name: str) -> str | None:
    file = folder / name
    if not os.path.lexists(file):
        return None
    if name in os.environ:
        raise CredentialTwice(name=name, folder=folder)
    try:
        text = _text_of(file)
    except OSError as error:
        raise CredentialUnreadable(file=file, reason=error.strerror) from None
    except UnicodeDecodeError:  # it would quote what it could not read
        raise CredentialUnreadable(file=file, reason="no text in UTF-8") from None
    except ValueError as error:
        raise CredentialUnreadable(file=file, reason=str(error)) from None
    return text


def _text_of(file: Path) -> str:
    """``ValueError`` says what it is instead of a secret: an empty one would let in whoever knows that it is empty."""
    if not stat.S_ISREG(
        file.stat().st_mode
    ):  # a pipe would keep the process waiting, a device feed it for ever
        raise ValueError("no ordinary file")
    with file.open("rb") as opened:
        content = opened.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise ValueError(f"more than {BYTES_MAX} bytes")
    text = content.decode("utf-8").strip()
    if not text:
        raise ValueError("empty")
    if not all(line.isprintable() for line in text.splitlines()):
        raise ValueError("control characters")
    return text


def is_given(name: str) -> bool:
    """Whether a secret was set by hand, be it as a variable or as a file."""
    folder = os.environ.get(FOLDER)
    return bool(os.environ.get(name)) or (folder is not None and (Path(folder) / name).is_file())
