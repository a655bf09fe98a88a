"""A benchmark whose requests were held back fails, whatever its figures say."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.reading.brakes import Braked, braked
from benchmarks.reading.history import History
from benchmarks.reading.load import Load, request
from benchmarks.reading.servers import COUNTED, Stage
from citycore.store.migrate import migrate
from stack.postgres import PrivatePostgres

pytestmark = pytest.mark.usefixtures("wire")
WAITED = "# TYPE falaj_api_paced_seconds_total counter\nfalaj_api_paced_seconds_total {seconds}\n"
ANSWERED = '# TYPE falaj_api_requests_total counter\nfalaj_api_requests_total{{method="GET",route="/v1/latest",status="{status}"}} 3.0\n'


@pytest.mark.parametrize(
    ("seconds", "status", "said"),
    [
        (0, 200, None),
        (0, 503, None),
        (0.25, 200, "requests waited 0.2 s for the pace of their address"),
        (0, 429, "3 requests were refused with 429"),
        (7, 429, "requests waited 7.0 s for the pace of their address and 3 requests were refused with 429"),
    ],
)
def test_what_held_requests_back(seconds: float, status: int, said: str | None) -> None:
    assert braked(WAITED.format(seconds=seconds) + ANSWERED.format(status=status)) == said


def test_an_api_that_does_not_say_is_not_taken_for_free() -> None:
    with pytest.raises(LookupError, match="paced"):
        braked(ANSWERED.format(status=200))


def test_a_benchmark_of_an_api_with_a_pace_fails_and_one_without_does_not(
    postgres: PrivatePostgres, tmp_path: Path
) -> None:
    history = History("bench_braked", 0)
    postgres.create_database(history.database)
    migrate(postgres.url("owner", history.database))
    pace = {"FALAJ_LIMITS_ANONYMOUS_BURST": "2", "FALAJ_LIMITS_ANONYMOUS_REQUESTS_PER_SECOND": "50"}

    def ask_often(settings: dict[str, str]) -> None:
        with ExitStack() as ending:
            server = Stage(postgres, tmp_path, ending).api(history, settings)
            Load(server.port, [request("/v1/things", server.port)] * 6).run(0.1, 6)

    ask_often(COUNTED)
    with pytest.raises(Braked, match="waited"):
        ask_often({**COUNTED, **pace})
