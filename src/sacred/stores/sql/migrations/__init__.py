"""What brings our tables from one version to the next; Alembic runs it."""
