"""A workflow as a file that people share: YAML or JSON, read with suspicion. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from core.errors import BadInput, FieldError, TooLarge
from training.checks import Problems

FORMATS = {"yaml": "application/yaml", "json": "application/json"}
MARK = "tessera_workflow"
VERSION = 1
MOST_BYTES = 64 << 10


class WorkflowFile(NamedTuple):
    """What a file says; the spec is not checked yet."""

    name: str | None
    spec: Any


def write(name: str, spec: Mapping[str, Any], form: str) -> str:
    """The text of a file that `read` reads back; `form` is one of FORMATS."""
    content = {MARK: VERSION, "name": name, "spec": dict(spec)}
    if form == "json":
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def read(data: bytes, file_name: str = "") -> WorkflowFile:
    """What a file in YAML or JSON says. Raises TooLarge, or BadInput naming the field that is wrong, `file`
    where it cannot be read at all."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"A workflow file has at most {MOST_BYTES >> 10} KiB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable("is not text in UTF-8") from error
    content = _content(text, file_name.lower().endswith(".json"))
    if not isinstance(content, Mapping) or MARK not in content:
        raise _unreadable(f"is no workflow file: it has to begin with {MARK}: {VERSION}")
    problems = Problems()
    known = problems.mapping(content, "file", (MARK, "name", "description", "spec"))
    if known[MARK] != VERSION or isinstance(known[MARK], bool):
        problems.add(MARK, f"must be {VERSION}; a newer version of the platform may read this file")
    for key in ("name", "description"):
        if not isinstance(known.get(key), str | None):
            problems.add(key, "must be text")
    if "spec" not in known:
        problems.add("spec", "is required")
    problems.stop()
    return WorkflowFile(known.get("name"), known["spec"])


def _content(text: str, is_json: bool) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise _unreadable("is nested too deeply") from error
    except ValueError as error:
        if is_json or isinstance(error, _Twice):
            raise _unreadable(f"is not JSON: {error}") from error
    try:
        return yaml.load(text, _Loader)  # noqa: S506  (a SafeLoader)
    except RecursionError as error:
        raise _unreadable("is nested too deeply") from error
    except (yaml.YAMLError, ValueError) as error:
        raise _unreadable(f"is neither YAML nor JSON: {_reason(error)}") from error


class _Twice(ValueError):
    pass


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(f"{next(key for key in keys if keys.count(key) > 1)!r} is given twice")
    return found


class _Loader(yaml.SafeLoader):
    """Plain values as YAML 1.2 has them (`1e-4` is a number, `no` and dates are text); no aliases, which can
    make a small file mean a huge one; no key twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not read", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and keys.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} is given twice", key.start_mark
                )
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    """Quotes what either version of YAML would take for something else than text."""


_Loader.yaml_implicit_resolvers = {}
_FLOAT = r"[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|\.(?:inf|Inf|INF))"
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", [*"-+0123456789"]),
    ("float", rf"{_FLOAT}|\.(?:nan|NaN|NAN)", [*"-+.0123456789"]),
):
    for _reader in (_Loader, _Dumper):
        _reader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})$"), _first)


def _reason(error: Exception) -> str:
    """The problem and its line, without the library's drawing of it."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    where = f" in line {mark.line + 1}" if mark else ""
    return f"{problem or str(error).splitlines()[0]}{where}"


def _unreadable(message: str) -> BadInput:
    return BadInput(f"The file {message}.", [FieldError("file", message)])
