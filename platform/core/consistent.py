"""Reading much as it was at one moment, without keeping anybody from writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def consistent_read() -> Iterator[None]:
    """Every query inside sees the database of one moment; nothing may be written inside.

    Inside a transaction that is open already its own rules hold.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        # Not `atomic`, which takes SQLite's one write lock at once: readers of the log need none.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
