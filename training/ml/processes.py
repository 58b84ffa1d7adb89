"""Which of several processes this is, from the environment that `torchrun` gives them. Imports no torch."""

import ctypes
import os
import signal
import sys
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Place:
    """Which of the processes this is: in all, and on its machine."""

    rank: int
    world: int
    local_rank: int
    local_world: int


def place() -> Place:
    """From the launcher's environment; one alone where there is none."""
    read = os.environ.get
    return Place(
        int(read("RANK", "0")),
        int(read("WORLD_SIZE", "1")),
        int(read("LOCAL_RANK", "0")),
        int(read("LOCAL_WORLD_SIZE", "1")),
    )


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def die_with_launcher() -> None:
    """Be killed when the launcher dies, however it dies: it puts each process into a session of its own,
    where no signal to its group arrives.
    """
    if place().world == 1 or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        os._exit(128 + signal.SIGKILL)
