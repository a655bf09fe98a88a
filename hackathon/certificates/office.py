"""What the services of certificates need besides a connection."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from citycore.clock import Clock, system_clock
from hackathon.certificates.credential import Issuer
from hackathon.certificates.keys import Keys, open_keys
from hackathon.certificates.settings import CertificateSettings
from hackathon.people.settings import PeopleSettings
from hackathon.people.tokens import Random

#: Crockford's: nothing that is read as something else.
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_SHORT_ID_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class Office:
    """Made once a process; ``keys`` are read again after a rotation."""

    keys: Keys
    issuer: Issuer
    settings: CertificateSettings = field(default_factory=CertificateSettings)
    clock: Clock = system_clock
    random: Random = secrets.token_bytes

    def new_short_id(self) -> str:
        """Fifty random bits: certificates are not found by counting."""
        return "".join(_LETTERS[byte % 32] for byte in self.random(_SHORT_ID_CHARACTERS))

    def new_salt(self) -> str:
        return self.random(16).hex()


def open_office(settings: CertificateSettings, portal_url: str, clock: Clock = system_clock) -> Office:
    """With the keys that the settings lead to."""
    issuer = Issuer(settings.issuer(portal_url), settings.issuer_name_ar, settings.issuer_name_en, portal_url)
    return Office(open_keys(settings), issuer, settings, clock)


def open_office_here() -> Office:
    """With the settings of the environment."""
    return open_office(CertificateSettings(), PeopleSettings().portal_url)
