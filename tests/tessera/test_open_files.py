"""The platform's processes may open more files than a shell's usual 1024."""

from __future__ import annotations

import subprocess
import sys

_RAISE = """
import resource, subprocess, sys
sys.path.insert(0, "platform")
from tessera.supervisor.process import allow_many_files
resource.setrlimit(resource.RLIMIT_NOFILE, (256, int(sys.argv[1])))
allow_many_files()
print(subprocess.run(["sh", "-c", "ulimit -Sn"], capture_output=True, text=True).stdout)
"""


def raised(hard: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _RAISE, str(hard)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_children_may_open_what_the_machine_allows():
    assert raised(4096) == 4096


def test_a_limit_that_is_higher_is_left():
    assert raised(256) == 256
