"""`python -m training.ml.export BUNDLE --format F --out DIR [--quantization Q] [--data MANIFEST]`.

Prints a JSON line with `progress` and `message` for each step. Exit code 2 with the reason as the last line
of stderr where nothing could be written; an export that disagrees with its model is written, and says so.
"""

import argparse
import json
import sys
from pathlib import Path

from training.ml.bundle import read_bundle
from training.ml.export.registry import WRITERS
from training.ml.failures import Failure
from training.ml.files import is_full
from training.ml.threads import share_cores


def main() -> int:
    """Export, and print the progress."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.export", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--format", choices=tuple(WRITERS), required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quantization", default="none")
    parser.add_argument("--data", type=Path, help="manifest.jsonl of the run: int8 is calibrated on it")
    parser.add_argument("--calibration", type=int, default=64, help="training images that give the ranges")
    parser.add_argument("--budget", type=float, default=0.5, help="points that int8 may lose; -1: any")
    asked = parser.parse_args()
    share_cores()
    from training.ml.export import Asked, export_bundle

    budget = None if asked.budget < 0 else asked.budget
    wanted = Asked(asked.format, asked.quantization, asked.data, asked.calibration, budget)
    try:
        export_bundle(read_bundle(asked.bundle), wanted, asked.out, tell)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    except OSError as error:
        if not is_full(error):
            raise
        print(f"The export could not be stored: {error}", file=sys.stderr)
        return 2
    return 0


def tell(part: float, message: str) -> None:
    """Print where a piece of work stands."""
    print(json.dumps({"progress": round(part, 3), "message": message}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
