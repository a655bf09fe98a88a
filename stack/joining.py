"""Commands that need a hub work on the one that runs in the data folder."""

from __future__ import annotations

import os


def join_running_hub() -> None:
    """Take the settings of the hub that runs in the data folder, unless the user gave their own."""
    from citycore.settings import data_folder
    from stack.folder import DataFolder

    if "FALAJ_STORE_OWNER_URL" not in os.environ and "FALAJ_BROKER_PORT" not in os.environ:
        os.environ.update(DataFolder(data_folder()).running_environment())
