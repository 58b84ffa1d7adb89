"""The training child: `python -m training.ml.train RUN_DIR`.

Reads `spec.json` and `manifest.jsonl`, writes `metrics.jsonl`, `state.json`, `checkpoints/` and `artifacts/`.
Started again on the same folder it resumes at the last checkpoint. Exit codes: 0 done, 2 failed with the
reason in `state.json`, 143 ended by SIGTERM, at once, leaving the last checkpoint.
"""

import errno
import os
import signal
import sys
import threading
import traceback
from pathlib import Path

from training.ml.failures import Failure, FailureRecord
from training.ml.reporting import Reporter
from training.ml.threads import share_cores

TERMINATED = 128 + signal.SIGTERM
FAILED = 2


def leave_on_sigterm() -> None:
    """End the process as soon as SIGTERM arrives, even while the main thread is inside a long native call.

    Python runs signal handlers between byte codes of the main thread only, which a backward pass can delay by
    seconds. The signal's number is written to a pipe at once, though, and a thread waits there. Every file of
    the run is written beside its place and renamed, so that leaving at any moment leaves nothing half done.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def wait() -> None:
        while signal.SIGTERM not in os.read(reading, 1):
            continue
        os._exit(TERMINATED)

    threading.Thread(target=wait, name="sigterm", daemon=True).start()


def main(folder: Path) -> int:
    """Run the folder to its end; the exit code."""
    share_cores()
    reporter = Reporter(folder)
    record: FailureRecord
    try:
        reporter.state(message="Starting")
        from training.ml.loop import Loop
        from training.ml.preparation import prepare

        Loop(prepare(folder, reporter), reporter).run()
        return 0
    except Failure as failure:
        print(f"{failure} {failure.hint}", file=sys.stderr)
        record = failure.record()
    except Exception as error:
        traceback.print_exc()
        record = explained(error).record()
    try:
        reporter.fail(record)
    except OSError as error:
        print(f"state.json could not be written: {error}", file=sys.stderr)
    return FAILED


def explained(error: Exception) -> Failure:
    """An unexpected error as a failure that says what to try."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Failure("The disk is full", text, "Free space in the data folder, then resume the run.")
    if isinstance(error, MemoryError) or "out of memory" in text.lower() or "can't allocate memory" in text:
        hint = "Lower batch_size (and raise accumulate to make up for it) or input_size."
        return Failure("Out of memory", text, hint)
    hint = "The log's last lines say where; a run that worked before can be resumed."
    return Failure("The training process failed", f"{type(error).__name__}: {text}", hint)


if __name__ == "__main__":
    leave_on_sigterm()
    if len(sys.argv) != 2:
        sys.exit("usage: python -m training.ml.train RUN_DIR")
    sys.exit(main(Path(sys.argv[1]).resolve()))
