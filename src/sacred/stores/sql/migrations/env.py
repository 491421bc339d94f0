"""What Alembic runs: the migrations, on the connection that it was given."""

from alembic import context

from sacred.stores.sql import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    version_table=schema.VERSION_TABLE,
)
context.run_migrations()
