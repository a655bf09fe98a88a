"""``python -m simulators``: play the simulated city over MQTT, or describe it as JSON."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

import msgspec

from citycore.clock import system_clock
from citycore.errors import FalajError
from citycore.language import Language
from citycore.log import configure_logging
from citycore.settings import BrokerSettings
from simulators.city import DEFAULT_SEED, Scenario, describe_city
from simulators.faults import FAULT_NAMES, parse_fault
from simulators.process import Plan, play


def main(arguments: list[str] | None = None) -> int:
    """Until SIGTERM or Ctrl-C; 0 after an orderly stop, 1 with one line of why otherwise."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "describe":
        source, things = describe_city(chosen.seed)
        sys.stdout.buffer.write(
            msgspec.json.format(msgspec.json.encode({"source": source, "things": things}))
        )
        sys.stdout.buffer.write(b"\n")
        return 0
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        configure_logging("simulators")
        play(_plan(chosen), BrokerSettings(), clock=system_clock, stopping=stop.is_set)
    except FalajError as error:
        language: Language = "ar" if os.environ.get("FALAJ_LANGUAGE") == "ar" else "en"
        sys.stderr.write(f"{error.text(language)}\n")
        return 1
    return 0


def _describe(seed: int) -> int:
    source, things = describe_city(seed)
    document = msgspec.json.format(msgspec.json.encode({"source": source, "things": things}))
    try:
        sys.stdout.buffer.write(document + b"\n")
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (``head``) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _plan(chosen: argparse.Namespace) -> Plan:
    return Plan(
        seed=chosen.seed,
        speed=chosen.speed,
        scenario=Scenario(chosen.scenario),
        faults=tuple(parse_fault(text) for text in chosen.fault),
        backfill_days=chosen.backfill_days,
        things_max=chosen.things_max,
        is_pilot=chosen.pilot,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    add = parser.add_argument
    add("command", nargs="?", choices=["run", "describe"], default="run")
    add("--seed", type=int, default=DEFAULT_SEED, help="which city; the same seed gives the same values")
    add(
        "--speed", type=_positive_number, default=1.0, help="divides the intervals; instants stay the present"
    )
    add("--scenario", choices=[scenario.value for scenario in Scenario], default=Scenario.CALM.value)
    add(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[:RATE]",
        help=f"may be repeated; one of {', '.join(FAULT_NAMES)}",
    )
    add(
        "--backfill-days",
        type=_whole_number,
        default=0,
        help="whole days of history to publish beside the present",
    )
    add("--things-max", type=_positive_whole_number, help="no more things than this, of every kind some")
    add("--pilot", action="store_true", help="the things of the demo's pilot instead of the city's")
    return parser


def _positive_number(text: str) -> float:
    number = float(text)
    if not 0.0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is not a number between 0 and 1,000,000")
    return number


def _whole_number(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return number


def _positive_whole_number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
