"""The engine imports nothing that could look outside: no AWS, no clock, no randomness, no I/O."""

import ast
from pathlib import Path

import pytest

import interactor.engine

ENGINE = Path(interactor.engine.__file__).parent
ALLOWED_MODULES = {
    "collections", "dataclasses", "datetime", "difflib", "fractions", "functools", "itertools", "json", "pydantic",
    "pydantic_core", "re", "types", "typing", "urllib.parse",
}  # fmt: skip
ALLOWED_OURS = ("interactor.engine", "interactor.json_text", "interactor.clock", "interactor.errors")
OUTSIDE_WORLD = {"now", "today", "utcnow", "system_clock", "open", "exec", "eval", "__import__", "print", "input"}


def _files() -> list[Path]:
    files = sorted(ENGINE.glob("*.py"))
    assert len(files) > 5
    return files


@pytest.mark.parametrize("file", _files(), ids=lambda file: file.name)
def test_engine_files_import_only_what_is_pure(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            known = {name, name.split(".")[0]} & ALLOWED_MODULES
            assert known or name.startswith(ALLOWED_OURS), f"{file.name} imports {name}"


@pytest.mark.parametrize("file", _files(), ids=lambda file: file.name)
def test_engine_files_ask_nobody_for_the_time_and_open_nothing(file: Path) -> None:
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert not called & OUTSIDE_WORLD
