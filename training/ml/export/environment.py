"""`python -m training.ml.export.environment FORMAT --environments DIR`: an interpreter that has the format's
converter.

The converters of edge formats are large, and each wants other versions of what they share: each gets an
environment of its own on top of the platform's, the first time that somebody asks for its format. Prints a
JSON line with `progress` and `message`, then `{"python": path}`; exit code 2 with the reason as the last line
of stderr.
"""

import argparse
import json
import sys
from pathlib import Path

from training.ml.environments import python_with
from training.ml.failures import Failure

CONVERTERS = {
    "executorch": ("executorch==1.5.1",),
    "litert": ("litert-torch==0.10.0", "ai-edge-litert==2.3.0"),
}


def converter(format: str, environments: Path) -> Path:
    """The interpreter; installs what is missing. Raises `Failure`."""
    python, trouble = python_with("\n".join(CONVERTERS[format]) + "\n", environments)
    if python is None:
        raise Failure(
            "No converter",
            f"{', '.join(CONVERTERS[format])} could not be installed: {trouble}",
            "Give the worker access to a package registry (pip's own settings hold) and export again.",
        )
    return python


def main() -> int:
    """Make the environment, or find it, and print its interpreter."""
    parser = argparse.ArgumentParser(
        prog="python -m training.ml.export.environment", description="An interpreter that has a converter."
    )
    parser.add_argument("format", choices=tuple(CONVERTERS))
    parser.add_argument("--environments", type=Path, required=True)
    asked = parser.parse_args()
    said = f"installing {CONVERTERS[asked.format][0]}, once"
    print(json.dumps({"progress": 0.0, "message": said}), flush=True)
    try:
        python = converter(asked.format, asked.environments)
    except Failure as failure:
        print(f"{failure} {failure.hint}", file=sys.stderr)
        return 2
    print(json.dumps({"progress": 1.0, "message": "", "python": str(python)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
