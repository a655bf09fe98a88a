"""The baseline: the city, what programmes for people are made of, the innovation programme, and the jobs."""

from procrastinate.schema import SchemaManager

from citycore.store.migrations.raw import execute, execute_files

revision = "b001"
down_revision = None

FILES = (
    "city/registry",
    "city/observations",
    "city/ledger",
    "city/dead_letters",
    "city/loads",
    "city/rollups",
    "city/datasets",
    "city/forecasts",
    "city/rights",
    "city/keys",
    "city/search",
    "city/failures",
    "city/sessions",
    "casework/audit",
    "casework/outbox",
    "casework/people",
    "casework/organisations",
    "casework/workflow",
    "casework/access_tokens",
    "casework/searches",
    "casework/open_data",
    "contest/hackathons",
    "contest/teams",
    "contest/submissions",
    "contest/juries",
    "contest/results",
    "contest/open_data",
    "contest/open_results",
    "contest/team_keys",
    "outreach/ambassadors",
    "outreach/activities",
    "outreach/certificates",
    "outreach/open_data",
    "funding/calls",
    "funding/applications",
    "funding/reviewing",
    "funding/awards",
    "market/offerings",
    "market/needs",
    "market/introductions",
    "market/pilots",
    "market/journeys",
)


def upgrade() -> None:
    execute_files(revision, FILES)
    # Procrastinate's own tables, in a schema of their own, for the worker.
    execute("CREATE SCHEMA jobs; SET LOCAL search_path TO jobs")
    execute(SchemaManager.get_schema())
    execute("SET LOCAL search_path TO public")
    execute(
        "GRANT USAGE ON SCHEMA jobs TO falaj_worker;"
        "GRANT ALL ON ALL TABLES IN SCHEMA jobs TO falaj_worker;"
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA jobs TO falaj_worker"
    )
