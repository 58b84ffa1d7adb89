"""`tessera demo` on few pictures and few steps: the same journey in a fraction of the time.

python -m tests.tessera.small_demo [options of tessera demo]
"""

from __future__ import annotations

import sys
from unittest import mock

from tessera.cli import main
from tessera.demo import journey
from tessera.sample import dataset

IMAGES = 10
SPEC = {
    **journey.SPEC,
    "input_size": [64, 64],
    "hyperparameters": {"steps": 4, "batch_size": 2},
    "evaluation": {"every": 2},
}

if __name__ == "__main__":
    write = dataset.write
    with (
        mock.patch.object(journey, "SPEC", SPEC),
        mock.patch.object(
            dataset, "write", lambda folder, progress: write(folder, IMAGES, progress=progress)
        ),
    ):
        main(["demo", *sys.argv[1:]])
