"""`python -m training.ml.robustness BUNDLE --data MANIFEST [--split val] [--images 40] --out card.json`.

Prints a JSON line with `progress` and `message` as it goes; exit code 2 with the reason as the last line of
stderr where it cannot be measured.
"""

import argparse
import json
import sys
from pathlib import Path

from training.ml.bundle import read_bundle
from training.ml.failures import Failure
from training.ml.files import write_json
from training.ml.manifest import SPLITS
from training.ml.threads import share_cores


def main() -> int:
    """Measure, and write the card."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.robustness", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="manifest.jsonl of a snapshot")
    parser.add_argument("--split", choices=SPLITS, default="val")
    parser.add_argument("--images", type=int, default=40, help="images at most")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    share_cores()
    from training.ml.robustness.card import card

    def tell(part: float, message: str) -> None:
        print(json.dumps({"progress": round(part, 4), "message": message}), flush=True)

    try:
        write_json(asked.out, card(read_bundle(asked.bundle), asked.data, asked.split, asked.images, tell))
    except Failure as failure:
        print(f"{failure} {failure.hint}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
