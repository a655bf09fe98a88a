"""What reaches the broker: letters of a source that are sent once more, and credentials that it has to know."""

from __future__ import annotations

from citycore.broker import credentials
from citycore.broker.security import Signature
from citycore.dead_letters import service as dead_letters
from citycore.dead_letters.model import Selection, Span, Tally
from citycore.dead_letters.outlet import Outlet
from citycore.registry import owned
from citycore.store.connections import Connection
from hub_api.programme.casework.sources.service import Secret
from hub_api.programme.casework.sources.settings import SourceSettings
from hub_api.programme.kit.request import PortalRequest


async def replay(request: PortalRequest, source: str) -> Tally:
    """In a thread, on connections of the registry's role: it waits for the broker."""
    registry, letters_max = (
        request.office.registry,
        request.office.programme.of(SourceSettings).replayed_letters_max,
    )

    def work(connection: Connection) -> Tally:
        ids = owned.find_waiting_ids(connection, source, letters_max)
        if not ids:
            return Tally()
        selection = Selection(ids=ids, status="open")
        with Outlet(registry.broker, registry.letters) as outlet:
            tally = Tally()
            span: Span | None = dead_letters.begin(connection, Selection(status="open"))
            while span is not None:
                done, span = dead_letters.replay_next(
                    connection, outlet, selection, span, registry.letters.batch_letters_max
                )
                tally += done
            return tally

    return await registry.run(work)


async def tell_broker(request: PortalRequest, source: str, secret: Secret) -> None:
    """Tell the broker of a new credential. Where it is away, HTTP takes it at once; for MQTT it has to be made anew."""
    registry, signature = request.office.registry, Signature(secret.username, secret.text)
    await registry.run(lambda connection: credentials.tell(connection, registry.broker, source, signature))
