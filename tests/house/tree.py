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


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> list[Function]:
    """Every function of a file, also inside others."""
    return [node for node in ast.walk(parsed(path)) if isinstance(node, Function)]
