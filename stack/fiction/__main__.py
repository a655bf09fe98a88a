"""``python -m stack.fiction [SEED]``: tell the story to the hub of the environment, if that is a demo."""

from __future__ import annotations

import os
import sys

from citycore.clock import system_clock
from citycore.settings import StoreSettings, data_folder
from citycore.store.connections import connect
from stack.fiction.duty import watch_city
from stack.fiction.service import tell_programme
from stack.fiction.sign_in import sign_in_file


def main(arguments: list[str]) -> None:
    """Ends with 0 also where there is a programme already: then it is somebody's own, and stays so."""
    if os.environ.get("FALAJ_PORTAL_IS_DEMO") != "true":
        raise SystemExit("this is no demo")
    store, folder = StoreSettings(), data_folder()
    seed = int(arguments[0]) if arguments else None
    with connect(store.portal_url, store, "falaj-demo", autocommit=True) as connection:
        is_there = tell_programme(
            connection, folder, os.environ["FALAJ_PEOPLE_PORTAL_URL"], system_clock(), seed
        )
    if is_there:
        with connect(store.registry_url, store, "falaj-demo", autocommit=True) as connection:
            watch_city(connection, system_clock())
    else:
        # Emptied: the folder itself may belong to whoever started the hub.
        sign_in_file(folder).write_text("[]\n", "utf-8")


main(sys.argv[1:])
