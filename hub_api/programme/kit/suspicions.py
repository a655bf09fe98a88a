"""Telling administrators who is refused far too often, beside the requests themselves, which wait for nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from casework.access.model import SYSTEM
from casework.self_checks.model import PACKAGE, Notice
from casework.self_checks.settings import SelfCheckSettings
from casework.self_checks.telling import tell_administrators
from citycore.errors import FalajError
from citycore.language import Language, catalogue
from hub_api.serving.transport.watching import Crossing

if TYPE_CHECKING:
    from hub_api.programme.kit.office import Office

log = structlog.get_logger()


class Teller:
    """One for an application; called within its event loop."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._telling: set[asyncio.Task[None]] = set()

    def __call__(self, crossing: Crossing) -> None:
        task = asyncio.get_running_loop().create_task(self._tell(crossing))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def finish(self) -> None:
        """Wait for what is on its way."""
        await asyncio.gather(*self._telling)

    async def _tell(self, crossing: Crossing) -> None:
        def kind(language: Language) -> str:
            return catalogue(PACKAGE).text(f"refused.{crossing.kind}", language)

        def subject(language: Language) -> str:
            sort = "network" if "/" in crossing.subject else "account"
            return catalogue(PACKAGE).text(f"refused.{sort}", language, subject=crossing.subject)

        hours = self._office.programme.of(SelfCheckSettings).told_hours
        try:
            await self._office.act(
                SYSTEM,
                tell_administrators,
                Notice.MANY_REFUSALS,
                crossing.subject,
                subject=subject,
                count=str(crossing.count),
                kind=kind,
                hours=max(1, round(hours)),
                link=f"{self._office.url}/desk/people",
            )
        except FalajError as error:
            log.warning("administrators_not_told", notice=Notice.MANY_REFUSALS.value, reason=str(error))
