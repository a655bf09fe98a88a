"""The units of ``deploy/``: who gets which secret, what each may do, and that systemd takes them as they are."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from pydantic import SecretStr

from citycore.credentials import PROCESSES, SECRETS, CredentialSettings
from stack.processes import NEEDS, ROOT
from stack.secrets_store import DRAWN, URLS

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
SHARED = DEPLOY / "falaj-.service.d" / "hardening.conf"
#: ``systemd-analyze security`` says it of 10; those that speak to others, and share folders, have a little more.
EXPOSURE_MAX = {"migrate": 1.1, "ingest": 1.3, "worker": 1.5, "api": 1.3, "dashboards": 1.3}
HARDENED = {
    "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
    "PrivateDevices=yes", "PrivateUsers=yes", "ProtectProc=invisible", "RestrictNamespaces=yes",
    "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged", "LimitCORE=0", "MemorySwapMax=0",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "InaccessiblePaths=-/opt/falaj/.git",
}  # fmt: skip
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze: apt-get install -y systemd"
)


def settings_of(file: Path) -> list[tuple[str, str]]:
    lines = [line for line in file.read_text("utf-8").splitlines() if line and line[0] not in "#["]
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def process_of(unit: Path) -> str:
    return unit.stem.removeprefix("falaj-")


def values(unit: Path, name: str) -> list[str]:
    return [value for key, value in settings_of(unit) if key == name]


def test_there_is_a_unit_for_every_process_and_none_besides():
    assert {process_of(unit) for unit in UNITS} == set(PROCESSES)


@pytest.mark.parametrize("unit", UNITS, ids=process_of)
def test_a_unit_is_handed_what_its_process_needs_and_nothing_else(unit: Path):
    assert sorted(values(unit, "ImportCredential")) == sorted(PROCESSES[process_of(unit)].all)
    assert values(unit, "User") == [f"falaj-{process_of(unit)}"], "nobody shares a user"
    text = unit.read_text("utf-8")
    assert not re.search(r"^Environment=.*(?:_URL|PASSWORD|SECRET|KEY)=(?!%d/)", text, re.MULTILINE)


def test_only_migrations_may_change_the_schema_and_the_others_wait_for_them():
    owners = [process for process, needs in PROCESSES.items() if "FALAJ_STORE_OWNER_URL" in needs.all]
    assert owners == ["migrate"]
    for unit in UNITS:
        waits = values(unit, "Requires")
        assert waits == ([] if process_of(unit) in {"migrate", "dashboards"} else ["falaj-migrate.service"])
    databases = {
        process: [name for name in needs.all if name in URLS] for process, needs in PROCESSES.items()
    }
    assert databases["dashboards"] == []
    assert databases["ingest"] == ["FALAJ_STORE_INGEST_URL"]
    # In the demo nobody gets the owner's address either.
    assert not [
        one for one, needs in NEEDS.items() if "FALAJ_STORE_OWNER_URL" in needs.all and one != "migrate"
    ]


def test_all_units_are_hardened_alike_and_say_nothing_that_would_not_count():
    shared = settings_of(SHARED)
    assert {f"{name}={value}" for name, value in shared} >= HARDENED
    # A folder for all units counts before what stands in a unit: what differs must not be in it.
    several = {"Environment", "EnvironmentFile", "SystemCallFilter", "InaccessiblePaths"}
    for unit in UNITS:
        again = {name for name, _ in shared} & {name for name, _ in settings_of(unit)} - several
        assert again == set(), unit.name
        assert values(unit, "UMask") in (["0077"], ["0007"])
        assert len(values(unit, "MemoryDenyWriteExecute")) == 1


def test_users_groups_and_folders_are_those_of_the_units():
    said = (DEPLOY / "falaj.sysusers.conf").read_text("utf-8")
    users = set(re.findall(r"^u (\S+)", said, re.MULTILINE))
    assert users == {f"falaj-{process}" for process in PROCESSES}
    groups = users | set(re.findall(r"^g (\S+)", said, re.MULTILINE))
    folders = re.findall(
        r"^d (\S+) +(\d+) +(\S+) +(\S+) +-$",
        (DEPLOY / "falaj.tmpfiles.conf").read_text("utf-8"),
        re.MULTILINE,
    )
    assert len(folders) >= 15
    for _, mode, owner, group in folders:
        assert owner in users | {"root"}
        assert group in groups
        assert mode[-1] == "0", "nothing is for everybody on the machine"
    ident = re.findall(
        r"^falaj +(\S+) +(falaj_\w+)$", (DEPLOY / "pg_ident.conf").read_text("utf-8"), re.MULTILINE
    )
    known = {f"FALAJ_STORE_{role.removeprefix('falaj_').upper()}_URL": user for user, role in ident}
    assert Counter(ident) == Counter(
        (f"falaj-{process}", URLS[name])
        for process, needs in PROCESSES.items()
        for name in needs.all
        if name in URLS
    ), "the database lets each process be the roles that it has addresses of"
    assert set(known) == set(URLS)


def test_examples_of_environment_files_hold_no_secret():
    files = [*DEPLOY.glob("*.env.example")]
    assert len(files) == 3
    for file in files:
        names = {name for name, _ in settings_of(file)}
        assert names & SECRETS == set(), file.name


def test_every_secret_among_the_settings_can_be_a_credential():
    """Whoever adds one names who gets it."""
    import importlib

    found: set[str] = set()
    for file in ROOT.glob("[a-z]*/**/settings.py"):
        room = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(room)
        for kind in vars(module).values():
            if not (isinstance(kind, type) and kind.__module__ == room and hasattr(kind, "model_fields")):
                continue
            secrets = [
                name for name, field in kind.model_fields.items() if "SecretStr" in str(field.annotation)
            ]
            if secrets:
                assert issubclass(kind, CredentialSettings), kind
                prefix = str(kind.model_config["env_prefix"])
                found |= {f"{prefix}{name}".upper() for name in secrets}
    named = {name for name in SECRETS if not name.endswith("USERNAME")} - {"FALAJ_VOICE_IMAP_PASSWORD"}
    assert found == named, SecretStr
    assert set(DRAWN) | set(URLS) <= named


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=process_of)
def test_systemd_takes_the_unit_and_finds_little_to_reach(unit: Path, tmp_path: Path):
    for file in UNITS:
        # The interpreter is not where it will be.
        (tmp_path / file.name).write_text(
            file.read_text("utf-8").replace("/opt/falaj/.venv/bin/python", "/bin/true"), "utf-8"
        )
    shutil.copytree(SHARED.parent, tmp_path / SHARED.parent.name)
    path = str(tmp_path / unit.name)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", told.stdout)
    assert exposure is not None, told.stderr
    assert float(exposure[1]) <= EXPOSURE_MAX[process_of(unit)]
