"""What SECURITY says that the program never does: nothing in it could."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import ebmviz

PROJECT = Path(__file__).parent.parent
PAGE = (PROJECT / ".github" / "SECURITY.md").read_text("utf-8")
NETWORK = {"socket", "ssl", "urllib", "http", "ftplib", "smtplib", "requests", "asyncio"}
CODE = {"pickle", "marshal", "shelve", "dill", "joblib", "code", "codeop"}
SETTINGS = "ebmviz/ui/settings.py"  # the one place that names pickle, to take it from Qt's bindings
PLUGINS = "ebmviz/core/plugins/loading.py"  # the one place that runs what is given to it
CALLS = {"eval", "exec", "compile", "__import__"}
OF_MODULES = {("os", "system"), ("os", "popen"), ("torch", "load"), ("webbrowser", "open")}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(Path(ebmviz.__file__).parent.rglob("*.py")):
        yield str(path.relative_to(PROJECT)), ast.parse(path.read_text("utf-8"))


def test_no_module_could_reach_the_network_or_run_what_a_file_holds() -> None:
    found = []
    for name, tree in trees():
        for node in ast.walk(tree):
            modules = []
            if isinstance(node, ast.Import):
                modules = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module or ""]
                modules += [f"{node.module}.{each.name}" for each in node.names]
            wrong = [
                m for m in modules if m.partition(".")[0] in NETWORK | CODE or "QtNetwork" in m
            ]
            found += [f"{name}: {m}" for m in wrong]
    assert found == [f"{SETTINGS}: pickle"]


def test_nothing_that_was_read_is_run() -> None:
    found = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            call = node.func
            named = isinstance(call, ast.Name) and call.id in CALLS
            foreign = isinstance(call, ast.Attribute) and (
                (ast.unparse(call.value), call.attr) in OF_MODULES
            )
            shell = any(k.arg == "shell" for k in node.keywords)
            objects = any(
                k.arg == "allow_pickle"
                and not (isinstance(k.value, ast.Constant) and not k.value.value)
                for k in node.keywords
            )
            if named or foreign or shell or objects:
                found.append(name)
    assert {*found} == {PLUGINS}


def test_every_file_that_the_page_names_is_there() -> None:
    paths = re.findall(r"`(tests/[\w./]+)`", PAGE)
    assert len(paths) > 4
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_the_sizes_are_those_of_the_program() -> None:
    from ebmviz.files import archive

    assert f"{archive.FILE_CAP >> 20} MiB" in PAGE
    assert f"{archive.TOTAL_CAP >> 20} MiB" in PAGE
