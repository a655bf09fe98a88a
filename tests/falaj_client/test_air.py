"""Limits and air quality, asked of the real API."""

from __future__ import annotations

from falaj_client import Client


def test_the_client_reads_limits(api_url: str) -> None:
    with Client(api_url) as client:
        (one,) = client.limits(table="who_2021", observed_property="pm2_5", averaging="PT24H")
    assert (one.bands[2].up_to, one.bands[-1].up_to, one.bands[0].low) == (37.5, None, 0)
    assert one.bands[0].advice[0].group == "general"
    assert one.table_name.en.startswith("WHO")
