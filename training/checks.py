"""Small checks that collect what is wrong with nested input, each problem with its dotted field."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from core.errors import BadInput, FieldError

MISSING = object()
# Whole numbers in JSON have no bound; no float holds what is beyond this.
LARGEST = 1e300


class Problems:
    """Everything wrong with one input; `stop` raises them together, so that a form can show all of them."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, field: str, message: str) -> None:
        self.errors.append(FieldError(field, message))

    def stop(self) -> None:
        """Raise BadInput if anything was wrong."""
        if self.errors:
            raise BadInput(
                "; ".join(f"{field}: {message}" for field, message in self.errors[:3]), self.errors
            )

    def mapping(self, value: object, field: str, known: Collection[str]) -> dict[str, Any]:
        """`value` as a dict with its unknown keys reported and dropped; None and absence give {}."""
        if value is None or value is MISSING:
            return {}
        if not isinstance(value, Mapping):
            self.add(field, "must be an object")
            return {}
        for key in value:
            if key not in known:
                self.add(f"{field}.{key}", f"unknown key; known are {listed(known)}")
        return {key: item for key, item in value.items() if key in known}

    def number(
        self,
        value: object,
        field: str,
        *,
        whole: bool = False,
        low: float | None = None,
        high: float | None = None,
    ) -> Any:
        """`value` as a finite int or float within [low, high]; None once a problem is reported."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.add(field, "must be a whole number" if whole else "must be a number")
            return None
        if abs(value) > LARGEST or not math.isfinite(value):
            self.add(field, "must be a finite number")
            return None
        if whole and value != int(value):
            self.add(field, "must be a whole number")
            return None
        if (low is not None and value < low) or (high is not None and value > high):
            self.add(field, f"must be {_span(low, high)}")
            return None
        return int(value) if whole else float(value)

    def choice(self, value: object, field: str, choices: Collection[Any]) -> Any:
        """`value` if it is one of `choices`; None once a problem is reported."""
        if (
            isinstance(value, bool) != any(isinstance(choice, bool) for choice in choices)
            or value not in choices
        ):
            self.add(field, f"must be one of {listed(choices)}")
            return None
        return value

    def boolean(self, value: object, field: str) -> Any:
        if not isinstance(value, bool):
            self.add(field, "must be true or false")
            return None
        return value


def listed(names: Collection[Any]) -> str:
    return ", ".join(str(name) for name in names)


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    if high is None:
        return f"at least {low:g}"
    return f"from {low:g} to {high:g}"
