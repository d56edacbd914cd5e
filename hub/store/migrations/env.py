"""What Alembic runs to apply the steps: on the connection that `hub.store.schema` hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["version_table"],
    transactional_ddl=True,  # also on SQLite, whose transactions we begin ourselves
)
context.run_migrations()
