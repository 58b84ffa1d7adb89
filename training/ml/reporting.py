"""What a run tells whoever watches its folder: `state.json` and `metrics.jsonl`."""

import errno
import json
import math
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.ml.failures import FailureRecord
from training.ml.files import replace_text

STATE_SECONDS = 0.25


class Reporter:
    """Writes both files of a run folder. `state.json` is replaced whole, at most four times a second unless
    it matters; a line of `metrics.jsonl` is written by one call and its steps rise. A `silent` one, for there
    is one writer a run, writes nothing but a failure.
    """

    def __init__(self, folder: Path, silent: bool = False) -> None:
        self.folder, self.silent = folder, silent
        self.metrics_file = folder / "metrics.jsonl"
        self.written = 0.0
        self.values: dict[str, Any] = {
            "status": "preparing",
            "step": 0,
            "total_steps": 0,
            "epoch": 0.0,
            "images_per_second": None,
            "eta_seconds": None,
            "device": None,
            "loading": None,
            "error": None,
            "message": "",
        }

    def state(self, *, now: bool = True, **changes: Any) -> None:
        """Take in changes of the state and write it; with `now` False only if the last writing is a while
        ago.
        """
        self.values.update(changes)
        if self.silent:
            return
        if now or time.monotonic() - self.written >= STATE_SECONDS:
            replace_text(self.folder / "state.json", json.dumps(self.values, ensure_ascii=False))
            self.written = time.monotonic()

    def fail(self, failure: FailureRecord) -> None:
        """The last state of a run that did not end well."""
        self.silent = False
        try:
            self.state(status="failed", error=failure, eta_seconds=None, message="")
        except OSError:
            # On a full disk there is room where the file already is.
            with (self.folder / "state.json").open("r+", encoding="utf-8") as file:
                file.write(json.dumps(self.values, ensure_ascii=False))
                file.truncate()

    def failed(self) -> bool:
        """Whether a failure is written, by whichever process."""
        try:
            state = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(state.get("status") == "failed")

    def metrics(self, step: int, epoch: float, values: Mapping[str, float]) -> None:
        """Append one line; what is not finite is left out, for JSON has no word for it. Raises `OSError` on a
        full disk.
        """
        if self.silent:
            return
        finite = {name: float(value) for name, value in values.items() if math.isfinite(value)}
        record = {"step": step, "epoch": round(epoch, 6), "values": finite, "time": time.time()}
        line = (json.dumps(record, ensure_ascii=False) + "\n").encode()
        handle = os.open(self.metrics_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            if os.write(handle, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.metrics_file))
        finally:
            os.close(handle)

    def rewind(self, step: int) -> None:
        """Drop the lines after `step`, and a last line that was not written to its end."""
        if self.silent or not self.metrics_file.exists():
            return
        kept = []
        for line in self.metrics_file.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n") and json.loads(line)["step"] <= step:
                kept.append(line)
        replace_text(self.metrics_file, "".join(kept))
