"""Who names a stored picture: decided one at a time, so that none goes while somebody starts to name it."""

from __future__ import annotations

from django.db import connection

# Any number that no other lock of the platform has.
_LOCK = 0x7E55E7A


def hold_blobs() -> None:
    """Until the end of the transaction nobody else names or removes pictures. Call it after row locks.

    SQLite's transactions write one at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
