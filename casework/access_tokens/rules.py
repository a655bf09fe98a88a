"""What a token may be, and what its person is while a program uses it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from casework.access.model import Actor
from casework.access_tokens.errors import TokenScopeMissing, TokenWithoutScope
from casework.access_tokens.model import ROLES, TokenScope, Wish
from casework.access_tokens.settings import AccessTokenSettings
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.keys import TOKEN_PREFIX

PACKAGE = "casework.access_tokens"
FIELDS = Fields(PACKAGE)
#: The prefix and 256 bits in hexadecimal; what is longer is not even hashed.
CHARACTERS = len(TOKEN_PREFIX) + 64


def why_wrong(wish: Wish, settings: AccessTokenSettings) -> Refusal | None:
    """The first thing that stands against a token like this."""
    return next(_wrong(wish, settings), None)


def narrowed(actor: Actor, held: Collection[TokenScope], accepted: Collection[TokenScope]) -> Actor:
    """The person with the roles that count for one of the accepted scopes that the token has, and no others.

    :class:`TokenScopeMissing` if it has none of them.
    """
    used = [scope for scope in accepted if scope in held]
    if not used:
        raise TokenScopeMissing(scopes=", ".join(sorted(accepted)))
    roles = frozenset().union(*(ROLES[scope] for scope in used))
    return replace(actor, grants=tuple(grant for grant in actor.grants if grant.role in roles))


def _wrong(wish: Wish, settings: AccessTokenSettings) -> Iterator[Refusal]:
    unfit = FIELDS.wrong_text("name", wish.name.strip(), settings.name_characters_max)
    if unfit is not None:
        yield unfit
    if not 1 <= wish.days <= settings.days_max:
        yield FIELDS.wrong("days", f"1–{settings.days_max}")
    if not wish.scopes:
        yield TokenWithoutScope()
