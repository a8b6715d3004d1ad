"""Alembic's entry: runs the migrations on the connection it is handed, in one transaction.

Nothing is configured in files: `broker.store.schema` is the only caller and passes the connection.
"""

from alembic import context

from broker.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite changes a table by making it anew
    transactional_ddl=True,
)
context.run_migrations()
