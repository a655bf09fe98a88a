"""Alembic's entry: runs revisions on the connection that ``citycore.store.migrate`` passes in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
