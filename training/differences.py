"""What differs between two specs, field by field. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from training.checks import MISSING


class Change(NamedTuple):
    """One field: its dotted path, and its value in each spec; None where a spec has no such field."""

    path: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The fields in which two specs differ, in the order of the first, then of the second.

    Entries of a list that have names are compared name by name (`augmentations.rotate.p`, a second one as
    `augmentations.rotate 2.p`), so that a new entry moves no other; a changed order of those in both is a
    change of the list itself.
    """
    return list(_mappings(before, after, ""))


def _mappings(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        where = f"{path}.{key}" if path else str(key)
        yield from _values(before.get(key, MISSING), after.get(key, MISSING), where)


def _values(before: Any, after: Any, path: str) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mappings(before, after, path)
        return
    if _named(before) and _named(after):
        yield from _lists(_by_name(before), _by_name(after), path)
        return
    if before is MISSING or after is MISSING or before != after:
        yield Change(path, _shown(before), _shown(after))


def _lists(before: dict[str, Any], after: dict[str, Any], path: str) -> Iterator[Change]:
    yield from _mappings(before, after, path)
    order_before = [name for name in before if name in after]
    order_after = [name for name in after if name in before]
    if order_before != order_after:
        yield Change(path, order_before, order_after)


def _named(value: Any) -> bool:
    """Whether it is a list of objects with names; so is an empty one."""
    return isinstance(value, list) and all(isinstance(item, Mapping) and "name" in item for item in value)


def _by_name(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    seen: Counter[str] = Counter()
    found = {}
    for item in items:
        name = str(item["name"])
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} {seen[name]}"] = item
    return found


def _shown(value: Any) -> Any:
    return None if value is MISSING else value


def flattened(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a spec with its dotted path; a named list gives its order, then its entries."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from flattened(item, f"{path}.{key}" if path else str(key))
    elif value and _named(value):
        items = _by_name(value)
        yield path, list(items)
        for name, item in items.items():
            yield from flattened({key: at for key, at in item.items() if key != "name"}, f"{path}.{name}")
    else:
        yield path, value
