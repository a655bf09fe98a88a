"""The only door to PostgreSQL: connections, statements, migrations, the registry."""
