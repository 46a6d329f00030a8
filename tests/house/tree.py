"""The files that are ours, for the checks of this folder."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("bot", "handlers", "integrations")


@cache
def ours() -> tuple[Path, ...]:
    """Every file that is or would be committed, relative to the top."""
    asked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if asked.returncode == 0:
        found = [Path(line) for line in asked.stdout.splitlines()]
    else:  # an unpacked archive
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if not hidden(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if (ROOT / path).is_file()))


def hidden(path: Path) -> bool:
    """Whether a file belongs to a tool."""
    return any(part == "__pycache__" or (part.startswith(".") and part not in {".ci", ".github"}) for part in path.parts)


def modules(*folders: str) -> list[Path]:
    """The Python files of these top-level folders."""
    return [path for path in ours() if path.suffix == ".py" and path.parts[0] in folders]


@cache
def text(path: Path) -> str:
    """What a file says; bytes that are not text are replaced."""
    return (ROOT / path).read_text(errors="replace")


@cache
def parsed(path: Path) -> ast.Module:
    """A Python file as a tree."""
    return ast.parse(text(path), str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a Python file, the module first."""
    return tuple(ast.walk(parsed(path)))


Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def functions(path: Path) -> tuple[Function, ...]:
    """Every function of a file, also inside others."""
    return tuple(node for node in nodes(path) if isinstance(node, Function))


@cache
def calls(path: Path) -> tuple[ast.Call, ...]:
    """Every call in a file."""
    return tuple(node for node in nodes(path) if isinstance(node, ast.Call))
