"""`python -m training.ml.doctor BUNDLE --data MANIFEST [--split val] --out findings.jsonl`.

Prints a JSON line with `progress` and `message` as it goes; exit code 2 with the reason as the last line of
stderr where nothing can be looked at. The file is there as a whole or not at all.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from training.ml.bundle import read_bundle
from training.ml.failures import Failure
from training.ml.manifest import SPLITS
from training.ml.threads import share_cores


def main() -> int:
    """Look, and write what was found."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.doctor", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="a manifest")
    parser.add_argument("--split", choices=SPLITS, default="val")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    share_cores()
    from training.ml.doctor.looking import look

    def tell(part: float, message: str) -> None:
        print(json.dumps({"progress": round(part, 4), "message": message}), flush=True)

    writing = asked.out.with_suffix(".writing")
    try:
        with writing.open("w", encoding="utf-8") as file:
            for finding in look(read_bundle(asked.bundle), asked.data, asked.split, tell):
                file.write(json.dumps(finding) + "\n")
    except Failure as failure:
        print(f"{failure} {failure.hint}", file=sys.stderr)
        return 2
    os.replace(writing, asked.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
