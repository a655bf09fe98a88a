"""The ledger, from SQL to accounts."""

from __future__ import annotations

from datetime import datetime

from citycore.store.queries import load_queries
from hub_api.database import Database
from hub_api.ledger.model import Account

QUERIES = load_queries("hub_api.ledger")


async def fetch_settled_until(database: Database, after: int, settled_before: datetime) -> tuple[int, int]:
    """The last settled batch and the last batch of those after ``after``; both ``after`` if none."""
    wanted = {"after": after, "settled_before": settled_before}
    settled, last = (await database.fetch(QUERIES["settled_until"], wanted))[0]
    return (after, after) if last is None else (int(settled), int(last))


async def fetch_account(database: Database, after: int, until: int) -> Account:
    """The account of the batches in ``(after, until]``."""
    row = (await database.fetch(QUERIES["sums"], {"after": after, "until": until}))[0]
    return Account(*row)


async def fetch_newest_batch(database: Database) -> tuple[int, datetime, datetime] | None:
    """Number, first arrival and commit of the newest batch, or None if there is none."""
    rows = await database.fetch(QUERIES["newest_batch"])
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None
