"""The training child with little memory: `python -m tests.training.ml.limited RUN_DIR`, the megabytes that it
may take beyond its start in LIMIT_MEGABYTES.
"""

import os
import resource
import sys
from pathlib import Path

import psutil
import torch

import training.ml.loop  # noqa: F401 - what it takes is no part of the limit
from training.ml import train

if __name__ == "__main__":
    torch.set_num_threads(1)
    taken = psutil.Process().memory_info().vms
    limit = taken + int(os.environ["LIMIT_MEGABYTES"]) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    sys.exit(train.main(Path(sys.argv[1]).resolve()))
