"""Databases as earlier releases left them, on SQLite and copied to PostgreSQL, and migrations of releases yet to come."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, insert, inspect, select, text

from bot.store import migrate, schema
from bot.store.executor import Database

KEPT = Path(__file__).parents[2] / "golden" / "databases"
RELEASES = sorted(path.name.removesuffix(".db.gz") for path in KEPT.glob("*.db.gz"))
Rows = dict[str, list[dict[str, Any]]]
LATER = '''"""Made up."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, OLDEST = "{revision}", "{before}", "{oldest}"


def upgrade():
    """Expand."""
    op.add_column("mention", sa.Column("mood_{revision}", sa.Text(), nullable=True))
    {more}
'''


def unpacked(release: str, to: Path) -> Path:
    """The file a release left, in the mode it was used in."""
    to.write_bytes(gzip.decompress((KEPT / f"{release}.db.gz").read_bytes()))
    with closing(sqlite3.connect(to)) as conn:
        conn.execute("PRAGMA journal_mode=WAL")
    return to


def rows_of(conn: Connection) -> Rows:
    """All that is stored in tables we know, as the columns that are there hold it."""
    there = inspect(conn)
    held: Rows = {}
    for table in schema.METADATA.sorted_tables:
        if there.has_table(table.name):
            names = {column["name"] for column in there.get_columns(table.name)}
            query = select(*(column for column in table.c if column.name in names)).order_by(*table.primary_key)
            held[table.name] = [dict(row) for row in conn.execute(query).mappings()]
    return held


def copied_to_postgresql(file: Path, url: str) -> None:
    """The same rows, in the tables that release made there."""
    before, after = Database(f"sqlite:///{file}"), Database(url)
    with before.engine.connect() as source, after.engine.connect() as target, migrate.locked(target):
        rows, said = rows_of(source), source.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        bring_to(target, said)
        if said == "0001" and "early" in rows:  # 0.2.0 and 0.3.0 had these tables and did not say so
            bring_to(target, "0002")
            target.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        target.execute(schema.counter.delete())
        for table in schema.METADATA.sorted_tables:
            if rows.get(table.name):
                target.execute(insert(table), rows[table.name])
        for name in ("event", "addition", "earlier_text"):
            query = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            target.execute(text(query))
    before.close()
    after.close()


def bring_to(conn: Connection, revision: str) -> None:
    """Only as far as that."""
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    config.attributes["connection"] = conn
    command.upgrade(config, revision)


def later_release(folder: Path, revision: str, oldest: str, more: str = "") -> Path:
    """The migrations of a release that comes after this one, or after the last one made so."""
    if not folder.exists():
        shutil.copytree(migrate.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = migrate.head(migrate.migrations(folder))
    made = LATER.format(revision=revision, before=before, oldest=oldest, more=more)
    (folder / "versions" / f"{revision}_later.py").write_text(made)
    return folder
