"""Commands that need a hub work on the one that runs in the data folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from citycore.credentials import FOLDER

if TYPE_CHECKING:
    from pydantic import SecretStr

    from citycore.settings import StoreSettings
    from citycore.store.connections import Connection


def join_running_hub() -> None:
    """Take the settings of the hub that runs in the data folder, unless the user gave their own."""
    from citycore.settings import data_folder
    from stack.folder import DataFolder

    given = ("FALAJ_STORE_OWNER_URL", "FALAJ_BROKER_PORT", FOLDER)
    if not any(name in os.environ for name in given):
        os.environ.update(DataFolder(data_folder()).running_environment())


@contextmanager
def hub_connection(
    url_of: Callable[[StoreSettings], SecretStr], name: str, sources: str = ""
) -> Iterator[Connection]:
    """A role's connection to the hub of the settings, under a name for the database's own lists; ``sources`` as of :func:`full_url`.

    :class:`StoreUnavailable` if the database does not answer, or goes away meanwhile.
    """
    import psycopg

    from citycore.log import configure_command_logging
    from citycore.settings import StoreSettings
    from citycore.store.connections import connect, unavailable

    configure_command_logging()
    store = StoreSettings()
    try:
        with connect(url_of(store), store, name, autocommit=True, sources=sources) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise unavailable(url_of(store), error) from error
