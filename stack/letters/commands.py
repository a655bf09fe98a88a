"""The commands themselves: what they take. The work is imported when one runs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from stack.joining import join_running_hub
from stack.stopping import INTERRUPTED
from stack.texts import text

if TYPE_CHECKING:
    from citycore.letters.model import Selection

letters_app = typer.Typer(help=text("help.letters"), no_args_is_help=True)

WRONG_USAGE = 2


class Which(StrEnum):
    """A status, or each of them."""

    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"
    ALL = "all"


Reason = Annotated[str | None, typer.Option("--reason", help=text("help.letters_reason"))]
Source = Annotated[str | None, typer.Option("--source", help=text("help.letters_source"))]
Status = Annotated[Which, typer.Option("--status", help=text("help.letters_status"))]
Ids = Annotated[list[int] | None, typer.Argument(min=1, max=2**63 - 1, help=text("help.letters_id"))]
All = Annotated[bool, typer.Option("--all", help=text("help.letters_all"))]


@letters_app.command("list", help=text("help.letters_list"))
def list_letters(
    reason: Reason = None,
    source: Source = None,
    status: Status = Which.OPEN,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=text("help.letters_limit"))] = 20,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=text("help.letters_json"))] = False,
) -> None:
    from stack.letters.show import print_letters

    join_running_hub()
    print_letters(_filters(reason, source, status), limit, as_json=as_json)


@letters_app.command("show", help=text("help.letters_show"))
def show_letter(
    number: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help=text("help.letters_id"))],
) -> None:
    from stack.letters.show import print_letter

    join_running_hub()
    print_letter(number)


@letters_app.command("replay", help=text("help.letters_replay"))
def replay_letters(
    ids: Ids = None,
    reason: Reason = None,
    source: Source = None,
    status: Status = Which.OPEN,
    *,
    is_all: All = False,
) -> None:
    from stack.letters.work import replay

    selection = _selection(ids, _filters(reason, source, status), is_all=is_all)
    join_running_hub()
    raise typer.Exit(0 if replay(selection) else INTERRUPTED)


@letters_app.command("discard", help=text("help.letters_discard"))
def discard_letters(
    ids: Ids = None,
    reason: Reason = None,
    source: Source = None,
    status: Status = Which.OPEN,
    *,
    is_all: All = False,
) -> None:
    from stack.letters.work import discard

    selection = _selection(ids, _filters(reason, source, status), is_all=is_all)
    join_running_hub()
    raise typer.Exit(0 if discard(selection) else INTERRUPTED)


def admin_key() -> None:
    """Print a new key and its digest; nothing is stored."""
    from citycore.keys import digest_of
    from stack.keys import new_key

    key = new_key()
    typer.echo(text("letters.fresh_key", fresh=key))
    typer.echo(text("letters.digest", digest=digest_of(key)))


def _filters(reason: str | None, source: str | None, status: Which) -> Selection:
    from citycore.letters.model import STATUSES, Selection

    known = next((one for one in STATUSES if one == status.value), None)
    return Selection(reason=reason, source=source, status=known)


def _selection(ids: list[int] | None, filters: Selection, *, is_all: bool) -> Selection:
    """What replay and discard mean; a usage error unless it is said, in one way."""
    from citycore.letters.model import Selection

    filtered = is_all or filters.reason is not None or filters.source is not None
    if bool(ids) == filtered:
        raise typer.BadParameter(text("letters.both" if filtered else "letters.no_selection"))
    return Selection(ids=sorted(set(ids))) if ids else filters
