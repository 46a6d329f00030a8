"""How Alembic meets our database: on the connection ``bot.store.migrate`` hands it, inside its transaction."""

from alembic import context

from bot.store.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, transactional_ddl=False)
context.run_migrations()
