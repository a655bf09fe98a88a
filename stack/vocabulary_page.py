"""``docs/vocabulary.md``, written from the sectors and observed properties that ship.

``python -m stack.vocabulary_page`` prints it; a test holds the file against it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from citycore.vocabulary import ObservedProperty, Sector, observed_properties, sectors

HEAD = """# Vocabulary

The {properties} observed properties that ship, in {sectors} sectors. Written from `citycore/observed_properties/*.toml` by
`python -m stack.vocabulary_page`; a test keeps it true. What a hub has is in `/v1/observed-properties`: an operator adds
properties and sectors, and corrects those that ship. A migration refreshes what ships, leaves every row with `is_edited` as
it is, and deletes nothing.

- **Unit**: a code of UCUM ([units](units.md)). A datastream may have another unit of the same quantity.
- **Range**: outside of it a result is kept and flagged *bad* (the gross range test). **Possible**: outside of it a number is no
  measurement, and becomes a dead letter; stated only where physics or counting leaves no doubt.
- **Kind**: a number if nothing else is said; `category` is a text, `position` longitude and latitude, `circular` an angle
  whose mean is taken round the circle, `amount` a number whose total over a time means something, `forecast` what the
  hub forecasts by itself.
- **Also sent as**: other names that devices use, in lower case with underscores (`airTemperature`, `PM2.5` are read as
  `air_temperature`, `pm2_5`). No name means two properties.
- **Tests**: limits of quality tests, which a datastream may set otherwise. `spike`: how far a result stands off the mean of its
  neighbours; `rate_of_change`: change per second; `flat_line`: seconds without a change of more than `tolerance`;
  `sentinel`: numbers that devices send instead of a result.

Where the bounds come from is written beside them in the files.
"""


def page() -> str:
    """The whole page as Markdown."""
    known = list(observed_properties().values())
    parts = [HEAD.format(properties=len(known), sectors=len(sectors()))]
    for sector in sectors().values():
        parts += _section(sector, [each for each in known if each.sector == sector.code])
    return "\n".join(parts)


def _section(sector: Sector, known: Iterable[ObservedProperty]) -> list[str]:
    rows = [_row(each) for each in known]
    return [
        f"## {sector.name_en} · {sector.name_ar} (`{sector.code}`, {len(rows)})",
        "",
        "| code | English | العربية | unit | range | possible | kind | also sent as | tests |",
        "|---|---|---|---|---|---|---|---|---|",
        *rows,
        "",
    ]


def _row(known: ObservedProperty) -> str:
    code = f"[`{known.code}`]({known.definition})" if known.definition else f"`{known.code}`"
    cells = (
        code,
        known.name_en,
        known.name_ar,
        f"`{known.unit}`",
        _between(known.lower_bound, known.upper_bound),
        _between(known.lowest_possible, known.highest_possible),
        ", ".join(_kinds(known)),
        ", ".join(f"`{alias}`" for alias in known.aliases),
        "; ".join(f"`{test}` {_limits(limits)}" for test, limits in known.quality_tests.items()),
    )
    return f"| {' | '.join(cells)} |"


def _between(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f"{'' if low is None else f'{low:,}'} … {'' if high is None else f'{high:,}'}".strip()


def _kinds(known: ObservedProperty) -> list[str]:
    marks = {
        known.result_type: known.result_type != "measurement",
        "circular": known.is_circular,
        "amount": known.is_amount,
        "forecast": known.is_forecast,
    }
    return [mark for mark, holds in marks.items() if holds]


def _limits(limits: dict[str, object]) -> str:
    return ", ".join(f"{name} {json.dumps(value)}" for name, value in limits.items())


if __name__ == "__main__":
    sys.stdout.write(page())
