"""A second factor and what sessions have shown, keys and schemes by name, and what the hub checks of itself."""

from citycore.store.migrations.raw import execute_files

revision = "b010"
down_revision = "b009"

FILES = (
    "casework/second_factor",
    "participation/code_keys",
    "casework/audit_schemes",
    "casework/self_checks",
)


def upgrade() -> None:
    execute_files(revision, FILES)
