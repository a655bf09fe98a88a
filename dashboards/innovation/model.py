"""What is going on: figures by governorate, and what can be taken part in, with its next date. Pure but for :func:`load`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import falaj_client as api
from dashboards.answers import Claim, Counted
from dashboards.innovation import client as own
from dashboards.model import Name
from dashboards.row import View

#: ISO 3166-2:OM. What has none is for the whole country.
GOVERNORATES = (
    "om-ma",
    "om-bs",
    "om-bj",
    "om-da",
    "om-za",
    "om-bu",
    "om-ss",
    "om-sj",
    "om-wu",
    "om-zu",
    "om-mu",
)
NATIONWIDE = "all"
FIGURES = (
    "needs",
    "awards",
    "vendors",
    "ambassadors",
    "voices",
    "ideas",
    "sessions",
    "decisions",
    "hackathons",
    "calls",
)
#: Beginnings of the states in which something goes on no more, as the API's words for states have them.
OVER = frozenset({"cancelled", "withdrawn", "closed", "decided", "published", "postponed"})


@dataclass(frozen=True, slots=True)
class Open:
    """What can be taken part in until ``at``; ``date`` says what that is, None where it needs no name."""

    kind: str
    code: str
    name: Name
    state: Name
    date: Name | None
    at: datetime
    path: str


@dataclass(frozen=True, slots=True)
class Innovation:
    """``figures`` by governorate (or ``NATIONWIDE``) and kind; ``hidden`` rows of voices are in no sum."""

    figures: Mapping[str, Counter[str]]
    hidden: int
    open: Sequence[Open]
    totals: Counter[str]


def load(view: View) -> Innovation:
    return innovation_of(own.programme(), view.now)


def innovation_of(programme: own.Programme, now: datetime) -> Innovation:
    figures: dict[str, Counter[str]] = {}
    for kind, governorate, by in _counted(programme):
        code = (governorate or NATIONWIDE).lower()
        figures.setdefault(code if code in GOVERNORATES else NATIONWIDE, Counter())[kind] += by
    totals = sum(figures.values(), Counter[str]())
    totals["calls"] = len(programme.calls)  # one of several governorates counts in each, and once here
    hidden = sum(row.received is None for row in programme.voices)
    return Innovation(figures, hidden, open_of(programme, now), totals)


def _counted(programme: own.Programme) -> Iterator[tuple[str, str | None, int]]:
    """Everything that counts: of which figure, where, and for how many."""
    for kind, rows in (
        ("needs", programme.needs),
        ("awards", programme.awards),
        ("vendors", programme.vendors),
        ("ideas", programme.ideas),
        ("sessions", programme.sessions),
        ("decisions", programme.decisions),
    ):
        yield from ((kind, one.governorate, 1) for one in rows)
    yield from (("ambassadors", one.governorate, 1) for one in programme.ambassadors if not one.emeritus)
    yield from (
        ("voices", row.governorate, row.received) for row in programme.voices if row.received is not None
    )
    yield from (("hackathons", None, 1) for _ in programme.hackathons)
    yield from (("calls", code, 1) for call in programme.calls for code in call.governorates or (None,))


def open_of(programme: own.Programme, now: datetime) -> list[Open]:
    """What has a date ahead, the next first."""
    dated: Iterable[tuple[str, str, api.Hackathon | api.Call | api.Need, str]] = [
        *(("hackathon", one.hackathon, one, "hackathons") for one in programme.hackathons),
        *(("call", one.call, one, "calls") for one in programme.calls),
        *(("need", one.need, one, "needs") for one in programme.needs),
    ]
    found = []
    for kind, code, one, path in dated:
        ahead = [each for each in one.deadlines if each.instant > now]
        if ahead and one.state not in OVER:
            first = min(ahead, key=lambda each: each.instant)
            found.append(
                Open(kind, code, one.name, one.state_name, first.name, first.instant, f"{path}/{code}")
            )
    for each in programme.sessions:
        if each.begins_at > now and each.state not in OVER:
            path = f"dialogue/{each.session}"
            found.append(
                Open("session", each.session, each.name, each.state_name, None, each.begins_at, path)
            )
    for survey in programme.surveys:
        if survey.opens_at <= now < survey.closes_at and survey.state not in OVER:
            path = f"surveys/{survey.survey}"
            found.append(
                Open("survey", survey.survey, survey.name, survey.state_name, None, survey.closes_at, path)
            )
    return sorted(found, key=lambda one: (one.at, one.kind, one.code))


def claims_of(data: Innovation) -> list[Claim]:
    """What was announced and is looked for, what was decided, and the next date."""
    told = [
        Claim(f"innovation.{key}", {"count": Counted(f"innovation.counted_{key}", data.totals[key])})
        for key in ("hackathons", "calls", "needs", "decisions")
        if data.totals[key]
    ]
    if not told and not data.open:
        return [Claim("innovation.none")]
    if data.open:
        first = data.open[0]
        told.append(Claim(f"innovation.next_{first.kind}", {"name": first.name, "at": first.at}))
    return told


def ranked(data: Innovation, kind: str) -> list[tuple[str, int]]:
    """Governorates by a figure, the most first; all of them, and the country where something is of it alone."""
    every = [*GOVERNORATES, *([NATIONWIDE] if data.figures.get(NATIONWIDE, Counter())[kind] else [])]
    pairs = [(code, data.figures.get(code, Counter())[kind]) for code in every]
    return sorted(pairs, key=lambda pair: (pair[0] == NATIONWIDE, -pair[1]))
