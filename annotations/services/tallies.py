"""How many assets and shapes there are, without counting: set up with the tables, added up now and then."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from annotations import tally_sql

EVERY_SECONDS = 30.0
_last = -EVERY_SECONDS


@receiver(post_migrate, dispatch_uid="annotations.tallies")
def _tables_are_there(sender: Any, **_: Any) -> None:
    # SQLite makes a changed table anew, without its triggers: they are looked after whenever one changed.
    if sender.name == "annotations":
        keep_tallies()


def keep_tallies() -> None:
    """Have the database keep the tallies, if it does not yet; then everything is counted once."""
    statements = tally_sql.postgresql() if connection.vendor == "postgresql" else tally_sql.sqlite()
    wanted = sum("CREATE TRIGGER" in line or "OR REPLACE TRIGGER" in line for line in statements)
    with transaction.atomic(), connection.cursor() as cursor:
        there = _triggers(cursor)
        tables = connection.introspection.table_names(cursor)
        if len(there) == wanted or not {tally_sql.TALLIES, tally_sql.SHAPES} <= set(tables):
            return
        if connection.vendor == "sqlite":
            for name in there:
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in (*statements, *tally_sql.recount()):
            cursor.execute(statement)


def _triggers(cursor: Any) -> list[str]:
    source = (
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'tally\\_%%'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'tally_%%'"
    )
    cursor.execute(source, [])
    return [name for (name,) in cursor.fetchall()]


def recount() -> None:
    """Count everything anew; nobody writes meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in tally_sql.recount():
            cursor.execute(statement)


def add_up_now_and_then() -> None:
    """For the ticker, which calls every second."""
    global _last
    now = time.monotonic()
    if now - _last < EVERY_SECONDS:
        return
    _last = now
    add_up()


def add_up() -> None:
    """Make one row of the many that PostgreSQL leaves for each number."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(tally_sql.compact())
