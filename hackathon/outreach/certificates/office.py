"""What the services of certificates need besides a connection."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from threading import Lock

from casework.people.settings import PeopleSettings
from casework.people.tokens import Random
from citycore.clock import Clock, system_clock
from hackathon.outreach.certificates.credential import Issuer
from hackathon.outreach.certificates.keys import Keys, Stamp, open_keys, stamp_of
from hackathon.outreach.certificates.rules import LETTERS, SHORT_ID_CHARACTERS
from hackathon.outreach.certificates.settings import CertificateSettings


@dataclass(frozen=True, slots=True)
class Office:
    """As it stands at one moment; after a rotation there is another, with other ``keys``."""

    keys: Keys
    issuer: Issuer
    settings: CertificateSettings = field(default_factory=CertificateSettings)
    clock: Clock = system_clock
    random: Random = secrets.token_bytes

    def new_short_id(self) -> str:
        """Fifty random bits: certificates are not found by counting."""
        return "".join(LETTERS[byte % 32] for byte in self.random(SHORT_ID_CHARACTERS))

    def new_salt(self) -> str:
        return self.random(16).hex()


def open_office(settings: CertificateSettings, portal_url: str, clock: Clock = system_clock) -> Office:
    """With the keys that the settings lead to."""
    issuer = Issuer(settings.issuer(portal_url), settings.issuer_name_ar, settings.issuer_name_en, portal_url)
    return Office(open_keys(settings), issuer, settings, clock)


def open_office_here() -> Office:
    """With the settings of the environment."""
    return open_office(CertificateSettings(), PeopleSettings().portal_url)


class Reception:
    """Opens the office when it is first needed, and anew after a rotation of the keys, in any process."""

    def __init__(self, settings: CertificateSettings, portal_url: str, clock: Clock = system_clock) -> None:
        self._settings, self._portal_url, self._clock = settings, portal_url, clock
        self._opening = Lock()
        self._opened: tuple[Stamp, Office] | None = None

    def office(self) -> Office:
        """With the keys of this moment; :class:`UnusableKey`."""
        with self._opening:
            stamp = stamp_of(self._settings)
            if self._opened is None or self._opened[0] != stamp:
                opened = open_office(self._settings, self._portal_url, self._clock)
                self._opened = stamp_of(self._settings), opened
            return self._opened[1]
