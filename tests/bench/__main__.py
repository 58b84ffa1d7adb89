"""Every measurement, one after the other, each in its own process: `python -m tests.bench [name ...]`."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCHES = (
    "platform",
    "uploads",
    "serving",
    "rivals",
    "whole_request",
    "overload",
    "clicks",
    "annotator",
    "session",
    "transfers",
    "lists",
    "matrix",
    "evaluation",
    "doctor",
    "training",
    "runs",
    "metrics",
)


def main() -> int:
    """1 where one of them is worse than what is promised."""
    missed = []
    for name in sys.argv[1:] or BENCHES:
        print(f"=== {name} ===", flush=True)
        began = time.monotonic()
        code = subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], cwd=ROOT, check=False).returncode
        print(f"({time.monotonic() - began:.0f} s)\n", flush=True)
        missed += [name] if code else []
    print(f"worse than promised: {', '.join(missed)}" if missed else "everything as promised")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
