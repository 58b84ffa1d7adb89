"""`python -m training.ml.package.verify FILE.zip --environments DIR`: does the package run where nothing of
ours is installed?

Makes an environment for the package's `requirements.txt`, or takes one made before for the same, and runs the
package's own check in it. Where pip cannot install, the platform's interpreter runs it, cut off from paths
and variables, and the answer says so. The last line printed is the answer as JSON.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

from training.ml.environments import clean_python, environment

CHECK_SECONDS = 600


@dataclass(frozen=True)
class Answer:
    """Whether the check passed, in which environment ("clean", or "platform" where pip cannot install), what
    it said, and how long it took.
    """

    passed: bool
    environment: str
    detail: str
    seconds: float


def verify(archive: Path, environments: Path) -> Answer:
    """Unpack into an empty folder and run the check there."""
    with tempfile.TemporaryDirectory(prefix="package-") as name:
        folder = Path(name)
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        tell(0.1, "Making a clean environment")
        python, trouble = clean_python((folder / "requirements.txt").read_text(), environments)
        tell(0.7, "Running the check")
        began = time.monotonic()
        command = [str(python or sys.executable), "-I", "predict.py", "--check"]
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=CHECK_SECONDS
            )
        except subprocess.TimeoutExpired:
            return Answer(False, _kind(python), f"it ran for more than {CHECK_SECONDS} s", CHECK_SECONDS)
        # A runtime may remark on the machine on stderr: where the check passes, its own words count.
        told = done.stdout + done.stderr if done.returncode else done.stdout
        said = told.strip().splitlines() or [f"exit code {done.returncode}"]
        detail = "; ".join(said[-3:])[:1000] if done.returncode else said[-1]
        if python is None:
            detail += f" (run with the platform's own packages: {trouble})"
        return Answer(done.returncode == 0, _kind(python), detail, round(time.monotonic() - began, 2))


def tell(part: float, message: str) -> None:
    """Print where the work stands."""
    print(json.dumps({"progress": round(part, 3), "message": message}), flush=True)


def _kind(python: Path | None) -> str:
    return "platform" if python is None else "clean"


def main() -> int:
    """Verify and print the answer; 0 whatever it is."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.package.verify", description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--environments", type=Path, required=True)
    asked = parser.parse_args()
    print(json.dumps(asdict(verify(asked.archive, asked.environments))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
