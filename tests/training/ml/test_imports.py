"""The training core needs no web framework, and what serves without torch imports no torch."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

BLOCKED = """
import importlib, pkgutil, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "celery", "channels", "rest_framework"):
            raise ImportError(name)
sys.meta_path.insert(0, Block())
import training.ml
for module in pkgutil.walk_packages(training.ml.__path__, "training.ml."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""

LIGHT = """
import sys
import training.ml.bundle, training.ml.describe, training.ml.images, training.ml.manifest
import training.ml.predictor, training.ml.runtimes.openvino
import training.ml.hyperparameters, training.ml.data.augmentations, training.ml.runtimes.onnx
import training.ml.preview
print(sorted({"torch", "transformers", "django"} & set(sys.modules)))
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_module_imports_with_django_blocked() -> None:
    run(BLOCKED)


def test_serving_modules_import_no_torch() -> None:
    assert run(LIGHT) == "[]"
