"""The test command: everything on the embedded default, then what touches services on PostgreSQL and Redis.

python -m tests.run [--quick] [pytest arguments]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.services import postgres, redis_server

ROOT = Path(__file__).resolve().parents[1]
# Tests that start the whole platform or a browser.
SLOW = ("tests/e2e", "tests/tessera")
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "TESSERA_DATA_DIR",
    "TESSERA_STORAGE_URL",
    "TESSERA_URL",
    "TESSERA_API_KEY",
)


def run_pytest(title: str, arguments: list[str], **environment: str) -> tuple[str, int, float]:
    print(f"\n=== {title} ===", flush=True)
    started = time.monotonic()
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    command = [sys.executable, "-m", "pytest", *arguments]
    code = subprocess.run(command, cwd=ROOT, env={**clean, **environment}, check=False).returncode
    return title, code, time.monotonic() - started


def main() -> None:
    arguments = sys.argv[1:]
    quick = "--quick" in arguments
    arguments = [argument for argument in arguments if argument != "--quick"]
    if quick:
        ignored = [f"--ignore={folder}" for folder in SLOW]
        results = [run_pytest("SQLite, without whole-platform tests", [*ignored, *arguments])]
    else:
        results = [run_pytest("SQLite and the filesystem broker", arguments)]
        with postgres() as database_url, redis_server() as redis_url:
            title = "PostgreSQL and Redis"
            selected = ["-p", "tests.database_only", "--ignore=tests/e2e", *arguments]
            results.append(run_pytest(title, selected, DATABASE_URL=database_url, REDIS_URL=redis_url))
    print()
    for title, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED'}  {title}  ({seconds:.0f} s)")
    sys.exit(any(code for _, code, _ in results))


if __name__ == "__main__":
    main()
