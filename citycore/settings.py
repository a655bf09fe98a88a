"""Settings that more than one process needs, as small classes; the prefix is ``FALAJ_``.

Every limit has a name here or in the ``settings.py`` of its room. ``docs/settings.md`` lists
them all and a test keeps it true.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from citycore.credentials import CredentialSettings

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
#: Where Streamlit takes people back (``st.login``), below the address of the dashboards.
SIGN_IN_PATH: Final = "/oauth2callback"


class StoreSettings(CredentialSettings):
    """How to reach PostgreSQL. One URL for each role, so that no process holds more rights than it needs."""

    # Addresses hold passwords, which no error should quote.
    model_config = SettingsConfigDict(env_prefix="FALAJ_STORE_", frozen=True, hide_input_in_errors=True)

    owner_url: SecretStr = SecretStr("postgresql://falaj_owner@127.0.0.1:5433/falaj")
    ingest_url: SecretStr = SecretStr("postgresql://falaj_ingest@127.0.0.1:5433/falaj")
    worker_url: SecretStr = SecretStr("postgresql://falaj_worker@127.0.0.1:5433/falaj")
    read_url: SecretStr = SecretStr("postgresql://falaj_read@127.0.0.1:5433/falaj")
    admin_url: SecretStr = SecretStr("postgresql://falaj_admin@127.0.0.1:5433/falaj")
    registry_url: SecretStr = SecretStr("postgresql://falaj_registry@127.0.0.1:5433/falaj")
    usage_url: SecretStr = SecretStr("postgresql://falaj_usage@127.0.0.1:5433/falaj")
    portal_url: SecretStr = SecretStr("postgresql://falaj_portal@127.0.0.1:5433/falaj")
    connect_timeout_seconds: int = 5
    dead_peer_seconds_max: int = 20
    pool_connections_max: int = 8
    pool_wait_seconds_max: float = 5.0
    #: Where TimescaleDB is of the Community edition: observations that are older are compressed.
    compress_after_days: int = Field(default=60, ge=1)
    #: Speak to a database on another machine without TLS, where the network itself encrypts. Otherwise its addresses
    #: say `?sslmode=verify-full` (with `&sslrootcert=…` for an authority of one's own).
    trusts_network: bool = False

    @model_validator(mode="after")
    def _encrypt_on_the_way(self) -> Self:
        urls = {name: url for name, url in self if isinstance(url, SecretStr)}
        bare = [name for name, url in urls.items() if not is_guarded(url.get_secret_value())]
        if bare and not self.trusts_network:
            named = ", ".join(f"FALAJ_STORE_{name}".upper() for name in bare)
            raise ValueError(f"{named}: the database is on another machine; add ?sslmode=verify-full")
        return self


def is_guarded(url: str) -> bool:
    """Whether a database is on this machine, or shows a certificate that is verified, before a password leaves."""
    parts = urlsplit(url)
    said = parse_qs(parts.query)
    hosts = ",".join(
        [parts.netloc.rpartition("@")[2], *said.get("host", ()), *said.get("hostaddr", ())]
    ).split(",")
    return said.get("sslmode", [""])[-1] in {"verify-ca", "verify-full"} or all(map(_is_here, hosts))


def _is_here(host: str) -> bool:
    """A socket, no host, or an address of this machine."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if not name or name.startswith(("/", "%2F", "%2f")) or name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class BrokerSettings(CredentialSettings):
    """How to reach the MQTT broker, and how large a message may be."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_BROKER_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 1884
    username: str | None = None
    password: SecretStr | None = None
    #: Who keeps the users of devices at the broker's dynamic security (`falaj broker init`); without, nobody does.
    admin_username: str | None = None
    admin_password: SecretStr | None = None
    #: How long it may take over a change of a user. It writes all of them anew each time.
    admin_answer_seconds_max: float = Field(default=30.0, gt=0)
    #: Encrypted, and only with a server whose certificate is known: by the system's authorities,
    tls: bool = False
    #: or by this one (`falaj tls init`), which implies TLS.
    ca_file: Path | None = None
    keepalive_seconds: int = 30
    connect_timeout_seconds: float = 5.0
    reconnect_delay_seconds_max: int = 5
    message_bytes_max: int = 64 * 1024


class DeadLettersSettings(BaseSettings):
    """How dead letters are replayed: gently, and in batches that fit into memory."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_LETTERS_", frozen=True)

    #: Letters (of at most the largest message's size) that are in hand at once.
    batch_letters_max: int = Field(default=200, ge=1)
    #: So fast at most, so that a large replay does not crowd out what devices send.
    replay_letters_per_second_max: float = Field(default=1_000.0, gt=0)
    #: How long the broker may acknowledge nothing.
    acknowledge_seconds_max: float = Field(default=10.0, gt=0)
    discard_letters_max: int = Field(default=5_000, ge=1)


class BulkFolderSettings(BaseSettings):
    """Where bulk files lie. The worker writes them, the API serves them."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_BULK_", frozen=True)

    folder: Path = Field(default_factory=lambda: data_folder() / "bulk")


class UnitsSettings(BaseSettings):
    """How units are converted where that is a matter of convention."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_UNITS_", frozen=True)

    #: At which temperature (and 1 atm) parts of the air (ppb) are mass per volume: 25 as in the USA, 20 as in the EU.
    gas_reference_celsius: int = Field(default=25, ge=-50, le=60)


class LogSettings(BaseSettings):
    """What is logged: ``console`` for people, ``json`` for machines."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_LOG_", frozen=True)

    format: str = "console"
    #: From which level on: `debug`, `info`, `warning`, `error` or `critical`.
    level: str = "info"


class ApiClientSettings(BaseSettings):
    """Where the API is, for those who only speak HTTP to it."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_API_", frozen=True)

    url: str = "http://127.0.0.1:8000"
    timeout_seconds: float = 10.0


class SignInSettings(CredentialSettings):
    """How people sign in on the dashboards with their accounts of this hub; without an address and a secret they cannot."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_SIGN_IN_", frozen=True, env_ignore_empty=True)

    #: Where browsers come back to the dashboards, as https://dashboards.example/oauth2callback: nothing is sent elsewhere.
    redirect_uri: str | None = None
    client_id: str = Field(default="falaj-dashboards", min_length=1)
    #: What the hub knows the dashboards by, of at least 32 characters; the same in both.
    client_secret: SecretStr | None = Field(default=None, min_length=32)

    @property
    def is_on(self) -> bool:
        return self.redirect_uri is not None

    @field_validator("redirect_uri")
    @classmethod
    def _address(cls, given: str | None) -> str | None:
        parts = urlsplit(given or "")
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        is_plain = parts.path.endswith(SIGN_IN_PATH) and not (parts.query or parts.fragment or parts.username)
        if given is not None and not (is_safe and parts.hostname and is_plain):
            raise ValueError(f"an https address (http on this machine) that ends with {SIGN_IN_PATH}")
        return given

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.redirect_uri is None) != (self.client_secret is None):
            raise ValueError("FALAJ_SIGN_IN_REDIRECT_URI and FALAJ_SIGN_IN_CLIENT_SECRET go together")
        return self


def data_folder() -> Path:
    """The folder of everything that runs on this machine: ``FALAJ_DATA`` or ``.falaj`` in the checkout."""
    import os

    chosen = os.environ.get("FALAJ_DATA")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[1] / ".falaj"
