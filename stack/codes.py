"""``falaj codes …``: the keys under which codes are kept. They lie in a file; what is made under them is counted in the database."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from stack.texts import text

if TYPE_CHECKING:
    from casework.follow_up.keys import HubKey

codes_app = typer.Typer(help=text("help.codes"), no_args_is_help=True)


@codes_app.command("keys", help=text("help.codes_keys"))
def keys() -> None:
    known, counts = _found()
    for place, (code, count) in enumerate(counts.items()):
        part = text("codes.former" if place else "codes.newest")
        typer.echo(
            f"{code}  {text('codes.in_use', count=f'{count:,}') if count else text('codes.unused')}  {part}"
        )
    if len(known.secrets) == 1:
        typer.echo(text("codes.single"), err=True)


@codes_app.command("rotate", help=text("help.codes_rotate"))
def rotate() -> None:
    from casework.follow_up import keys
    from casework.follow_up.settings import FollowUpSettings
    from stack.joining import join_running_hub

    join_running_hub()
    settings = FollowUpSettings()
    made = keys.rotate(settings, secrets.token_bytes)
    typer.echo(made.code)
    typer.echo(text("codes.rotated", file=settings.key_file()), err=True)


@codes_app.command("retire", help=text("help.codes_retire"))
def retire(
    code: Annotated[str, typer.Argument(metavar="KEY", help=text("help.codes_key"))],
    force: Annotated[bool, typer.Option("--force", help=text("help.codes_force"))] = False,
) -> None:
    from casework.follow_up import keys
    from casework.follow_up.settings import FollowUpSettings

    known, counts = _found()
    if code not in counts or code == known.code:
        raise typer.BadParameter(text("codes.no_former", code=code))
    if counts[code] and not force:
        raise typer.BadParameter(text("codes.still_used", code=code, count=f"{counts[code]:,}"))
    keys.retire(FollowUpSettings(), code)
    typer.echo(text("codes.retired", code=code), err=True)


def _found() -> tuple[HubKey, dict[str, int]]:
    """The keys, and for each, the newest first, how much in the database needs it."""
    from casework.access.model import SYSTEM
    from casework.admission.service import keys_in_use as admitted
    from casework.follow_up.keys import code_of_key, read
    from casework.follow_up.service import keys_in_use as followed
    from casework.follow_up.settings import FollowUpSettings
    from casework.second_factor.service import keys_in_use as sealed
    from programme.registry import open_programme
    from stack.programme import programme_connection

    with programme_connection() as connection:
        programme = open_programme(lambda: nullcontext(connection))
        known = read(FollowUpSettings())
        counts = {code_of_key(one): 0 for one in known.secrets}
        for count_of in (followed, admitted, sealed):
            for code, count in programme.call(SYSTEM, count_of).items():
                # What names none is from before keys had names; what names a key that was retired opens nothing.
                name = code_of_key(known.oldest) if code is None else code
                if name in counts:
                    counts[name] += count
    return known, counts
