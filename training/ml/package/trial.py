"""`python -m training.ml.package.trial FOLDER`: the packed script's answer, and all that it took.

Prints `{"found", "sources", "requirements"}`: the answer for `test.jpg`; our own source files by their place
under `lib/`; and the exact versions of the packages that those sources name and that were loaded.
"""

import ast
import importlib.metadata
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

OURS = ("training", "annotations")
ROOT = Path(__file__).resolve().parents[3]
# Packages that others load by name when they are asked for what we ask them for.
ALONG = {"transformers": ("scipy",)}


def main() -> int:
    """Run the script's `predict` and print what it took."""
    folder = Path(sys.argv[1])
    script = _script(folder / "predict.py")
    found = script.predict(folder / "test.jpg", None)
    sources = _sources()
    print(json.dumps({"found": found, "sources": sources, "requirements": _requirements(sources)}))
    return 0


def _script(file: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("packed_predict", file)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _sources() -> dict[str, str]:
    """Every file of ours that was loaded, this module apart, by its path from the root of the sources."""
    files: dict[str, str] = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.split(".")[0] not in OURS or not file or "package" in name.split("."):
            continue
        files[Path(file).resolve().relative_to(ROOT).as_posix()] = file
    return files


def _requirements(sources: dict[str, str]) -> list[str]:
    """`name==version` of each package that the sources import and that is loaded."""
    names = {name for source in sources.values() for name in _imported(Path(source))}
    names |= {more for name in names for more in ALONG.get(name, ())}
    distributions = importlib.metadata.packages_distributions()
    wanted = set()
    for name in names:
        if name in sys.modules and name in distributions and name not in OURS:
            distribution = distributions[name][0]
            # A build's own tag ("+cpu") names no version that a registry has.
            wanted.add(f"{distribution}=={importlib.metadata.version(distribution).split('+')[0]}")
    return sorted(wanted)


def _imported(file: Path) -> set[str]:
    tree: Any = ast.parse(file.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


if __name__ == "__main__":
    sys.exit(main())
