"""The training child: `python -m training.ml.train RUN_DIR`.

Reads `spec.json` and `manifest.jsonl`, writes `metrics.jsonl`, `state.json`, `checkpoints/` and `artifacts/`.
Started again on the same folder it resumes at the last checkpoint. Exit codes: 0 done, 2 failed with the
reason in `state.json`, 75 (one of several processes) to be started again with a smaller batch, 143 ended by
SIGTERM, at once, leaving the last checkpoint.
"""

import io
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from training.adjustment import reduce_batch
from training.ml.failures import Failure, FailureRecord, PeerLost
from training.ml.files import is_full
from training.ml.memory import ran_out, start_again
from training.ml.processes import die_with_launcher, place
from training.ml.reporting import Reporter
from training.ml.threads import share_cores

TERMINATED = 128 + signal.SIGTERM
FAILED = 2
LEADER_SECONDS = 2.0
LOST = Failure(
    "One of the training processes was lost",
    "It ended without saying why.",
    "Memory may have run out: choose a smaller batch_size or input_size, or resume the run: it goes on at "
    "its last checkpoint.",
).record()


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


class Forgiving(io.TextIOWrapper):
    """Text for a log on a disk that may be full: a line that finds no room is dropped, for the run is worth
    more than its log.
    """

    def write(self, text: str) -> int:
        """Write a line's part."""
        try:
            return super().write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        try:
            super().flush()
        except OSError:
            return


def forgiving(stream: TextIO) -> TextIO:
    """The stream, without errors of the disk."""
    return Forgiving(io.FileIO(os.dup(stream.fileno()), "w"), "utf-8", "backslashreplace", write_through=True)


def main(folder: Path) -> int:
    """Run the folder to its end, alone or as one of the processes of a launcher; the exit code."""
    share_cores()
    leads = place().rank == 0
    if not leads:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it lives as long as the process
    reporter = Reporter(folder, silent=not leads)
    record: FailureRecord
    given: Mapping[str, Any] = {}
    try:
        reporter.state(message="Starting")
        from training.ml.loop import Loop
        from training.ml.preparation import prepare

        job = prepare(folder, reporter)
        given = job.given
        Loop(job, reporter).run()
        return 0
    except PeerLost as error:
        print(error, file=sys.stderr)
        if reporter.failed():
            return FAILED
        record = LOST
    except Failure as failure:
        print(f"{failure} {failure.hint}", file=sys.stderr)
        record = failure.record()
    except Exception as error:
        said = reduce_batch(folder, given, str(error)) if ran_out(error) else None
        if said:
            print(said, flush=True)
            reporter.state(message=said)
            return start_again()
        traceback.print_exc()
        record = explained(error).record()
    if not leads and said_by_the_leader(reporter):
        return FAILED
    try:
        reporter.fail(record)
    except OSError as error:
        print(f"state.json could not be written: {error}", file=sys.stderr)
    return FAILED


def said_by_the_leader(reporter: Reporter) -> bool:
    """Whether the first process says within a while that it failed: mostly all fail of the same reason, and
    whoever leaves first lets the launcher end the others.
    """
    until = time.monotonic() + LEADER_SECONDS
    while time.monotonic() < until:
        if reporter.failed():
            return True
        time.sleep(0.05)
    return False


def explained(error: Exception) -> Failure:
    """An unexpected error as a failure that says what to try."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if is_full(error):
        return Failure("The disk is full", text, "Free space in the data folder, then resume the run.")
    if ran_out(error):
        hint = (
            "Lower batch_size (and raise accumulate to make up for it) or input_size, or set "
            "halve_batch_on_oom, with which the run does so by itself."
        )
        return Failure("Out of memory", text, hint)
    if type(error).__module__.startswith(("torch._dynamo", "torch._inductor")):
        return Failure("The model could not be compiled", text, "Set hyperparameters.compile to false.")
    hint = "The log's last lines say where; a run that worked before can be resumed."
    return Failure("The training process failed", f"{type(error).__name__}: {text}", hint)


if __name__ == "__main__":
    leave_on_sigterm()
    die_with_launcher()
    sys.stdout, sys.stderr = forgiving(sys.stdout), forgiving(sys.stderr)
    if len(sys.argv) != 2:
        sys.exit("usage: python -m training.ml.train RUN_DIR")
    sys.exit(main(Path(sys.argv[1]).resolve()))
