"""Limits of accounts: how long things last, how often they may be tried, how passwords are kept."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from citycore.credentials import CredentialSettings


class PeopleSettings(BaseSettings):
    """Accounts, their sessions and what is mailed about them."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_PEOPLE_", frozen=True)

    #: Where the portal is for people's browsers; links in mails begin with it.
    portal_url: str = "http://127.0.0.1:8000/portal"
    name_characters_max: int = Field(default=120, ge=1)
    password_characters_min: int = Field(default=12, ge=8)
    password_characters_max: int = Field(default=200, ge=64)
    #: Filters of an operator's own beside that of the hub: `python -m casework.people.blocked.make` makes one of a list.
    password_lists: tuple[Path, ...] = ()
    sign_up_hours: float = Field(default=72.0, gt=0)
    #: How long a link to a new password counts.
    password_link_hours: float = Field(default=2.0, gt=0)
    #: The first administrator may have to find the mail.
    administrator_link_hours: float = Field(default=72.0, gt=0)
    email_change_hours: float = Field(default=24.0, gt=0)
    identity_link_hours: float = Field(default=2.0, gt=0)
    session_idle_hours: float = Field(default=8.0, gt=0)
    session_hours: float = Field(default=24.0 * 7, gt=0)
    #: Who is signed in is asked for the password again, before sensitive steps, if that was longer ago.
    proof_minutes: float = Field(default=15.0, ge=0)
    #: A session's last use is written no more often than this.
    session_touch_seconds: float = Field(default=60.0, ge=0)
    sessions_max: int = Field(default=20, ge=1)
    #: A browser in which somebody signed in counts so long as known: others who guess do not shut it out.
    known_browser_days: float = Field(default=90.0, gt=0)
    #: Days in which a person may come back before the account is erased.
    erasure_grace_days: float = Field(default=14.0, ge=0)
    #: Rows of a list or a search at once.
    page_rows_max: int = Field(default=100, ge=1)
    #: Rows that housekeeping removes, or accounts that it erases, in one transaction.
    tidy_rows_max: int = Field(default=1_000, ge=1)


class ThrottleSettings(BaseSettings):
    """How often something may be tried in a window of time, by account and by network address."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_THROTTLE_", frozen=True)

    window_minutes: float = Field(default=15.0, gt=0)
    sign_ins_per_account_and_network: int = Field(default=10, ge=1)
    sign_ins_per_account: int = Field(default=100, ge=1)
    sign_ins_per_network: int = Field(default=100, ge=1)
    #: In a browser in which the owner has signed in before, and of whoever shows again who they are.
    sign_ins_per_known_browser: int = Field(default=10, ge=1)
    #: Invitations that others may have sent to an address; mails of any one kind that a network may cause.
    mails_per_account: int = Field(default=3, ge=1)
    mails_per_network: int = Field(default=30, ge=1)
    #: What an owner asks for, counted for each kind by itself: sign-up, new password, change of address, identity.
    own_mails_per_account_and_network: int = Field(default=3, ge=1)
    own_mails_per_account: int = Field(default=12, ge=1)
    #: Followed links and returns from an identity provider.
    links_per_network: int = Field(default=100, ge=1)
    #: Numbers of cases that are tried with a code: each number, and by a network, in a window of its own.
    follow_up_window_minutes: float = Field(default=60.0, gt=0)
    #: Tries of a number from one network, and from all: with codes of 40 bits, fifty an hour find one in two million years.
    follow_ups_per_number_and_network: int = Field(default=5, ge=1)
    follow_ups_per_number: int = Field(default=50, ge=1)
    follow_ups_per_network: int = Field(default=60, ge=1)
    #: Cases that are opened from one network in that window; a kiosk has a network of its own.
    cases_per_network: int = Field(default=30, ge=1)
    #: Seats of one session that are asked for from one network in a day, by people without an account.
    seats_per_network: int = Field(default=8, ge=1)
    #: Tokens that are tried from one network in that window; those that were right do not count.
    tokens_per_network: int = Field(default=30, ge=1)
    exports_per_account: int = Field(default=3, ge=1)
    #: Files that somebody sends, and of these the ones that were refused: reading them takes its time.
    uploads_per_account: int = Field(default=120, ge=1)
    refused_uploads_per_account: int = Field(default=20, ge=1)


class PasswordSettings(BaseSettings):
    """Argon2id. Who raises these rehashes each password when its person next signs in."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_PASSWORD_", frozen=True)

    #: RFC 9106, section 4, second recommendation: 64 MiB, three passes, four lanes.
    memory_kib: int = Field(default=65_536, ge=8)
    passes: int = Field(default=3, ge=1)
    lanes: int = Field(default=4, ge=1)
    #: So many at once in a process; others wait, since each takes that memory and, with its lanes, all of a small machine.
    hashes_at_once_max: int = Field(default=1, ge=1)


class OidcSettings(CredentialSettings):
    """An OpenID Connect provider; without an issuer there is none."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_OIDC_", frozen=True)

    issuer: str | None = None
    client_id: str = ""
    client_secret: SecretStr | None = None
    #: Names on the button.
    name_ar: str = "الدخول الموحد"
    name_en: str = "Single sign-on"
    #: Only addresses of these domains are let in; none means all.
    allowed_domains: frozenset[str] = frozenset()
    #: How far the provider's clock and ours may differ.
    leeway_seconds: int = Field(default=60, ge=0)
    timeout_seconds: float = Field(default=10.0, gt=0)
    #: What the provider answers is not read beyond this.
    answer_bytes_max: int = Field(default=262_144, ge=1_024)
    #: How long its description and its keys are remembered.
    metadata_minutes: float = Field(default=60.0, gt=0)
    #: An unknown key makes us ask for keys again, no more often than this.
    keys_seconds_min: float = Field(default=30.0, ge=0)
    #: How long somebody may take at the provider.
    flow_minutes: float = Field(default=15.0, gt=0)
