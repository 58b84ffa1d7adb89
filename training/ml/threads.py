"""How the arithmetic shares the processor. Import and call before torch is imported."""

import os


def share_cores() -> None:
    """Let waiting OpenMP threads sleep soon instead of spinning.

    With the default, two busy neighbours on two cores turned steps of 0.3 s into some of 6 s, for each thread
    spins away the time slice in which the other could have reached the barrier. A short spin costs nothing on
    a quiet machine. What the environment says already is kept.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
