"""Who signs certificates: the issuer, with the keys of this moment."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple, Self

import structlog

from casework.people.settings import PeopleSettings
from casework.programme import Programme
from hackathon.outreach.certificates.credential import Issuer
from hackathon.outreach.certificates.errors import UnusableKey
from hackathon.outreach.certificates.keys import Keys, Stamp, open_keys, stamp_of
from hackathon.outreach.certificates.settings import CertificateSettings

log = structlog.get_logger()


class Signer(NamedTuple):
    """As it stands at one moment; after a rotation there is another, with other ``keys``."""

    keys: Keys
    issuer: Issuer


class Signing:
    """Reads the keys when they are first needed, and anew after a rotation, in any process."""

    def __init__(self, settings: CertificateSettings, portal_url: str) -> None:
        self._settings = settings
        self._issuer = Issuer(
            settings.issuer(portal_url), settings.issuer_name_ar, settings.issuer_name_en, portal_url
        )
        self._opening = Lock()
        self._opened: tuple[Stamp, Signer] | None = None
        self._away: str | None = None

    @classmethod
    def made_for(cls, programme: Programme) -> Self:
        return cls(programme.of(CertificateSettings), programme.of(PeopleSettings).portal_url)

    def now(self) -> Signer:
        """With the keys of this moment; :class:`UnusableKey`."""
        try:
            opened = self._open()
        except UnusableKey as error:
            self._note(str(error))
            raise
        self._note(None)
        return opened

    def _open(self) -> Signer:
        with self._opening:
            stamp = stamp_of(self._settings)
            if self._opened is None or self._opened[0] != stamp:
                opened = Signer(open_keys(self._settings), self._issuer)
                self._opened = stamp_of(self._settings), opened
            return self._opened[1]

    def _note(self, away: str | None) -> None:
        """Log once that certificates cannot be signed, and once that they can again."""
        if away is not None and self._away is None:
            log.warning("certificate_key_unusable", reason=away)
        elif away is None and self._away is not None:
            log.info("certificate_key_usable")
        self._away = away
