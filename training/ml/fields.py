"""One field of a form. Imports no torch."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """One field. `type` is int, float, bool, choice or range (two numbers); a `default` of None means
    automatic or off, and then null is allowed.
    """

    name: str
    type: str
    default: Any
    help: str
    group: str = ""
    min: float | None = None
    max: float | None = None
    choices: tuple[str, ...] | None = None

    def record(self) -> dict[str, Any]:
        """JSON-ready, without what does not apply."""
        values = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        return {k: v for k, v in values.items() if k == "default" or v not in (None, "")}
