"""What reaches the broker: letters of a source that are sent once more, and credentials that it has to know.

Both wait for it, and so work on connections of the registry's role after what they follow has committed.
"""

from __future__ import annotations

from casework.programme import Programme
from casework.sources.model import Registry, Secret
from casework.sources.settings import SourceSettings
from citycore.broker import credentials
from citycore.broker.security import Signature
from citycore.dead_letters import service as dead_letters
from citycore.dead_letters.model import Selection, Span
from citycore.dead_letters.outlet import Outlet
from citycore.registry import owned


def send_waiting(programme: Programme, source: str) -> None:
    """Send the letters of a source once more, up to a number."""
    registry = programme.of(Registry)
    with registry.connect() as connection:
        ids = owned.find_waiting_ids(connection, source, programme.of(SourceSettings).replayed_letters_max)
        if not ids:
            return
        selection = Selection(ids=ids, status="open")
        with Outlet(registry.broker, registry.letters) as outlet:
            span: Span | None = dead_letters.begin(connection, Selection(status="open"))
            while span is not None:
                _, span = dead_letters.replay_next(
                    connection, outlet, selection, span, registry.letters.batch_letters_max
                )


def tell_broker(programme: Programme, source: str, secret: Secret) -> None:
    """Tell the broker of a new credential. Where it is away, HTTP takes it at once; for MQTT it has to be made anew."""
    registry = programme.of(Registry)
    with registry.connect() as connection:
        credentials.tell(connection, registry.broker, source, Signature(secret.username, secret.text))
