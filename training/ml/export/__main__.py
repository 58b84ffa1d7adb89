"""`python -m training.ml.export BUNDLE --format onnx|openvino --out DIR [--quantization none|fp16]`."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from training.ml.bundle import read_bundle
from training.ml.export import FORMATS, TOLERANCE, export_bundle
from training.ml.failures import Failure


def main() -> int:
    """Export, print the parity as JSON; 2 with the reason as last line of stderr where it fails."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.export", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--format", choices=FORMATS, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quantization", choices=tuple(TOLERANCE), default="none")
    asked = parser.parse_args()
    try:
        parity = export_bundle(read_bundle(asked.bundle), asked.format, asked.out, asked.quantization)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    print(json.dumps(asdict(parity)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
