"""The catalogue: one model in every vocabulary, and what programs look for before they know the hub."""

from __future__ import annotations

from typing import Any


def test_it_answers(standing_api: Any) -> None:
    for url in ("/catalog?f=turtle", "/catalog", "/catalog?f=html", "/catalog/simulator?f=html&lang=ar", "/catalog/simulator?f=turtle", "/catalog/simulator/croissant.json", "/catalog/simulator/datapackage.json", "/.well-known/api-catalog", "/robots.txt", "/sitemap.xml", "/llms.txt?lang=ar"):
        answer = standing_api.get(url)
        print(url, answer.status_code, answer.headers)
        print(answer.text[:3000])
        assert answer.status_code == 200
