"""Files, functions and names stay within the house's budgets."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import CODE, Function, functions, modules, nodes, text

DOCSTRING = re.compile(r'r?"""(.*?)"""', re.DOTALL)

FILE_LINES = 300
FUNCTION_LINES = 40
POSITIONAL = 4

LAZY = "bot/cli"
"""The commands import what they need when they run, so that ``--help`` is quick."""

SAY_NOTHING = {"manager", "helper", "helpers", "util", "utils", "common", "base", "data", "info", "tmp", "misc", "stuff"}
SAY_NOTHING_OF_A_FUNCTION = SAY_NOTHING | {"process", "handle", "do"}
FIELD_WORDS = {"base"}
"""Fine for a variable: OAuth signs a *signature base string*."""
NAMED_BY_A_LIBRARY = {"process_bind_param", "process_result_value", "settings_customise_sources", "handle"}
"""Methods we override: a type's (SQLAlchemy), the settings' sources (pydantic), a socket's listener (the chat's SDK)."""


def test_a_file_fits_in_the_head() -> None:
    long = [f"{path}: {lines} lines" for path in ours() if (lines := text(path).count("\n")) > FILE_LINES]

    assert not long, "\n".join(long)


def test_a_function_fits_on_a_screen() -> None:
    long = [f"{place}: {length(function)} lines" for place, function in all_functions() if length(function) > FUNCTION_LINES]

    assert not long, "\n".join(long)


def test_few_parameters_go_by_place() -> None:
    many = [
        f"{place}: {by_place(function)}"
        for place, function in all_functions()
        if len(by_place(function)) > POSITIONAL and function.name not in NAMED_BY_A_LIBRARY
    ]

    assert not many, "\n".join(many)


def test_imports_stand_at_the_top() -> None:
    inside = [
        place
        for place, function in all_functions()
        if not place.startswith(LAZY) and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]

    assert not inside, "\n".join(inside)


def test_a_file_opens_with_a_sentence() -> None:
    odd = [f"{path}: {opening(path)!r}" for path in [*ours(), *modules("tests")] if not is_sentence(opening(path))]

    assert not odd, "\n".join(odd)


def test_a_file_is_called_what_it_is() -> None:
    vague = [str(path) for path in [*ours(), *modules("tests")] if SAY_NOTHING & set(path.stem.split("_"))]

    assert not vague, "\n".join(vague)


def test_a_class_is_called_what_it_is() -> None:
    vague = [
        f"{path}:{node.lineno} {node.name}"
        for path in ours()
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and SAY_NOTHING & set(words_of_class(node.name))
    ]

    assert not vague, "\n".join(vague)


def test_a_function_is_called_what_it_does() -> None:
    assert [place for place, function in all_functions() if is_vague(function.name)] == []


def test_parameters_and_variables_are_called_what_they_are() -> None:
    vague = [
        f"{path}:{node.lineno} {name}"
        for path in ours()
        for node in nodes(path)
        if (name := named(node)) is not None and name.strip("_") in SAY_NOTHING - FIELD_WORDS
    ]

    assert not vague, "\n".join(vague)


def ours() -> list[Path]:
    """The modules the budgets are for; migrations are written once and never grow."""
    return [path for path in modules(*CODE) if "migrations" not in path.parts]


def all_functions() -> Iterator[tuple[str, Function]]:
    """Every function with its place."""
    for path in ours():
        for function in functions(path):
            yield f"{path}:{function.lineno} {function.name}", function


def length(function: Function) -> int:
    """In lines, from ``def`` to the last."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def by_place(function: Function) -> list[str]:
    """The parameters that may be given by place."""
    given = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    return given[1:] if given[:1] in (["self"], ["cls"]) else given


def opening(path: Path) -> str:
    """The first paragraph of a module's docstring, which nothing stands before."""
    found = DOCSTRING.match(text(path))
    return found[1].partition("\n\n")[0].strip() if found else ""


def is_sentence(words: str) -> bool:
    """Short, and ended like one."""
    return words.rstrip("`)").endswith((".", ":", "?")) and words.count("\n") < 3


def words_of_class(name: str) -> list[str]:
    """``TableOfMoves`` is table, of and moves."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).split()


def is_vague(name: str) -> bool:
    """Whether a function's name says nothing, or begins with a verb that says nothing."""
    first = name.strip("_").partition("_")[0]
    return name not in NAMED_BY_A_LIBRARY and (first in SAY_NOTHING_OF_A_FUNCTION or name in SAY_NOTHING)


def named(node: ast.AST) -> str | None:
    """What this node gives a name to. The fields of a payload are named by others, so they do not count."""
    match node:
        case ast.arg(arg=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name), *_]):
            return name
        case ast.For(target=ast.Name(id=name)) | ast.comprehension(target=ast.Name(id=name)):
            return name
        case _:
            return None
