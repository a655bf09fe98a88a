"""A private Mosquitto with the limits that acknowledge-after-commit needs."""

from __future__ import annotations

import json
import os
import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from citycore.settings import BrokerSettings
from stack.broker_users import Users, find_plugin, new_users, read_document, with_users
from stack.child import Child, unprivileged_user
from stack.errors import MissingPackage, ProcessFailed
from stack.owned import make_folder, read_owned, write_owned
from stack.ports import LOOPBACK
from stack.postgres import reachable_folder
from stack.waiting import wait_until

START_SECONDS_MAX = 20.0

# Defaults would deliver 20 unacknowledged messages, queue 1,000, and silently drop the rest.
CONFIGURATION = """
listener {port} {host}
allow_anonymous {allows_anonymous}
plugin {plugin}
plugin_opt_config_file {security}
persistence true
persistence_location {folder}/
autosave_interval {autosave_seconds}
max_inflight_messages 0
max_queued_messages {queued_messages_max}
max_queued_bytes {queued_bytes_max}
max_packet_size {packet_bytes_max}
set_tcp_nodelay true
sys_interval 1
log_type error
log_type warning
log_type notice
connection_messages false
"""


@dataclass(slots=True)
class PrivateBroker:
    """Mosquitto on a loopback ``port``; its queue survives restarts in ``folder``."""

    folder: Path
    port: int
    queued_messages_max: int = 2_000_000
    queued_bytes_max: int = 1024 * 1024 * 1024
    #: What a kill forgets at most. Each time the whole queue is written, so less costs more: docs/reliability.md.
    autosave_seconds: int = 5
    #: Devices without a name may send to ``falaj/v1/#``, and do nothing else.
    admits_anonymous: bool = True
    child: Child | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.folder = reachable_folder(self.folder)

    @property
    def log(self) -> Path:
        return self.folder / "mosquitto.log"

    def start(self) -> None:
        """Write the configuration, start, and wait until it accepts connections."""
        binary = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if binary is None:
            raise MissingPackage(package="mosquitto")
        user = unprivileged_user()
        make_folder(self.folder, user)
        security = self._prepare_users(user)
        configuration = self.folder / "mosquitto.conf"
        write_owned(
            configuration,
            CONFIGURATION.format(
                host=LOOPBACK,
                port=self.port,
                folder=self.folder,
                allows_anonymous=str(self.admits_anonymous).lower(),
                plugin=find_plugin(),
                security=security,
                queued_messages_max=self.queued_messages_max,
                queued_bytes_max=self.queued_bytes_max,
                autosave_seconds=self.autosave_seconds,
                packet_bytes_max=BrokerSettings().message_bytes_max + 1024,
            ),
            user,
        )
        self.child = Child("mosquitto", [binary, "-c", str(configuration)], self.log, user=user)
        self.child.start()
        if not wait_until(
            self.answers, START_SECONDS_MAX, alive=lambda: bool(self.child and self.child.running)
        ):
            words = self.child.last_words()
            self.stop()
            raise ProcessFailed(process="Mosquitto", reason=f"did not start: {words}", log=self.log)

    def stop(self, *, crash: bool = False) -> None:
        if self.child is not None:
            if crash:
                self.child.kill()
            else:
                self.child.stop()
            self.child = None

    def answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1):
                return True
        except OSError:
            return False

    def environment(self) -> dict[str, str]:
        """The settings that lead every process of the hub here."""
        own = {"FALAJ_BROKER_HOST": LOOPBACK, "FALAJ_BROKER_PORT": str(self.port)}
        return own | self.users.environment()

    @property
    def users(self) -> Users:
        """Who the hub is here; made when first asked for, and kept beside the broker's own files."""
        file = self.folder / "users.json"
        try:
            return Users(**json.loads(read_owned(file)))
        except (FileNotFoundError, ValueError, TypeError):
            users = new_users()
            make_folder(self.folder, unprivileged_user())
            write_owned(file, json.dumps(users._asdict()))
            return users

    @property
    def settings(self) -> BrokerSettings:
        """How the hub's own clients connect."""
        users = self.users
        return BrokerSettings(
            host=LOOPBACK,
            port=self.port,
            username=users.hub,
            password=SecretStr(users.hub_secret),
            admin_username=users.administrator,
            admin_password=SecretStr(users.administrator_secret),
        )

    def _prepare_users(self, user: str | None) -> Path:
        """The plug-in's file with the hub's users in it; devices that the broker was told of stay."""
        file = self.folder / "dynamic-security.json"
        try:
            known = read_document(read_owned(file))
        except OSError:
            known = {}
        document = with_users(known, self.users, admits_anonymous=self.admits_anonymous)
        write_owned(file, json.dumps(document), user)
        return file
