"""Memory that ran out, as the training process notices it, and a new beginning that gives it back."""

import os
import sys

from training.adjustment import AGAIN
from training.ml.processes import place

SIGNS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "insufficient memory",
    "bad_alloc",
    "could not create a memory",
)
# oneDNN's word for no memory, but for what it cannot do it says "a primitive descriptor".
PRIMITIVE = "could not create a primitive"


def ran_out(error: BaseException) -> bool:
    """Whether an error says that no memory was left, on a device or in the machine."""
    text = str(error).lower()
    if isinstance(error, MemoryError) or any(sign in text for sign in SIGNS):
        return True
    return PRIMITIVE in text and f"{PRIMITIVE} descriptor" not in text


def start_again() -> int:
    """Begin anew in place of this process; where several train together, which have to meet anew, return the
    exit code that asks for that.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if place().world > 1:
        return AGAIN
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
