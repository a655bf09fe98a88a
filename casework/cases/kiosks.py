"""Devices on which people say something to an organisation, such as in its offices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import IssuedKiosk, NewRoll
from casework.cases.handling import require_lead
from casework.cases.repository import lock_handlers
from casework.governorates.model import Governorate
from casework.organisations.machines import ORGANISATIONS
from casework.people.model import Names
from casework.programme import Session
from citycore.language import LANGUAGES, catalogue


@dataclass(frozen=True, slots=True)
class Kiosks:
    """Of a noun, whose ``package`` has the text ``kiosk.title``, with the ``{organisation}``."""

    package: str
    kind: str
    #: How the organisation is called; refuses one to which nothing can be said.
    named: Callable[[Session, UUID], Names]

    def add(
        self, session: Session, organisation_id: UUID, name: str, governorate: Governorate
    ) -> IssuedKiosk:
        """Its code is told now and never again."""
        require_lead(session, organisation_id)
        names = self.named(session, organisation_id)
        lock_handlers(session.connection, organisation_id)
        if not admission.has_roll(session, organisation_id):
            texts = {
                language: catalogue(self.package).text(
                    "kiosk.title", language, organisation=names.shown(language)
                )
                for language in LANGUAGES
            }
            scope = Scope(ScopeKind.ORGANISATION, organisation_id)
            admission.open_roll(session, organisation_id, NewRoll(self.kind, Names(**texts), scope))
        issued = admission.add_kiosk(session, organisation_id, name, governorate)
        _note(session, organisation_id, "add_kiosk", issued.kiosk_id)
        return issued

    def revoke(self, session: Session, organisation_id: UUID, kiosk_id: UUID) -> None:
        """Its browser is refused from now on; what was said there stays."""
        require_lead(session, organisation_id)
        admission.revoke_kiosk(session, organisation_id, kiosk_id)
        _note(session, organisation_id, "revoke_kiosk", kiosk_id)


def _note(session: Session, organisation_id: UUID, event: str, kiosk_id: UUID) -> None:
    """Of the organisation: there is no case yet."""
    standing = session.look(ORGANISATIONS, organisation_id)
    session.note(ORGANISATIONS, standing, event, session.now(), kiosk=str(kiosk_id))
