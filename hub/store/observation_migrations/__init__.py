"""How the database's tables came about, one step a file, for Alembic."""
