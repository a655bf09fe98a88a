"""What can go wrong when the broker is told of users."""

from __future__ import annotations

from typing import ClassVar

from citycore.errors import BrokerUnavailable, FalajError, Kind


class BrokerWithoutSecurity(BrokerUnavailable):
    """It answers, and does not take what the hub says of users: the plug-in or the administrator is missing."""

    slug = "broker_without_security"


class BrokerRefused(FalajError):
    """The broker's dynamic security did not do what it was asked; ``reason`` is its own word."""

    slug = "broker_refused"
    kind = Kind.CONFLICT
    is_private: ClassVar[bool] = True


class BrokerUserTaken(FalajError):
    """The broker has a user of that name who is not of this hub."""

    slug = "broker_user_taken"
    kind = Kind.CONFLICT


class CredentialNotFound(FalajError):
    slug = "credential_not_found"
    kind = Kind.NOT_FOUND


class ThingNotFound(FalajError):
    slug = "thing_of_source_not_found"
    kind = Kind.NOT_FOUND
