"""What every file of the project keeps to."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 600
GENERATED = {"package-lock.json", "constraints.txt", "schema.ts", "openapi.json", "LICENSE", "catalogue.json"}
TEXT = {".py", ".ts", ".tsx", ".css", ".html", ".md", ".yml", ".yaml", ".toml", ".json", ".sh", ""}
# Assembled, so that this file does not find itself. In upper case it may be a name: a state of review is.
_MARKS = "|".join(
    ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "for no" + "w", "sim" + "plified", "st" + "ub"]
)
UNFINISHED = re.compile(rf"(#|//|/\*|<!--).*\b({_MARKS})\b|raise NotImplemented" + "Error")
FOREIGN = re.compile("|".join(["/wor" + "k/", "pypi" + r"\.org", "registry" + r"\.npmjs"]))
SKIPS = re.compile(
    r"pytest\.(mark\.)?(sk"
    + r"ip|xf"
    + r"ail|importor"
    + r"skip)|\b(it|test|describe)\.(sk"
    + "ip|only|to"
    + "do)"
)


def files() -> list[Path]:
    """Every file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = (ROOT / line for line in listed.stdout.splitlines())
    return [path for path in found if path.is_file() and path.suffix in TEXT]


def written_by_hand() -> list[Path]:
    return [path for path in files() if path.name not in GENERATED and "migrations" not in path.parts]


def offenders(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in paths
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_is_too_long() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in written_by_hand()}
    assert not {str(path): length for path, length in lengths.items() if length > LONGEST}


def test_nothing_is_left_unfinished() -> None:
    assert not offenders(UNFINISHED, written_by_hand())


def test_the_project_knows_nothing_of_where_it_was_made() -> None:
    assert not offenders(FOREIGN, [path for path in files() if path.name != "package-lock.json"])


def test_no_test_is_left_out() -> None:
    assert not offenders(SKIPS, [p for p in written_by_hand() if p.suffix in {".py", ".ts", ".tsx"}])


def test_nobody_imports_the_package_annotations_by_its_bare_name() -> None:
    """After `from __future__ import annotations` that name is a feature of the language."""
    bare = re.compile(r"^\s*import annotations\b")
    assert not offenders(bare, [path for path in files() if path.suffix == ".py"])


@pytest.mark.parametrize(
    "package", ["core", "accounts", "projects", "annotations", "training", "deployments"]
)
def test_web_code_imports_at_the_top(package: str) -> None:
    """An import inside a function hides a dependency from readers and from the import contracts."""
    folder = ROOT / "platform" / package if package in ("core", "accounts") else ROOT / package
    pure = (ROOT / "training" / "ml", ROOT / "deployments" / "server", ROOT / "annotations" / "formats")
    hidden = []
    for path in folder.rglob("*.py"):
        if path.name == "apps.py" or any(path.is_relative_to(part) for part in pure):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inside = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                hidden += [f"{path.relative_to(ROOT)}:{n.lineno}" for n in inside]
    assert not hidden


def test_nothing_is_unpickled() -> None:
    code = [path for path in files() if path.suffix == ".py" and "tests" not in path.parts]
    assert not offenders(re.compile(r"\bimport (pickle|dill|joblib)\b|\bfrom (pickle|dill|joblib)\b"), code)
    loads = offenders(re.compile(r"\btorch\.load\("), code)
    assert not [line for line in loads if "weights_only=True" not in line]
