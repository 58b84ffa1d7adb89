"""The installation's secret: from the environment, else made once in the data folder."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path


def secret_key(data_dir: Path) -> str:
    """The secret that signs sessions. Safe when several processes start on an empty folder at once."""
    from_environment = os.environ.get("TESSERA_SECRET_KEY")
    if from_environment:
        return from_environment
    path = data_dir / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        # Another process may be between creating and writing it.
        deadline = time.monotonic() + 2
        while not path.read_text() and time.monotonic() < deadline:
            time.sleep(0.01)
    return path.read_text()
