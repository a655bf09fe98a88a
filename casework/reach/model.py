"""Reach as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from casework.workflow.wording import Labelled

PACKAGE: Final = "casework.reach"


class Medium(Labelled, package=PACKAGE, table="medium"):
    INSTAGRAM = "instagram"
    X = "x"
    FACEBOOK = "facebook"
    YOUTUBE = "youtube"
    TIKTOK = "tiktok"
    SNAPCHAT = "snapchat"
    LINKEDIN = "linkedin"
    WEBSITE = "website"
    PRESS = "press"
    BROADCAST = "broadcast"


class Measure(Labelled, package=PACKAGE, table="measure"):
    """What was counted there. One person may be in it several times, and in several of them."""

    VIEWS = "views"
    LIKES = "likes"
    SHARES = "shares"
    COMMENTS = "comments"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReach:
    """So many on a day, as ``source`` (an address of the web) says."""

    medium: Medium
    measure: Measure
    number: int
    source: str
    counted_on: date


@dataclass(frozen=True, slots=True)
class Reach:
    reach_id: UUID
    said: NewReach
