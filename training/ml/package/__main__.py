"""`python -m training.ml.package BUNDLE DIR --report report.json --out FILE.zip [--data MANIFEST]`.

Packs the export in DIR (the bundle's own folder: the PyTorch model). Prints a JSON line with `progress` and
`message` for each step; exit code 2 with the reason as the last line of stderr.
"""

import argparse
import json
import sys
from pathlib import Path

from training.ml.bundle import read_bundle
from training.ml.failures import Failure
from training.ml.package.packing import pack


def main() -> int:
    """Pack, and print the progress."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.package", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--report", type=Path, required=True, help="what the judge wrote")
    parser.add_argument("--data", type=Path, help="manifest.jsonl of the run: a test image is taken from it")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    try:
        report = json.loads(asked.report.read_text())
        pack(read_bundle(asked.bundle), asked.folder, report, asked.data, asked.out, tell)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0


def tell(part: float, message: str) -> None:
    """Print where the work stands."""
    print(json.dumps({"progress": round(part, 3), "message": message}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
