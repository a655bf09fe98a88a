"""Why a figure cannot be worked out."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class StatisticsRefusal(Refusal):
    package = "casework.statistics"
    kind = Kind.INVALID


class TooMuchAtOnce(StatisticsRefusal):
    """More than ``limit`` of something that grows costly."""


class MarginImpossible(StatisticsRefusal):
    """The margin of place ``margin`` cannot be met: its shares are none, or nobody answered for one of them."""


class MarginsContradict(StatisticsRefusal):
    """After ``rounds`` rounds of raking the margins are still ``misfit`` percent apart."""


class BaseTooSmall(StatisticsRefusal):
    """The figure ``code`` has a value and stands on ``base`` answers only."""


class SmallCountPrinted(StatisticsRefusal):
    """The table ``code`` prints what has to be hidden."""


class TooFewForFigures(StatisticsRefusal):
    """Fewer than ``least`` answered."""


class ReleaseReplaced(StatisticsRefusal):
    kind = Kind.CONFLICT


class ReleaseOfAnother(StatisticsRefusal):
    kind = Kind.CONFLICT
