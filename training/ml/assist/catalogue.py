"""Which engines there are, which of them can answer here, and how to get the others. Imports none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from training.ml.assist.engine import Engine

SETTING = "TESSERA_ASSIST_ENGINE"
AUTO = "auto"


@dataclass(frozen=True)
class Choice:
    """An engine as people choose it; `source` is where its weights are."""

    name: str
    title: str
    kind: str
    available: bool
    quality: str
    reason: str = ""
    how: str = ""
    source: str = ""

    def record(self) -> dict[str, Any]:
        """As the API tells it."""
        values = asdict(self)
        return {name: value for name, value in values.items() if name not in ("kind", "source")}


CLASSICAL = Choice(
    "classical",
    "Colour and edges",
    "classical",
    True,
    "basic",
    "Needs no weights: grows over areas of like colour, up to the borders in the picture.",
)


def choices(environment: Mapping[str, str]) -> list[Choice]:
    """Every engine, best first."""
    return [CLASSICAL]


def chosen(found: list[Choice], environment: Mapping[str, str]) -> Choice:
    """The engine that answers where a request names none: what the setting says, else the best there is.
    Raises ValueError where the setting names one that is not there.
    """
    wanted = environment.get(SETTING) or AUTO
    if wanted == AUTO:
        return next(choice for choice in found if choice.available)
    return named(found, wanted)


def named(found: list[Choice], name: str) -> Choice:
    """The engine of this name, or the best of this family. Raises ValueError."""
    fitting = [choice for choice in found if name in (choice.name, choice.kind)]
    if not fitting:
        raise ValueError(f"There is no engine {name!r}; there are {', '.join(c.name for c in found)}.")
    return next((choice for choice in fitting if choice.available), fitting[0])


def open_engine(kind: str, source: str, threads: int) -> Engine:
    """An engine that answers. Raises `Failure` where its weights do not load."""
    from training.ml.assist.classical import Classical

    return Classical()
