"""Python environments beside the platform's own: one for each list of requirements, made once and kept."""

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALL_SECONDS = 1200
# What a process needs of this one's variables to find pip's settings, certificates and a place to write.
KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NO_PROXY")
# What an environment on top of ours may not bring in another version of.
HELD = ("torch", "numpy", "transformers", "safetensors")


def clean_python(requirements: str, environments: Path) -> tuple[Path | None, str]:
    """The interpreter of an environment with exactly these requirements (the lines of a file for pip); None
    and why, where pip fails.
    """
    return _made(requirements, environments, "package", on_top=False)


def python_with(requirements: str, environments: Path) -> tuple[Path | None, str]:
    """The interpreter of an environment that has ours and these requirements besides; None and why, where pip
    fails. Ours stays untouched.
    """
    return _made(requirements, environments, "converter", on_top=True)


def _made(requirements: str, environments: Path, kind: str, on_top: bool) -> tuple[Path | None, str]:
    ours = sysconfig.get_paths()["purelib"]
    # An environment on top of ours is another one where ours has moved or changed.
    below = [ours, *_held()] if on_top else []
    mark = hashlib.sha256("\n".join([sys.version, requirements, *below]).encode()).hexdigest()[:16]
    home = environments / f"{kind}-{mark}"
    python = home / "bin" / "python"
    environments.mkdir(parents=True, exist_ok=True)
    with locked(environments / f"{kind}-{mark}.lock"):
        if (home / "complete").is_file():
            return python, ""
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        if on_top:
            # As a site of its own: what is installed there in place, as the platform may be, counts too.
            site = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
            (site / "below.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
        trouble = _install(python, home, requirements, _held() if on_top else [])
        if trouble:
            shutil.rmtree(home, ignore_errors=True)
            return None, trouble
        (home / "complete").touch()
        return python, ""


def _held() -> list[str]:
    """The constraints that keep pip from replacing what the platform computes with."""
    # A build's own tag ("+cpu") names no version that a registry has.
    return [f"{name}=={importlib.metadata.version(name).split('+')[0]}" for name in HELD]


def _install(python: Path, home: Path, requirements: str, held: list[str]) -> str:
    """Why pip failed; nothing where it did not."""
    wanted, constraints = home / "requirements.txt", home / "constraints.txt"
    wanted.write_text(requirements)
    constraints.write_text("\n".join(held))
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["-r", str(wanted), "-c", str(constraints)]
    try:
        done = subprocess.run(
            command, env=pip_environment(), capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"pip took more than {INSTALL_SECONDS} s"
    if not done.returncode:
        return ""
    said = done.stderr.strip().splitlines() or [f"pip ended with code {done.returncode}"]
    errors = [line for line in said if line.startswith("ERROR")] or said
    return errors[0][:300]


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
