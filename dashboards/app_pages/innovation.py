"""What is going on in innovation and participation? What the programmes have published."""

from __future__ import annotations

from dataclasses import dataclass

import falaj_client as api
from dashboards.answers import Claim, Counted
from dashboards.downloads import Table, show_table
from dashboards.innovation.client import calls, hackathons, urls
from dashboards.page import Page, run
from dashboards.row import View, nothing


@dataclass(frozen=True, slots=True)
class Programme:
    hackathons: list[api.Hackathon]
    calls: list[api.Call]


def load(_view: View) -> Programme:
    return Programme(hackathons(), calls())


def claims(data: Programme, _view: View) -> list[Claim]:
    if not data.hackathons and not data.calls:
        return [Claim("innovation.none")]
    told = [("hackathons", len(data.hackathons)), ("calls", len(data.calls))]
    return [
        Claim(f"innovation.{key}", {"count": Counted(f"innovation.counted_{key}", count)})
        for key, count in told
        if count
    ]


def body(data: Programme, view: View) -> None:
    words = view.words
    held = (("hackathon", one.hackathon, one) for one in data.hackathons)
    both: list[tuple[str, str, api.Hackathon | api.Call]] = [
        *held,
        *(("call", one.call, one) for one in data.calls),
    ]
    table = Table(
        columns=("kind", "code", "name_en", "name_ar", "state"),
        rows=lambda: [(kind, code, one.name.en, one.name.ar, one.state) for kind, code, one in both],
        shown=("kind", "name", "state"),
        cells=[
            (
                words(f"innovation.kind_{kind}"),
                one.name.text(words.language),
                one.state_name.text(words.language),
            )
            for kind, _, one in both
        ],
    )
    if both:
        show_table("innovation", table, urls(), words)


run(Page(code="innovation", load=load, answer=claims, body=body, offer=nothing, of_sensors=False))
