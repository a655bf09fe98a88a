"""When a team may have keys, and which days a chart of their use has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from casework.workflow.errors import Refusal
from hackathon.contest.api_keys.errors import NoMoreTeamKeys, TeamKeysOver, TeamNotComplete, TooManyTeamKeys
from hackathon.contest.api_keys.model import DayOfUse, Standing, TeamKey
from hackathon.contest.api_keys.settings import TeamKeySettings

#: Declared complete, or taking part.
COMPLETE = frozenset({"eligible", "locked"})
FORMING = "forming"
#: The hackathon will not be, not now, or is put away.
OUT_OF_SEASON = frozenset({"draft", "postponed", "cancelled", "archived"})
#: The last deadline: after it nothing of the hackathon is open.
LAST_DEADLINE = "appeals_close"


def why_none(team_state: str, hackathon_state: str, ends_at: datetime | None, at: datetime) -> Refusal | None:
    """What stands against any key of the team; ``ends_at`` is when it would expire."""
    if team_state == FORMING:
        return TeamNotComplete()
    if team_state not in COMPLETE or hackathon_state in OUT_OF_SEASON or ends_at is None or ends_at <= at:
        return TeamKeysOver()
    return None


def why_no_more(keys: Sequence[TeamKey], settings: TeamKeySettings, at: datetime) -> Refusal | None:
    """What stands against one more beside these."""
    if len(keys) >= settings.keys_ever_max:
        return NoMoreTeamKeys(keys_ever_max=settings.keys_ever_max)
    if len(valid(keys, at)) >= settings.keys_max:
        return TooManyTeamKeys(keys_max=settings.keys_max)
    return None


def valid(keys: Iterable[TeamKey], at: datetime) -> list[TeamKey]:
    return [key for key in keys if key.standing(at) is Standing.VALID]


def first_day(today: date, days: int) -> date:
    return today - timedelta(days=days - 1)


def without_gaps(used: Iterable[DayOfUse], today: date, days: int) -> tuple[DayOfUse, ...]:
    """The last ``days`` days, the oldest first; on those that are missing nobody asked."""
    known, first = {one.day: one for one in used}, first_day(today, days)
    wanted = (first + timedelta(days=number) for number in range(days))
    return tuple(known.get(day, DayOfUse(day, 0, 0)) for day in wanted)
