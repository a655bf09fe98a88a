"""The whole hub on one machine: servers, rooms, first start, and the order of all that."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pydantic import SecretStr

from citycore.clock import system_clock
from citycore.settings import StoreSettings
from stack.broker import PrivateBroker
from stack.child import LOG_BYTES_MAX, PAST_NICENESS, Child
from stack.dashboard_sign_in import arguments_of, settings_of, sign_in_environment
from stack.errors import PortInUse, ProcessFailed
from stack.folder import RUN_MARKER, DataFolder
from stack.keys import known_digests
from stack.owned import hand_over_file, open_log
from stack.ports import LOOPBACK, Reservations, choose_port
from stack.postgres import PrivatePostgres
from stack.probes import broker_lives, is_not_stopped, postgres_lives
from stack.processes import FIRST_PORTS, ROOT, room_command, room_service, withheld
from stack.rights import can_run_rooms, prepare_room_folders, room_user
from stack.settings import PortSettings, StackSettings
from stack.stopping import Stop
from stack.supervisor import Service, Supervisor, Task

#: Who has to show a second factor at the portal.
DUTIES = "FALAJ_SECOND_FACTOR_DUTIES"
RECORDINGS = ROOT / "simulators" / "recordings"
#: The event by which the simulator tells that its past is published.
BACKFILL_FINISHED = b"backfill_finished"
PLACES = ROOT / "simulators" / "places" / "muscat.geojson"


@dataclass(slots=True)
class Hub:
    """``start`` brings everything up, ``tend`` keeps it up, ``close`` takes it down again.

    ``tell(what, details)`` gets the key of a text of this room and its fields.
    """

    folder: DataFolder
    settings: StackSettings
    stop: Stop
    tell: Callable[[str, dict[str, object]], None]
    seed: int | None = None
    backfill_days: int = 0
    #: Tell the invented innovation programme on the first start, and say on its pages that it is invented.
    is_demo: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    supervisor: Supervisor = field(init=False)
    postgres: PrivatePostgres | None = field(default=None, init=False)
    run_id: str = field(default_factory=lambda: secrets.token_hex(8), init=False)
    #: Who the rooms run as, if not as we do, and what they need for that.
    room_user: str | None = field(default=None, init=False)
    _room_environment: dict[str, str] = field(default_factory=dict, init=False)
    _lock: IO[str] | None = field(default=None, init=False)
    _reservations: Reservations = field(default_factory=Reservations, init=False)
    #: From where the simulator's log may still say that its past is published.
    _unread_log: int | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.settings, self.stop, self._note_and_tell)

    @property
    def api_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports['api']}"

    @property
    def dashboards_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports['dashboards']}"

    @property
    def portal_url(self) -> str:
        return f"{self.api_url}/portal"

    @property
    def mail_folder(self) -> Path:
        """Where the programme's mail lies as files, unless a mail server is set."""
        return self.folder.path / "mail"

    @property
    def admin_key_file(self) -> Path:
        """An administrator's key for this hub, readable for the owner only."""
        return self.folder.path / "admin.key"

    def start(self) -> None:
        """Everything but the city up and healthy, or an error; call ``close`` in either case."""
        self._claim()
        self.ports = choose_ports(self.folder, PortSettings(), self._reservations.take)
        #: Where people and programs reach what; where others reach it elsewhere, they say so by hand.
        reached = {
            "FALAJ_API_BROKER_URL": f"mqtt://{LOOPBACK}:{self.ports['broker']}",
            "FALAJ_STA_MQTT_PORT": str(self.ports["sensorthings_mqtt"]),
            "FALAJ_STA_MQTT_HUB_URL": self.api_url,
            "FALAJ_DASHBOARDS_PUBLIC_URL": self.api_url,
            "FALAJ_REPORT_MAILS_DASHBOARDS_URL": self.dashboards_url,
            "FALAJ_PEOPLE_PORTAL_URL": self.portal_url,
        }
        self.environment = {
            **{name: os.environ.get(name, own) for name, own in reached.items()},
            "FALAJ_DATA": str(self.folder.path),
            "FALAJ_BULK_FOLDER": str(self.folder.path / "bulk"),
            "FALAJ_BULK_QUIET_SECONDS": str(self.settings.bulk_quiet_seconds),
            "FALAJ_INGEST_HTTP_PORT": str(self.ports["ingest_http"]),
            "FALAJ_WORKER_HTTP_PORT": str(self.ports["worker_http"]),
            "FALAJ_API_PORT": str(self.ports["api"]),
            "FALAJ_API_URL": self.api_url,
            "FALAJ_API_INGEST_URL": f"http://{LOOPBACK}:{self.ports['ingest_http']}",
            "FALAJ_API_ADMIN_KEY_SHA256": known_digests(self.admin_key_file, os.environ),
            **sign_in_environment(self.folder, self.dashboards_url),
            RUN_MARKER: self.run_id,
        }
        if self.is_demo:
            self.environment["FALAJ_PORTAL_IS_DEMO"] = "true"
            # Whoever looks around needs no telephone; with the setting they see what a real hub asks for.
            self.environment[DUTIES] = os.environ.get(DUTIES, "[]")
        self._lower_rights()
        known = arguments_of(self.folder, settings_of(self.environment), self.api_url, self.room_user)
        self.supervisor.start(self._room("dashboards", *known))  # slow to import, and needs only HTTP
        self._start_servers()
        self._prepare_registry()
        self.supervisor.start(self._room("ingest"))
        self.supervisor.start(self._room("api"), self._room("worker"))
        if self.is_demo and not self._known().get("programme"):
            self._tell_programme()
        self.supervisor.wait_until_healthy()
        self.folder.remember(
            "hub", {"run_id": self.run_id, "environment": self.environment, "ports": self.ports}
        )

    def tend(self) -> None:
        """Restart what died, and see that the disk does not fill; errors as the supervisor's."""
        self.supervisor.tend()
        self._note_backfill()
        self.folder.check_disk(self.settings.disk_free_mib_running_min)

    def start_city(self) -> None:
        """The simulator, with a past on the first start, and the recordings that are not in yet."""
        known = self._known()
        arguments = [] if self.seed is None else ["--seed", str(self.seed)]
        if not known.get("backfill"):
            arguments += ["--backfill-days", str(self.backfill_days)]
        simulator = self._room("simulate", *arguments)
        self._unread_log = None if known.get("backfill") else _size(simulator.child.log)
        simulator.child.niceness = 0 if self._unread_log is None else PAST_NICENESS
        self.supervisor.start(simulator)
        if known.get("programme"):
            self._start_pilot()
        for file in sorted(RECORDINGS.glob("*.csv.gz")):
            if file.name not in known.get("recordings", []):
                self._replay(file)

    def close(self) -> None:
        """Stop everything in reverse order and give the folder free; safe at any time."""
        self.supervisor.stop_all()
        self._reservations.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def remove(self) -> None:
        """Delete the data of a closed hub, servers included."""
        if self.postgres is not None:
            shutil.rmtree(self.postgres.folder, ignore_errors=True)
        shutil.rmtree(self._broker().folder, ignore_errors=True)
        shutil.rmtree(self.folder.path, ignore_errors=True)

    def _claim(self) -> None:
        self._lock = self.folder.claim()
        self.folder.check_disk(self.settings.disk_free_mib_min)
        self.folder.end_leftovers(self.settings.leftover_seconds_max)
        self.folder.remember("hub", {"run_id": self.run_id})
        self.stop.check()

    def _note_and_tell(self, what: str, details: dict[str, object]) -> None:
        """What the supervisor does stands in a log, too: a terminal forgets."""
        words = " ".join(f"{name}={value}" for name, value in details.items())
        with suppress(OSError):  # a full disk is told of elsewhere
            self.logs.mkdir(parents=True, exist_ok=True)
            with open_log(self.logs / "supervisor.log", LOG_BYTES_MAX) as log:
                log.write(f"{system_clock():%Y-%m-%dT%H:%M:%SZ} {what} {words}\n".encode())
        self.tell(what, details)

    def _lower_rights(self) -> None:
        """As root: have the rooms run as somebody without rights, or say that they do not."""
        user = room_user()
        if user is None:
            return
        if can_run_rooms(user, self.folder.path, self.ports.values()):
            self.room_user, self._room_environment = user, prepare_room_folders(self.folder.path, user)
        else:
            self.tell("rooms_as_root", {"user": user, "code": ROOT, "folder": self.folder.path})
        self.stop.check()

    def _start_servers(self) -> None:
        self.postgres = PrivatePostgres(
            self.folder.path / "postgres", self.ports["postgres"], self.settings.shared_buffers_mib
        )
        DataFolder(_existing(self.postgres.folder)).check_disk(self.settings.disk_free_mib_min)
        if not self.postgres.is_initialised:
            DataFolder(self.postgres.folder).forget("prepared")
        self._start_postgres(self.postgres)
        self._adopt_postgres(self.postgres)
        self.environment |= self.postgres.environment()
        broker = self._broker()
        broker.start()
        assert broker.child is not None, "a server that started has a process"
        lives = broker_lives(broker.port, self.settings.frozen_seconds)
        self._adopt(Service("Mosquitto", broker.child, broker.answers, lives))
        self.environment |= broker.environment()

    def _start_postgres(self, postgres: PrivatePostgres) -> None:
        """Start it; a port that was free when it was chosen may be taken by now, so then on another one."""
        for _ in range(self.settings.server_starts_max - 1):
            try:
                postgres.start()
            except ProcessFailed:
                self.stop.check()
                others = [port for name, port in self.ports.items() if name != "postgres"]
                self.ports["postgres"] = choose_port(
                    postgres.port + 1, others, can_have=self._reservations.take
                )
                self.folder.remember("ports", self.ports)
                postgres.port = self.ports["postgres"]
            else:
                return
        postgres.start()

    def _adopt_postgres(self, postgres: PrivatePostgres) -> None:
        assert postgres.child is not None, "a server that started has a process"
        self._adopt(
            Service(
                "PostgreSQL",
                postgres.child,
                postgres.answers,
                postgres_lives(lambda: postgres.port, self.settings.frozen_seconds),
                abort_signal=signal.SIGQUIT,  # "immediate": as after a crash, for its clients wait long enough
                clear=postgres.end_remains,
            )
        )

    def _adopt(self, service: Service) -> None:
        self.supervisor.adopt(service)
        self.stop.check()

    def _broker(self) -> PrivateBroker:
        return PrivateBroker(
            self.folder.path / "broker",
            self.ports.get("broker", FIRST_PORTS["broker"]),
            admits_anonymous=self.settings.admits_anonymous,
        )

    def _room(self, room: str, *arguments: str) -> Service:
        service = room_service(room, self.ports, self.environment, self.logs, self.settings)
        service.child.command = [*service.child.command, *arguments]
        self._lower(service.child)
        return service

    def _lower(self, child: Child) -> Child:
        """The same process, with the rights of a room."""
        child.user = self.room_user
        child.environment = {**child.environment, **self._room_environment}
        return child

    @property
    def store(self) -> StoreSettings:
        """How to reach this hub's database, whatever the environment says."""
        return StoreSettings(owner_url=SecretStr(self.environment["FALAJ_STORE_OWNER_URL"]))

    @property
    def logs(self) -> Path:
        return self.folder.path / "logs"

    def _prepare_registry(self) -> None:
        from citycore.store.migrate import migrate
        from stack.registration import prepare_city, prepare_schedule

        assert self.postgres is not None, "the servers run"
        self.postgres.create_database()
        self.stop.check()
        migrate(self.postgres.url("owner"))
        self.stop.check()
        known = self._known()
        prepare_city(self.store, self.seed, None if known.get("places") else PLACES)
        self._know(places=True)
        prepare_schedule(self.store, self.seed)
        self.stop.check()

    def _note_backfill(self) -> None:
        """Only a past that is all there counts; one that was interrupted is published again."""
        if self._unread_log is None:
            return
        with (self.logs / "simulate.log").open("rb") as log:
            log.seek(self._unread_log)
            if BACKFILL_FINISHED in log.read():
                self._unread_log = None
                self._know(backfill=True)

    def _tell_programme(self) -> None:
        """Beside the rooms that are starting, which have to be imported first anyway."""
        from stack.fiction.sign_in import prepare_sign_in, sign_in_file

        prepare_sign_in(self.folder.path)
        seed = [] if self.seed is None else [str(self.seed)]
        command = [sys.executable, "-m", "stack.fiction", *seed]
        if self.room_user is not None:
            hand_over_file(sign_in_file(self.folder.path), self.room_user)
        log = self.logs / "programme.log"
        child = self._lower(Child("programme", command, log, self.environment, withheld("programme")))
        self.supervisor.start_task(Task("programme", child, self._note_programme))

    def _note_programme(self) -> None:
        self._know(programme=True)
        self._start_pilot()

    def _start_pilot(self) -> None:
        """The things of the story's pilot, by a simulator of their own: they are registered only once it is told."""
        from stack.fiction.sign_in import read_sign_in
        from stack.registration import is_pilot_registered

        # A programme of somebody's own has no such pilot.
        if not self.is_demo or not read_sign_in(self.folder.path):
            return
        if not is_pilot_registered(self.store, self.seed):
            self.tell("no_pilot", {"folder": self.folder.path})
            return
        arguments = ["--pilot", *([] if self.seed is None else ["--seed", str(self.seed)])]
        if not self._known().get("pilot"):
            arguments += ["--backfill-days", str(self.backfill_days)]
        command = [*room_command("simulate", self.ports), *arguments]
        log = self.logs / "pilot.log"
        child = self._lower(Child("pilot", command, log, self.environment, withheld("simulate")))
        self.supervisor.start(Service("pilot", child, lives=is_not_stopped(child), is_optional=True))
        self._know(pilot=True)

    def _replay(self, file: Path) -> None:
        command = [sys.executable, "-m", "stack", "replay", str(file)]
        log = self.logs / f"replay-{file.name}.log"
        child = Child("replay", command, log, self.environment, withheld("replay"), niceness=PAST_NICENESS)

        def finished() -> None:
            self._know(recordings=[*self._known().get("recordings", []), file.name])

        self.supervisor.start_task(Task(f"replay {file.name}", self._lower(child), finished))

    def _known(self) -> dict[str, Any]:
        """What this cluster has got already; it lies beside the cluster."""
        assert self.postgres is not None, "the servers run"
        return DataFolder(self.postgres.folder).remembered("prepared")

    def _know(self, **facts: object) -> None:
        assert self.postgres is not None, "the servers run"
        DataFolder(self.postgres.folder).remember("prepared", {**self._known(), **facts})


def choose_ports(folder: DataFolder, wanted: PortSettings, can_have: Callable[[int], bool]) -> dict[str, int]:
    """A port for each process: as set, else as last time, else the first that we ``can_have``.

    :class:`PortInUse` if a port that the user set is taken.
    """
    insisted = {
        name: port
        for name, port in (
            ("api", wanted.api_port),
            ("dashboards", wanted.dashboards_port),
            ("ingest_http", wanted.ingest_http_port),
        )
        if port is not None
    }
    for name, port in insisted.items():
        if not can_have(port):
            raise PortInUse(port=port, process=name, setting=f"FALAJ_{name.upper()}_PORT")
    last = folder.remembered("ports")
    chosen = dict(insisted)
    for name, first in FIRST_PORTS.items():
        if name not in chosen:
            chosen[name] = choose_port(first, chosen.values(), preferred=last.get(name), can_have=can_have)
    folder.remember("ports", chosen)
    return chosen


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
