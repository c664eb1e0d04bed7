"""The project's own modules, parsed, for the checks in rules.py. Nothing is imported."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "messages",
    "calendars",
    "models",
    "documents",
    "reporting",
    "notifications",
    "flows",
    "web",
    "cli",
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Module:
    """One module: its dotted name, its text, its tree."""

    name: str
    text: str
    is_package: bool = False

    @property
    def tree(self) -> ast.Module:
        return _parse(self.text)

    @property
    def package(self) -> str:
        """The top-level package: `reporting` for `reporting.chain.chain`."""
        return self.name.partition(".")[0]

    def at(self, node: ast.stmt | ast.expr) -> str:
        return f"{self.name}:{node.lineno}"

    def functions(self) -> Iterator[Function]:
        return (
            node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )


@cache
def _parse(text: str) -> ast.Module:
    return ast.parse(text)


def read_module(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(name=name, text=path.read_text(encoding="utf-8"), is_package=is_package)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the packages."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return tuple(read_module(path) for path in paths)


@cache
def modules_of_tests() -> tuple[Module, ...]:
    """Every module of the tests."""
    return tuple(read_module(path) for path in sorted((ROOT / "tests").rglob("*.py")))


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file under version control; what was deleted but not yet committed is left out."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())
