"""The model catalogue: a generated file that the web reads without importing a framework."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "catalogue.json"


@lru_cache(maxsize=1)
def architectures() -> dict[str, dict[str, Any]]:
    """Every architecture by name, as `GET /architectures` shows it."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in content["architectures"]}
