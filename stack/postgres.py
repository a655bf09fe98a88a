"""A private PostgreSQL 17 with TimescaleDB: its own cluster, loopback TCP only, never root's."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

from citycore.store.connections import Connection
from stack.child import Child, launcher, unprivileged_user
from stack.errors import MissingPackage, ProcessFailed
from stack.owned import make_folder, read_owned, write_owned
from stack.ports import LOOPBACK
from stack.waiting import wait_until

BINARIES = Path("/usr/lib/postgresql/17/bin")
EXTENSION = Path("/usr/share/postgresql/17/extension/timescaledb.control")
ROLES_SQL = Path(__file__).resolve().parents[1] / "citycore" / "store" / "roles.sql"
DATABASE_SQL = ROLES_SQL.with_name("database.sql")
START_SECONDS_MAX = 60.0
REMAINS_SECONDS_MAX = 5.0

Role = Literal["owner", "ingest", "worker", "read", "admin", "usage", "portal", "registry"]
ROLES: tuple[Role, ...] = ("owner", "ingest", "worker", "read", "admin", "usage", "portal", "registry")

# Durability stays at PostgreSQL's defaults: an acknowledged message survives a power cut.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
timescaledb.enable_parallel_chunk_append = off   # it can leave out rows
enable_parallel_append = off   # without the former it can tell rows twice
max_connections = 80
max_locks_per_transaction = 1024   # one lock a chunk and index when a query spans years
shared_buffers = {shared_buffers_mib}MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = lz4
autovacuum_naptime = 15s   # what the notes of changes leave behind grows until the next look
jit = off
log_min_messages = warning
log_line_prefix = '%m %a '
timezone = 'UTC'
"""


def reachable_folder(wanted: Path) -> Path:
    """``wanted``, or a folder under ``/var/lib/falaj`` if the unprivileged user cannot get there.

    A checkout below ``/root`` is such a place: its parents are closed to everybody else.
    """
    if unprivileged_user() is None:
        return wanted
    closed = any(parent.exists() and not parent.stat().st_mode & stat.S_IXOTH for parent in wanted.parents)
    if not closed:
        return wanted
    return Path("/var/lib/falaj") / sha256(str(wanted).encode()).hexdigest()[:12]


@dataclass(slots=True)
class PrivatePostgres:
    """A cluster in ``folder`` on a loopback ``port``; created on first start, kept afterwards.

    ``settings`` are PostgreSQL's own and come after the hub's, for whoever needs a server of another kind.
    """

    folder: Path
    port: int
    shared_buffers_mib: int = 512
    settings: Mapping[str, str] = field(default_factory=dict)
    child: Child | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.folder = reachable_folder(self.folder)

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def is_initialised(self) -> bool:
        """Whether the first start has finished; until then there is nothing in it."""
        return (self.cluster / "PG_VERSION").exists()

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def start(self) -> None:
        """Create what is missing, start, and wait until it answers."""
        if not BINARIES.joinpath("postgres").exists():
            raise MissingPackage(package="postgresql-17")
        if not EXTENSION.exists():
            raise MissingPackage(package="postgresql-17-timescaledb")
        # Root's own, with the configuration and the log; the server owns nothing but the cluster in it.
        make_folder(self.folder)
        if not self.is_initialised:
            self._initialise()
        self._outlive_predecessor()
        self._configure()
        self.child = Child(
            "postgres",
            [str(BINARIES / "postgres"), "-D", str(self.cluster), "-c", f"config_file={self._configuration}"],
            self.log,
            user=unprivileged_user(),
            stop_signal=signal.SIGINT,  # "fast": roll back what is open, then stop in order
        )
        self.child.start()
        if not wait_until(
            self.answers, START_SECONDS_MAX, alive=lambda: bool(self.child and self.child.running)
        ):
            words = self.child.last_words()
            self.stop()
            raise ProcessFailed(process="PostgreSQL", reason=f"did not start: {words}", log=self.log)
        self._prepare_roles()

    def stop(self, *, crash: bool = False) -> None:
        """Stop in order, or with ``crash`` as ``pg_ctl -m immediate`` does."""
        if self.child is not None:
            if crash and self.child.running and self.child.process is not None:
                self.child.process.send_signal(signal.SIGQUIT)
                self.child.process.wait()
            self.child.stop()
            self.child = None

    def end_remains(self) -> None:
        """Kill the server's processes that outlived it: each has a session of its own, and while one of
        them lives its memory is taken, and no new server may touch the data.
        """
        for pid in processes_in(self.cluster):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not processes_in(self.cluster), REMAINS_SECONDS_MAX)

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.superuser_url("postgres"), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def url(self, role: Role, database: str = "falaj") -> str:
        """The URL for one of the hub's roles, with the password that it alone has."""
        return f"postgresql://falaj_{role}:{self._role_passwords()[role]}@{LOOPBACK}:{self.port}/{database}"

    def superuser(self, database: str = "postgres") -> Connection:
        """An autocommitting connection of the cluster's superuser, for set-up and tests."""
        return psycopg.connect(self.superuser_url(database), autocommit=True)

    def create_database(self, database: str = "falaj") -> None:
        """Create an empty database of the owner, with the extension, if it does not exist."""
        with self.superuser() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if known.fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER falaj_owner").format(sql.Identifier(database))
                )
        with self.superuser(database) as connection:
            connection.execute(DATABASE_SQL.read_bytes())

    def environment(self, database: str = "falaj") -> dict[str, str]:
        """The settings that lead every process of the hub here."""
        return {f"FALAJ_STORE_{role.upper()}_URL": self.url(role, database) for role in ROLES}

    def superuser_url(self, database: str) -> str:
        return f"postgresql://postgres:{self._password()}@{LOOPBACK}:{self.port}/{database}"

    def _password(self) -> str:
        return read_owned(self._password_file).strip()

    def _role_passwords(self) -> dict[str, str]:
        """Each of its own, made when the server first starts; folders of earlier versions get theirs with the next start."""
        known: dict[str, str] = json.loads(read_owned(self._role_passwords_file))
        return known

    def _make_role_passwords(self) -> dict[str, str]:
        try:
            known = self._role_passwords()
        except (FileNotFoundError, ValueError):
            known = {}
        passwords: dict[str, str] = {role: known.get(role) or secrets.token_urlsafe(24) for role in ROLES}
        if passwords != known:
            write_owned(self._role_passwords_file, json.dumps(passwords, indent=1) + "\n")
        return passwords

    @property
    def _role_passwords_file(self) -> Path:
        return self.folder / "roles.json"

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    @property
    def _configuration(self) -> Path:
        return self.folder / "falaj.conf"

    def _initialise(self) -> None:
        # Made aside and renamed when complete, so that an interrupted first start leaves no half cluster.
        fresh = self.folder / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.cluster, ignore_errors=True)
        user = unprivileged_user()
        make_folder(fresh, user, 0o700)
        write_owned(self._password_file, secrets.token_urlsafe(24) + "\n")
        with _readable_once(self._password(), user) as password:
            outcome = subprocess.run(
                [
                    *launcher(user),
                    str(BINARIES / "initdb"),
                    "-D",
                    str(fresh),
                    "-U",
                    "postgres",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--auth=scram-sha-256",
                    f"--pwfile=/dev/fd/{password}",
                    "--no-instructions",
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                start_new_session=True,
                pass_fds=[password],
            )
        if outcome.returncode != 0:
            write_owned(self.log, outcome.stdout + outcome.stderr, mode=0o644)
            reason = (outcome.stderr.strip().splitlines() or ["?"])[-1]
            raise ProcessFailed(process="initdb", reason=f"failed: {reason}", log=self.log)
        fresh.rename(self.cluster)

    def _outlive_predecessor(self) -> None:
        """After a crash of ours the old server may still be stopping, or have left its pid file."""
        file = self.cluster / "postmaster.pid"
        if not wait_until(lambda: not self._serves(file), START_SECONDS_MAX):
            raise ProcessFailed(process="PostgreSQL", reason=f"still runs in {self.cluster}", log=self.log)
        # Without it the new server would not see that others still have the old one's memory.
        if not wait_until(lambda: not processes_in(self.cluster), REMAINS_SECONDS_MAX):
            self.end_remains()
        file.unlink(missing_ok=True)

    def _serves(self, file: Path) -> bool:
        try:
            pid = int(file.read_text("utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return False
        return pid in processes_in(self.cluster)

    def _configure(self) -> None:
        """Our settings after those that the cluster was made with, in a file that the server only reads."""
        first = str(self.cluster / "postgresql.conf").replace("'", "''")
        text = CONFIGURATION.format(port=self.port, shared_buffers_mib=self.shared_buffers_mib)
        text += "".join(f"{name} = '{value}'\n" for name, value in self.settings.items())
        write_owned(self._configuration, f"include '{first}'\n{text}", mode=0o644)
        # Of the server's user in folders of earlier versions.
        write_owned(self._password_file, self._password() + "\n")

    def _prepare_roles(self) -> None:
        with self.superuser() as connection:
            connection.execute(ROLES_SQL.read_bytes())
            for role, password in self._make_role_passwords().items():
                connection.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                        sql.Identifier(f"falaj_{role}"), sql.Literal(password)
                    )
                )


@contextmanager
def _readable_once(text: str, user: str | None) -> Iterator[int]:
    """A descriptor from which a program of ``user`` can read the text, which never lies in a file of theirs."""
    reading, writing = os.pipe()
    try:
        if user is not None:
            os.fchown(reading, pwd.getpwnam(user).pw_uid, -1)
        os.write(writing, text.encode())
        os.close(writing)
        yield reading
    finally:
        os.close(reading)


def processes_in(cluster: Path) -> list[int]:
    """PostgreSQL's processes for this cluster: it is the working directory of all of them."""
    wanted, found = cluster.resolve(), []
    for entry in Path("/proc").iterdir():
        try:
            is_of_it = entry.name.isdigit() and (entry / "cwd").readlink() == wanted
            if is_of_it and (entry / "exe").readlink().name.startswith("postgres"):
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile, or somebody else's
    return found
