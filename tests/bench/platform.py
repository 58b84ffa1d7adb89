"""Start-up time and idle memory of the whole platform: `python -m tests.bench.platform`.

Memory is the sum of the processes' proportional set sizes: pages that several share count once.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import psutil

from tests import stack as stacks

ROUNDS = 3
SETTLE_SECONDS = 8.0
READY_GOAL = 10.0
MEMORY_GOAL = 700.0


def measure() -> tuple[float, dict[str, float]]:
    """Seconds from an empty folder to ready, and megabytes by process once it has settled."""
    began = time.monotonic()
    with stacks.running() as stack:
        ready = time.monotonic() - began
        time.sleep(SETTLE_SECONDS)
        supervisor = psutil.Process(stack.process.pid)
        family = [supervisor, *supervisor.children(recursive=True)]
        return ready, {_name(process): memory(process.pid) for process in family}


def memory(pid: int) -> float:
    """Megabytes of one process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no proportional set size for process {pid}")


def _name(process: psutil.Process) -> str:
    line = process.cmdline()
    names = {
        "tessera.web": "web",
        "deployments.server": "inference",
        "default": "worker",
        "gpu": "gpu-worker",
        "exports": "export-worker",
    }
    return next((name for word, name in names.items() if word in line), f"supervisor {process.pid}")


def main() -> int:
    """Print the figures; 1 where one is worse than what is promised."""
    rounds = [measure() for _ in range(ROUNDS)]
    ready = statistics.median(seconds for seconds, _ in rounds)
    totals = [sum(parts.values()) for _, parts in rounds]
    parts = ", ".join(
        f"{name.partition(' ')[0]} {megabytes:.0f}" for name, megabytes in rounds[-1][1].items()
    )
    print(f"Ready on an empty folder after {ready:.1f} s (under {READY_GOAL:g})")
    print(f"Idle memory {statistics.median(totals):.0f} MB (under {MEMORY_GOAL:g}): {parts}")
    return int(ready >= READY_GOAL or statistics.median(totals) >= MEMORY_GOAL)


if __name__ == "__main__":
    sys.exit(main())
