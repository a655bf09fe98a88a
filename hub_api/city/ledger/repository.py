"""The ledger, from SQL to an account."""

from __future__ import annotations

from citycore.store.queries import load_queries
from hub_api.city.ledger.model import Account
from hub_api.serving.database import Database

QUERIES = load_queries("hub_api.city.ledger")


async def fetch_account(database: Database) -> Account:
    """The account of all batches of all workers."""
    return Account(*(await database.fetch(QUERIES["account"]))[0])
