"""The API document and the dashboard's types: generated from the code, and committed.

python -m tests.schema          checks that both are fresh; exit code 1 when one is not
python -m tests.schema --write  writes both
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "frontend" / "openapi.json"
TYPES = ROOT / "frontend" / "src" / "api" / "schema.ts"


def write_document(target: Path) -> None:
    """The OpenAPI document, validated; a warning is an error."""
    options = ["--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(target)]
    with tempfile.TemporaryDirectory() as data:
        subprocess.run(
            [sys.executable, "manage.py", "spectacular", *options],
            cwd=ROOT,
            env={**os.environ, "TESSERA_DATA_DIR": data},
            check=True,
        )


def write_types(document: Path, target: Path) -> None:
    node = Path(sys.executable).with_name("node")
    script = ROOT / "frontend" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    command = [str(node), str(script), str(document), "--output", str(target)]
    subprocess.run(command, cwd=ROOT / "frontend", stdout=subprocess.DEVNULL, check=True)


def main() -> None:
    if "--write" in sys.argv:
        write_document(DOCUMENT)
        write_types(DOCUMENT, TYPES)
        return
    with tempfile.TemporaryDirectory() as folder:
        document, types = Path(folder) / "openapi.json", Path(folder) / "schema.ts"
        write_document(document)
        write_types(document, types)
        stale = [
            str(kept.relative_to(ROOT))
            for kept, fresh in ((DOCUMENT, document), (TYPES, types))
            if not kept.is_file() or kept.read_bytes() != fresh.read_bytes()
        ]
    if stale:
        sys.exit(f"not what the code says: {', '.join(stale)}. Run `make schema` and commit the result.")
    print("the API document and the dashboard's types are fresh")


if __name__ == "__main__":
    main()
