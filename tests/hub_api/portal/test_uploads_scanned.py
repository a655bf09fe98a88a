"""Files that people send are scanned before they are read: what is found is refused, told to nobody but the log, and counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casework.files.scanning import Scanner
from casework.files.settings import FileSettings
from casework.people.settings import ThrottleSettings
from stack import boundary
from tests.hackathon.clam import EICAR, Clam
from tests.hackathon.stage import Stage
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.submission_play import Desk, file_ids, open_desk
from tests.hub_api.portal.team_play import Play, refused


@pytest.fixture
def desk(portal: Portal) -> Iterator[Desk]:
    with portal.city.database.connect() as owner:
        folder = portal.office.settings.submissions.folder
        one = open_desk(Play(portal, Stage(portal.store, owner, members_min=2, folder=folder)))
        one.begin()
        yield one


def install(desk: Desk, monkeypatch: pytest.MonkeyPatch, path: Path, away: str) -> None:
    office = desk.play.portal.office
    files = FileSettings(scanner=str(path), scanner_seconds_max=1.0, scanner_away=away)  # type: ignore[arg-type]
    monkeypatch.setattr(office, "settings", replace(office.settings, files=files))
    monkeypatch.setattr(office, "scanner", Scanner(files))
    strict = office.programme.of(ThrottleSettings).model_copy(update={"refused_uploads_per_account": 2})
    monkeypatch.setitem(office.programme._parts, ThrottleSettings, strict)


def noted(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    with desk.play.portal.city.database.connect() as owner:
        return owner.execute(
            "SELECT subject, details FROM innovation.audit WHERE event = 'malware_found' ORDER BY position"
        ).fetchall()


def test_what_a_scanner_knows_is_refused_audited_and_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "clamd.ctl"
    install(desk, monkeypatch, path, "refuse")
    who, portal = desk.mate, desk.play.portal
    folder = portal.office.settings.submissions.store().folder
    # Away: nobody's fault, however often, and nothing is kept.
    for _ in range(4):
        answer = desk.upload(who, "plan.txt", b"shade")
        refused(answer, 503, "the scanner does not answer at the moment")
    assert noted(desk) == []
    with Clam(path) as clam:
        assert desk.upload(who, "plan.txt", b"shade").status_code == 303
        answer = desk.upload(who, "harm.txt", b"shade " + EICAR)
        refused(answer, 422, "knows it as harmful")
        assert "EICAR" not in answer.text
    assert len(file_ids(who.browser.get(desk.path).text)) == 1
    assert len([one for one in folder.rglob("*") if one.is_file()]) == 1, "nothing of it was stored"
    ((subject, details),) = noted(desk)
    assert details == {"signature": "Win.Test.EICAR_HDB-1"}
    assert subject not in {"system", "visitor"}
    assert clam.wrong == []
    metrics = portal.office._metrics
    assert metrics is not None
    assert metrics.registry.get_sample_value("falaj_api_files_refused_total", {"code": "malware"}) == 1


def test_what_was_taken_unscanned_is_scanned_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, portal = tmp_path / "clamd.ctl", desk.play.portal
    install(desk, monkeypatch, path, "take")
    store = portal.office.settings.submissions.store()
    assert desk.upload(desk.mate, "plan.txt", b"shade").status_code == 303
    assert desk.upload(desk.mate, "harm.txt", EICAR).status_code == 303
    assert len(list((store.folder / ".unscanned").iterdir())) == 2
    environment = portal.city.database.environment() | {
        "FALAJ_LANGUAGE": "en",
        "FALAJ_SUBMISSIONS_FOLDER": str(store.folder),
        "FALAJ_DATA": str(tmp_path / "data"),
        "FALAJ_FILES_SCANNER": str(path),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert boundary.run(["files", "scan", "--unscanned"]) == 1
    assert capsys.readouterr().err.count("\n") == 1, "the scanner is away: one line"
    with Clam(path):
        assert boundary.run(["files", "scan", "--unscanned", "--set-aside"]) == 1
        said = capsys.readouterr()
        assert "Files scanned: 2, harmful: 1." in said.out
        assert "Win.Test.EICAR_HDB-1" in said.err
        assert boundary.run(["files", "scan", "--unscanned"]) == 0
        assert "Files scanned: 0" in capsys.readouterr().out
        assert boundary.run(["files", "scan"]) == 0
    assert [(subject, details["signature"]) for subject, details in noted(desk)[-1:]] == [
        ("system", "Win.Test.EICAR_HDB-1")
    ]
    harm = next((store.folder / ".set-aside").iterdir())
    assert harm.read_bytes() == EICAR
    files = file_ids(desk.mate.browser.get(desk.path).text)
    statuses = {desk.mate.browser.get(f"{desk.path}/files/{one}").status_code for one in files}
    assert statuses == {200, 503}, "whoever asks for it is told that it cannot be read"
