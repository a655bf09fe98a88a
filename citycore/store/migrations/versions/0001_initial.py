"""The registry, observations, ledger, dead letters, roll-ups and forecasts."""

from citycore.store.migrations.raw import execute_file_beside

revision = "0001"
down_revision = None


def upgrade() -> None:
    execute_file_beside(__file__)
