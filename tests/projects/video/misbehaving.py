"""A decoder as some files make it: `python -m tests.projects.video.misbehaving VIDEO FOLDER`."""

import os
import signal
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    if b"crash" in Path(sys.argv[1]).read_bytes():
        os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(600)
