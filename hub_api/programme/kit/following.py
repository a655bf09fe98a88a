"""Whoever follows something without an account: their browser has a pass, which counts on pages below ``/portal/follow``.

On these pages nobody is signed in: what is followed there stays apart from who has an account.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from casework.follow_up.keys import HubKey
from casework.follow_up.model import Followed
from casework.follow_up.rules import read_pass, write_pass
from casework.follow_up.settings import FollowUpSettings
from hub_api.programme.kit.office import MOUNT, Office

FOLLOW: Final = "/follow"
FOLLOW_COOKIE: Final = "falaj_follow"


def is_follow_page(path: str) -> bool:
    """Of an address with the mount."""
    return path == f"{MOUNT}{FOLLOW}" or path.startswith(f"{MOUNT}{FOLLOW}/")


def followed_with(office: Office, shown: str) -> Followed | None:
    """What a browser follows that shows this pass."""
    at = office.clock()
    return office.programme.of(HubKey).find(lambda key: read_pass(key, shown, at)) if shown else None


def pass_for(office: Office, followed: Followed) -> tuple[str, int]:
    """A new pass from now on, and for how many seconds."""
    minutes = timedelta(minutes=office.programme.of(FollowUpSettings).pass_minutes)
    text = write_pass(office.programme.of(HubKey).secret, followed, office.clock() + minutes)
    return text, int(minutes.total_seconds())
