"""`python -m training.ml.package.verify FILE.zip --environments DIR`: does the package run where nothing of
ours is installed?

Makes an environment for the package's `requirements.txt`, or takes one made before for the same, and runs the
package's own check in it. Where pip cannot install, the platform's interpreter runs it, cut off from paths
and variables, and the answer says so. The last line printed is the answer as JSON.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

INSTALL_SECONDS = 1200
CHECK_SECONDS = 600
# What a process needs of this one's variables to find pip's settings, certificates and a place to write.
KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NO_PROXY")


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
        python, trouble = clean_python(folder / "requirements.txt", environments)
        tell(0.7, "Running the check")
        began = time.monotonic()
        command = [str(python or sys.executable), "-I", "predict.py", "--check"]
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=CHECK_SECONDS
            )
        except subprocess.TimeoutExpired:
            return Answer(False, _kind(python), f"it ran for more than {CHECK_SECONDS} s", CHECK_SECONDS)
        said = (done.stdout + done.stderr).strip().splitlines() or [f"exit code {done.returncode}"]
        detail = "; ".join(said[-3:])[:1000] if done.returncode else said[-1]
        if python is None:
            detail += f" (run with the platform's own packages: {trouble})"
        return Answer(done.returncode == 0, _kind(python), detail, round(time.monotonic() - began, 2))


def clean_python(requirements: Path, environments: Path) -> tuple[Path | None, str]:
    """The interpreter of an environment with exactly these requirements; None and why, where pip fails."""
    text = requirements.read_bytes()
    mark = hashlib.sha256(sys.version.encode() + text).hexdigest()[:16]
    home = environments / f"package-{mark}"
    python = home / "bin" / "python"
    environments.mkdir(parents=True, exist_ok=True)
    with locked(environments / f"package-{mark}.lock"):
        if (home / "complete").is_file():
            return python, ""
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        try:
            done = subprocess.run(
                [*command, "-r", str(requirements)],
                env=pip_environment(),
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
            )
            said = done.stderr.strip().splitlines() if done.returncode else []
        except subprocess.TimeoutExpired:
            said = [f"pip took more than {INSTALL_SECONDS} s"]
        if said:
            shutil.rmtree(home, ignore_errors=True)
            errors = [line for line in said if line.startswith("ERROR")] or said
            return None, errors[0][:300]
        (home / "complete").touch()
        return python, ""


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """One process at a time makes an environment."""
    import fcntl

    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def environment() -> dict[str, str]:
    """The few variables that a check gets: nothing that leads to our own packages."""
    return {name: os.environ[name] for name in KEPT if name in os.environ}


def pip_environment() -> dict[str, str]:
    """The same, and how pip was told to reach its registry."""
    told = {name: value for name, value in os.environ.items() if name.upper().startswith(("PIP_", "HTTP"))}
    return {**environment(), **told}


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
