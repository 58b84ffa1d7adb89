"""Child processes of jobs, such as exports: each says how far it is, and gives its reason where it fails."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core import children
from core.errors import Unusable
from training.folder import LineTail
from training.services.execution import child_environment

POLL_SECONDS = 0.2
LIMIT_SECONDS = 6 * 3600.0

Progress = Callable[[float, str], None]


def run(
    module: str,
    arguments: Sequence[str],
    progress: Progress,
    *,
    python: str = sys.executable,
    limit: float = LIMIT_SECONDS,
    what: str = "export",
) -> dict[str, Any]:
    """Run `python -m module`; the last JSON line that it printed. Its progress lines go to `progress`.

    A `progress` that raises, as for a cancelled job, ends the child. Raises Unusable with the child's reason;
    `what` is what failed.
    """
    return run_command([python, "-m", module, *arguments], progress, limit, what)


def run_command(
    command: Sequence[str], progress: Progress, limit: float = LIMIT_SECONDS, what: str = "export"
) -> dict[str, Any]:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="job-") as folder:
        said, complained = Path(folder) / "out", Path(folder) / "err"
        tail, share, message = LineTail(said), 0.0, ""
        last: dict[str, Any] = {}
        with said.open("wb") as out, complained.open("wb") as err:
            # What it leaves in the folder of temporary files, as one that is ended does, goes with this one.
            environment = {**child_environment(), "TMPDIR": folder}
            child = children.start(command, stdout=out, stderr=err, env=environment)
            try:
                while True:
                    code = child.poll()
                    for line in map(_parsed, tail.read(final=code is not None)):
                        last = line or last
                        share, message = line.get("progress", share), line.get("message", message)
                    if code is not None:
                        break
                    if time.monotonic() - started > limit:
                        raise Unusable(f"The {what} took longer than {limit:g} s and was stopped.")
                    progress(share, message)
                    _wait(child)
            finally:
                children.end(child, 1.0)
        if child.returncode:
            raise Unusable(f"The {what} failed: {_reason(complained, child.returncode)}")
        return last


def _wait(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return


def _parsed(line: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _reason(file: Path, code: int) -> str:
    lines = file.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1][:500] if lines else f"its process ended with code {code} and said nothing"
