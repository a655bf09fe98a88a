"""What stands against making or changing a key of a team."""

from __future__ import annotations

from casework.workflow.errors import Refusal


class ApiKeyRefusal(Refusal):
    package = "hackathon.contest.api_keys"


class TeamNotComplete(ApiKeyRefusal):
    """Keys are for teams that have been declared complete and take part."""


class TeamKeysOver(ApiKeyRefusal):
    """The hackathon and the days after it are over, it is called off, or the team is out."""


class TooManyTeamKeys(ApiKeyRefusal):
    """``keys_max`` count already."""


class NoMoreTeamKeys(ApiKeyRefusal):
    """The team has made ``keys_ever_max`` in all."""


class TeamKeyGone(ApiKeyRefusal):
    """The team has no such key that still counts."""
