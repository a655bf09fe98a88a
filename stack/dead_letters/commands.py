"""The commands themselves: what they take. The work is imported when one runs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from stack.joining import join_running_hub
from stack.stopping import INTERRUPTED
from stack.texts import text

if TYPE_CHECKING:
    from citycore.dead_letters.model import Selection

dead_letters_app = typer.Typer(help=text("help.dead_letters"), no_args_is_help=True)

WRONG_USAGE = 2


class Which(StrEnum):
    """A status, or each of them."""

    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"
    ALL = "all"


Reason = Annotated[str | None, typer.Option("--reason", help=text("help.dead_letters_reason"))]
Source = Annotated[str | None, typer.Option("--source", help=text("help.dead_letters_source"))]
Status = Annotated[Which, typer.Option("--status", help=text("help.dead_letters_status"))]
Ids = Annotated[list[int] | None, typer.Argument(min=1, max=2**63 - 1, help=text("help.dead_letters_id"))]
All = Annotated[bool, typer.Option("--all", help=text("help.dead_letters_all"))]


@dead_letters_app.command("list", help=text("help.dead_letters_list"))
def list_dead_letters(
    reason: Reason = None,
    source: Source = None,
    status: Status = Which.OPEN,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=text("help.dead_letters_limit"))] = 20,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=text("help.dead_letters_json"))] = False,
) -> None:
    from stack.dead_letters.show import print_dead_letters

    join_running_hub()
    print_dead_letters(_filters(reason, source, status), limit, as_json=as_json)


@dead_letters_app.command("show", help=text("help.dead_letters_show"))
def show_dead_letter(
    number: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help=text("help.dead_letters_id"))],
) -> None:
    from stack.dead_letters.show import print_dead_letter

    join_running_hub()
    print_dead_letter(number)


@dead_letters_app.command("replay", help=text("help.dead_letters_replay"))
def replay_dead_letters(
    ids: Ids = None,
    reason: Reason = None,
    source: Source = None,
    status: Status = Which.OPEN,
    *,
    is_all: All = False,
) -> None:
    from stack.dead_letters.work import replay

    selection = _selection(ids, _filters(reason, source, status), is_all=is_all)
    join_running_hub()
    raise typer.Exit(0 if replay(selection) else INTERRUPTED)


@dead_letters_app.command("discard", help=text("help.dead_letters_discard"))
def discard_dead_letters(
    ids: Ids = None,
    reason: Reason = None,
    source: Source = None,
    status: Status = Which.OPEN,
    *,
    is_all: All = False,
) -> None:
    from stack.dead_letters.work import discard

    selection = _selection(ids, _filters(reason, source, status), is_all=is_all)
    join_running_hub()
    raise typer.Exit(0 if discard(selection) else INTERRUPTED)


def admin_key() -> None:
    """Print a new key and its digest; nothing is stored."""
    from citycore.keys import digest_of
    from stack.keys import new_key

    key = new_key()
    typer.echo(text("dead_letters.fresh_key", fresh=key))
    typer.echo(text("dead_letters.digest", digest=digest_of(key)))


def _filters(reason: str | None, source: str | None, status: Which) -> Selection:
    from citycore.dead_letters.model import STATUSES, Selection

    known = next((one for one in STATUSES if one == status.value), None)
    return Selection(reason=reason, source=source, status=known)


def _selection(ids: list[int] | None, filters: Selection, *, is_all: bool) -> Selection:
    """What replay and discard mean; a usage error unless it is said, in one way."""
    from citycore.dead_letters.model import Selection

    filtered = is_all or filters.reason is not None or filters.source is not None
    if bool(ids) == filtered:
        raise typer.BadParameter(text("dead_letters.both" if filtered else "dead_letters.no_selection"))
    return Selection(ids=sorted(set(ids))) if ids else filters
