"""Guards of pages below ``/portal/follow``, for those who follow something without an account."""

from __future__ import annotations

from hub_api.programme.kit.errors import FollowNeeded
from hub_api.programme.kit.request import PortalRequest


def follows(request: PortalRequest) -> None:
    """The guard of whoever follows anything without an account, on pages below ``/follow``; :class:`FollowNeeded`.

    The pass counts on from each page that is looked at.
    """
    if request.followed is None:
        raise FollowNeeded
    request.keep_followed(request.followed)


def follows_it(request: PortalRequest) -> None:
    """The same of whoever follows what the address names."""
    follows(request)
    if request.followed is None or str(request.followed.object_id) not in request.http.path_params.values():
        raise FollowNeeded
