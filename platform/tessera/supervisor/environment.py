"""Where the platform runs and what its processes inherit."""

from __future__ import annotations

import importlib.util
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_DATA_DIR = "tessera-data"


@dataclass(frozen=True)
class Place:
    """One platform: its data folder, its public address, its private inference server."""

    data_dir: Path
    host: str
    port: int
    inference_port: int
    inference_token: str

    @property
    def url(self) -> str:
        """An address that a browser on this machine can open."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def data_dir(given: str | None = None) -> Path:
    """The data folder: as given, else TESSERA_DATA_DIR, else ./tessera-data. Made when it is not there."""
    folder = Path(given or os.environ.get("TESSERA_DATA_DIR") or DEFAULT_DATA_DIR).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def new_token() -> str:
    return secrets.token_urlsafe(32)


def settings_environment(folder: Path) -> dict[str, str]:
    """What a Django process of this data folder needs in its environment."""
    environment = {
        **os.environ,
        "TESSERA_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tessera.settings",
        # Modules come from where Tessera is installed, never from the folder somebody happens to stand in.
        "PYTHONSAFEPATH": "1",
        # A line a time: what a process printed before it died is in its log.
        "PYTHONUNBUFFERED": "1",
    }
    _make_absolute(environment)
    sources = _source_paths()
    if sources:
        environment["PYTHONPATH"] = os.pathsep.join([*sources, *filter(None, [os.environ.get("PYTHONPATH")])])
    return environment


def process_environment(place: Place) -> dict[str, str]:
    """What every process of one platform shares."""
    return {
        **settings_environment(place.data_dir),
        "TESSERA_INFERENCE_URL": f"http://127.0.0.1:{place.inference_port}",
        "TESSERA_INFERENCE_TOKEN": place.inference_token,
        # Many mostly idle threads: without this each keeps an arena of its own.
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
    }


def _make_absolute(environment: dict[str, str]) -> None:
    """The processes run in the data folder: relative paths must keep meaning what the user meant."""
    for name in ("TESSERA_WEIGHTS_DIR", "TESSERA_STORAGE_URL"):
        value = environment.get(name)
        if value and "://" not in value:
            environment[name] = str(Path(value).expanduser().resolve())


def _source_paths() -> list[str]:
    """The import paths of a source checkout; none for an installed package."""
    platform = Path(__file__).resolve().parents[2]
    root = platform.parent
    return [str(root), str(platform)] if (root / "manage.py").is_file() else []


def is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def summary(environment: Mapping[str, str]) -> str:
    """Which of the two sizes this is, in words."""
    database = "PostgreSQL" if environment.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    broker = "Redis" if environment.get("REDIS_URL") else "files"
    return f"database {database}, broker {broker}"
