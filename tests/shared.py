"""Where the real files lie that tests and benchmarks read: beside the project, or TESSERA_SHARED_DATA."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared(*parts: str) -> Path:
    """A file or folder of the shared data; fails the test with what to do where it is absent."""
    root = Path(os.environ.get("TESSERA_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.fail(f"{path} is not there: set TESSERA_SHARED_DATA to the folder with the real test files.")
    return path
