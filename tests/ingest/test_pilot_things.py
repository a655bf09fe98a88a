"""What a pilot registers in the portal is known to ingest: a value comes by MQTT and stands on the pilot's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from citycore.wire import encode
from hackathon.market.pilots.model import NewDatastream, NewThing
from hackathon.market.pilots.repository import find_things, register_datastream, register_thing
from ingest.model import Account
from tests.conftest import Database
from tests.hackathon.introduction_specimens import store_pilot
from tests.ingest.conftest import IngestProcess, Publisher, settle

LAMP = NewThing("one", "lamp", "مصباح", "Lamp", 58.4, 23.6)


def test_a_value_of_a_pilots_thing_is_stored_and_shown_and_one_of_no_things_is_not(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, ledger: Callable[[], Account]
) -> None:
    with database.connect() as owner, database.connect("portal") as portal:
        pilot_id = store_pilot(owner)
        (code,) = owner.execute(
            "UPDATE innovation.pilots SET state = 'running' WHERE pilot_id = %s RETURNING code", [pilot_id]
        ).fetchone() or ("",)
        namespace = f"pilot-{code}"
        register_thing(portal, pilot_id, f"{namespace}-one", LAMP, 10)
        register_datastream(portal, pilot_id, NewDatastream(f"{namespace}-one", "pm2_5", 60), 10)
        portal.commit()
        ingest_process.start()
        at = datetime.now(UTC) - timedelta(minutes=5)
        publisher.source = namespace
        publisher.publish(f"{namespace}-one", [encode(at, {"pm2_5": 12.5})])
        publisher.publish(f"{namespace}-two", [encode(at, {"pm2_5": 1.0})])
        publisher.source = "pilot-others"
        publisher.publish(f"{namespace}-one", [encode(at, {"pm2_5": 2.0})])
        account = settle(ledger, 3)
        assert (account.stored, account.quarantined) == (1, 2)
        (thing,) = find_things(portal, pilot_id, at - timedelta(hours=1), at + timedelta(hours=1))
        (measured,) = thing.measures
        assert (thing.code, measured.result, measured.count_of_day) == (f"{namespace}-one", 12.5, 1)
        assert measured.phenomenon_time == at
