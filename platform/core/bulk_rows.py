"""Writing many rows at a time with as little between Python and the database as is safe.

`bulk_create` and `save` resolve every value of every row as an expression; for hundreds of thousands of rows
that costs more than the database itself. Here each column has one function for all rows. No signals are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection, models
from django.utils import timezone

from core.fast_json import Encoder

AT_ONCE = 500
_Convert = Callable[[Any], Any]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert instances of one model as they are, but for times that are those of writing.

    Raises IntegrityError as `bulk_create` does.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[Any] = [field for field in meta.concrete_fields if not isinstance(field, models.AutoField)]
    now = timezone.now()
    for field in fields:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            for row in rows:
                row.__dict__[field.attname] = now
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    marks = f"({', '.join(_mark(field) for field in fields)})"
    statement = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES "
    values = _values(rows, fields)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(statement + marks, values)
            return
        # One statement for many rows: each by itself is a way to the server and back.
        for start in range(0, len(values), AT_ONCE):
            block = values[start : start + AT_ONCE]
            cursor.execute(statement + ", ".join([marks] * len(block)), list(chain.from_iterable(block)))


def update_rows(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write the named fields of rows that exist, each found by its primary key."""
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    assigned = ", ".join(f"{quote(field.column)} = {_mark(field)}" for field in fields)
    key: Any = meta.pk
    statement = f"UPDATE {quote(meta.db_table)} SET {assigned} WHERE {quote(key.column)} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(statement, _values(rows, [*fields, key]))


def _values(rows: Sequence[models.Model], fields: Sequence[Any]) -> list[Any]:
    """What the driver gets of each row, in the order of the fields."""
    columns = [(field.attname, _converter(field)) for field in fields]
    return [
        tuple(convert(row.__dict__[name]) if convert else row.__dict__[name] for name, convert in columns)
        for row in rows
    ]


def _mark(field: Any) -> str:
    return "%s::jsonb" if _kind(field) == "json" and connection.vendor == "postgresql" else "%s"


def _kind(field: Any) -> str:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.JSONField):
        return "json"
    if isinstance(target, models.UUIDField):
        return "uuid"
    return "time" if isinstance(target, models.DateTimeField) else "plain"


def _converter(field: Any) -> _Convert | None:
    """How a value of the column is given to the driver; None where it goes as it is."""
    kind = _kind(field)
    if kind == "json":
        encode = (field.encoder or Encoder)().encode
        return lambda value: None if value is None and field.null else encode(value)
    if kind == "time":
        # Many rows have the same time, or one of few.
        return lru_cache(maxsize=4096)(connection.ops.adapt_datetimefield_value)
    if kind == "uuid" and not connection.features.has_native_uuid_field:
        return lambda value: _hex(value)
    return None


def _hex(value: Any) -> Any:
    """A UUID as databases without such a type keep it; texts of UUIDs are taken too."""
    if value is None:
        return None
    return value.replace("-", "").lower() if isinstance(value, str) else value.hex
