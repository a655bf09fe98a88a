"""``falaj demo``: the hub in the foreground, one live line, and an orderly end.

Ctrl-C and SIGTERM are the way to end it, so they end it with 0, at whatever moment they come.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from citycore.errors import FalajError
from stack.fiction.sign_in import read_sign_in, sign_in_file
from stack.folder import DataFolder
from stack.hub import DUTIES, Hub
from stack.processes import ask
from stack.settings import StackSettings
from stack.stopping import Stop, StopRequested
from stack.supervisor import Ailment
from stack.texts import text

console = Console(markup=False, highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 110)


def run_demo(folder: Path, seed: int | None) -> int:
    """Run until somebody stops it; 0 then. Errors of the hub are raised after it is stopped."""
    settings = StackSettings()
    with _hub(folder, settings, seed, settings.backfill_days) as hub:
        began = time.monotonic()
        hub.start()
        hub.start_city()
        _print_places_to_go(hub, time.monotonic() - began)
        _watch(hub)
    console.print(text("demo.stopped"))
    return 0


def run_check(folder: Path, seed: int | None) -> int:
    """Prove every step in a fresh folder, which is removed afterwards unless a step failed: 0 or 1."""
    from stack.proof import prove

    settings = StackSettings()
    folder.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="check-", dir=folder))
    fresh.chmod(0o755)  # the hub's users have to get to what is theirs in it
    passed: bool | None = None
    with _hub(fresh, settings, seed, settings.check_backfill_days) as hub:
        passed = prove(hub, console)
    if passed is not False:
        hub.remove()
        shutil.rmtree(fresh, ignore_errors=True)
    return 0 if passed else 1


@contextmanager
def _hub(folder: Path, settings: StackSettings, seed: int | None, backfill_days: int) -> Iterator[Hub]:
    """A hub that is closed whatever happens. A wish to stop ends the block and is no error."""
    with Stop() as stop:
        hub = Hub(
            DataFolder(folder), settings, stop, _tell, seed=seed, backfill_days=backfill_days, is_demo=True
        )
        console.print(text("demo.starting", folder=folder))
        try:
            yield hub
        except StopRequested:
            console.print(text("demo.stopping"))
        except FalajError:
            # Ctrl-C reaches programs that we were just waiting for, too; their end is no news then.
            if not stop.requested:
                raise
        finally:
            hub.close()


def _tell(what: str, details: dict[str, object]) -> None:
    console.print(text(f"demo.{what}", **details), style="yellow")


def _print_unstated(hub: Hub) -> None:
    """What the pages cannot say yet of whoever runs the hub, and where it is said."""
    from hub_api.serving.operator.settings import operator

    missing = operator().unstated
    if missing:
        settings = {
            "name": "FALAJ_OPERATOR_NAME_AR, FALAJ_OPERATOR_NAME_EN",
            "contact": "FALAJ_OPERATOR_CONTACT_EMAIL",
        }
        said = {
            "names": ", ".join(text(f"demo.unstated_{each}") for each in missing),
            "settings": ", ".join(settings[each] for each in missing),
        }
        console.print(text("demo.unstated", desk=f"{hub.portal_url}/desk/texts", **said), style="yellow")


def _print_places_to_go(hub: Hub, seconds: float) -> None:
    console.print(text("demo.started", seconds=f"{seconds:.1f}"), style="green")
    for key, address in (
        ("english", f"{hub.dashboards_url}/?lang=en"),
        ("arabic", f"{hub.dashboards_url}/?lang=ar"),
        ("api", f"{hub.api_url}/docs/guide"),
        ("portal", hub.portal_url),
        ("mail", str(hub.mail_folder)),
        ("admin_key", str(hub.admin_key_file)),
        ("logs", str(hub.logs)),
    ):
        console.print(f"  {text(f'demo.{key}')}: {address}")
    _print_sign_in(hub)
    _print_unstated(hub)
    console.print(text("demo.hint"))


def _print_sign_in(hub: Hub) -> None:
    """Whom one can be in the portal."""
    known = read_sign_in(hub.folder.path)
    if not known:
        return
    console.print(text("demo.sign_in", file=sign_in_file(hub.folder.path)))
    for one in known:
        console.print(f"    {text(f'demo.{one.role}')}: {one.email}  {one.password}")
    if hub.environment[DUTIES] == "[]":
        console.print(text("demo.second_factor", setting=DUTIES))


def _watch(hub: Hub) -> None:
    """Look after the processes and show the account, until a wish to stop."""
    if console.is_terminal:
        with Live(console=console, auto_refresh=False) as live:
            _repeat(hub, hub.settings.live_seconds, lambda line: live.update(Text(line), refresh=True))
    else:
        _repeat(hub, hub.settings.plain_seconds, console.print)


def _repeat(hub: Hub, seconds: float, show: Callable[[str], None]) -> None:
    shown = float("-inf")
    while True:
        hub.tend()
        if time.monotonic() - shown >= seconds:
            shown = time.monotonic()
            show(" — ".join([live_line(account(hub)), *troubles(hub.supervisor.ailments(), status(hub))]))
        hub.stop.wait(min(seconds, 1.0))


def account(hub: Hub) -> dict[str, Any] | None:
    """The ledger as the API gives it, or None while it does not answer."""
    return _told(hub, "/v1/ledger")


def status(hub: Hub) -> dict[str, Any]:
    """What the API says of the hub's parts; empty while it does not answer."""
    told = _told(hub, "/v1/status") or {}
    return dict(told.get("components", {}))


def _told(hub: Hub, path: str) -> dict[str, Any] | None:
    """Asked for a moment only: whoever waits here looks after nobody."""
    answer = ask(f"{hub.api_url}{path}", hub.settings.live_wait_seconds_max)
    if answer is None or answer.status != 200:
        return None
    data = json.loads(answer.body)["data"]
    return data if isinstance(data, dict) else None


def troubles(ailments: Sequence[Ailment], components: Mapping[str, Any]) -> list[str]:
    """What is not in order now, each in a few words: as the supervisor sees it, and as the status says it."""
    found = [text(f"demo.{one.state}", process=one.title, seconds=f"{one.seconds:.0f}") for one in ailments]
    for name, part in components.items():
        if part["state"] != "good" and (facts := _facts(part)):
            found.append(text("demo.live_late", part=text(f"demo.part.{name}"), facts=facts))
    return found


def _facts(part: Mapping[str, Any]) -> str:
    """Nothing for a part of which nothing is known: the hub may just be starting."""
    if part["state"] == "bad":
        age = part.get("account_age_seconds")
        return text("demo.away") if age is None else text("demo.no_account", seconds=f"{age:.0f}")
    if part["state"] == "late" and part.get("waiting_messages") and part.get("stalled_seconds"):
        messages = f"{part['waiting_messages']:,}"
        return text("demo.waiting", messages=messages, seconds=f"{part['stalled_seconds']:.0f}")
    return text("demo.late", seconds=f"{part.get('age_seconds') or 0:.0f}") if part["state"] == "late" else ""


def live_line(ledger: dict[str, Any] | None) -> str:
    """The account in one line of words and numbers."""
    if ledger is None:
        return text("demo.live_unknown")
    lag = ledger.get("lag_seconds")
    counts = {
        name: f"{int(ledger.get(name) or 0):,}" for name in ("received", "stored", "duplicate", "quarantined")
    }
    return text("demo.live", lag="–" if lag is None else text("demo.seconds", seconds=f"{lag:.1f}"), **counts)
