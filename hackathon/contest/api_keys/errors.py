"""What stands against making or changing a key of a team."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal


class ApiKeyRefusal(Refusal):
    package: ClassVar[str] = "hackathon.contest.api_keys"


class TeamNotComplete(ApiKeyRefusal):
    """Keys are for teams that have been declared complete and take part."""

    slug = "team_not_complete"


class TeamKeysOver(ApiKeyRefusal):
    """The hackathon and the days after it are over, it is called off, or the team is out."""

    slug = "team_keys_over"


class TooManyTeamKeys(ApiKeyRefusal):
    """``keys_max`` count already."""

    slug = "too_many_team_keys"


class NoMoreTeamKeys(ApiKeyRefusal):
    """The team has made ``keys_ever_max`` in all."""

    slug = "no_more_team_keys"


class TeamKeyGone(ApiKeyRefusal):
    """The team has no such key that still counts."""

    slug = "team_key_gone"
