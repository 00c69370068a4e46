"""What the program tells of itself: scenes, catalogue, help and version."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ebmviz import __version__, cli, commands
from ebmviz.core import assets, library, scan
from tests.commands.program import CATALOGUE, Done, Run


def test_scenes_are_listed(run: Run) -> None:
    found = run("scenes", "--json").rows
    assert [row["name"] for row in found] == assets.scene_names()
    assert all(row["title"] and row["figures"] for row in found)
    plain = run("scenes")
    assert plain.status == 0
    assert len(plain.out.splitlines()) == len(found)


def test_the_catalogue_is_listed(run: Run) -> None:
    found = run("catalogue", "--json").rows
    assert library.catalogue_from_json(found["components"]) == CATALOGUE
    assert {"name", "title"} == set(found["figures"][0])
    plain = run("catalogue").out
    for component in CATALOGUE.components:
        assert component.title in plain
        for param in component.params:
            assert param.name in plain


def test_the_plain_catalogue_keeps_exponents(run: Run) -> None:
    plain = run("catalogue").out
    for formula in ("y = x² + ε", "10⁻⁸", "√v̂", "½ ‖G(x) − y‖²", "exp(−β‖y − Wz‖²)"):
        assert formula in plain


def test_the_tables_of_the_readme_are_those_of_the_catalogue(run: Run) -> None:
    readme = Path(cli.__file__).parents[1].joinpath("README.md").read_text("utf-8").splitlines()
    missing = [
        line for line in run("catalogue", "--markdown").out.splitlines() if line not in readme
    ]
    assert not missing, "the tables of README.md are stale: run `ebmviz catalogue --write`"


def test_help_and_version_are_instant() -> None:
    """Nothing heavy is imported for any of them."""
    script = (
        "import contextlib, io, sys\n"
        "from ebmviz import cli\n"
        "from ebmviz import commands; from ebmviz.core import scan\n"
        "assert len(scan.names(commands)) > 8\n"
        "for words in ([], *([name] for name in scan.names(commands))):\n"
        "    said = io.StringIO()\n"
        "    try:\n"
        "        with contextlib.redirect_stdout(said):\n"
        "            cli.main([*words, '--help'])\n"
        "    except SystemExit as end:\n"
        "        assert not end.code, (words, end.code)\n"
        "    assert said.getvalue().startswith('usage: ebmviz'), words\n"
        "    assert len(said.getvalue().splitlines()) > 4, words\n"
        "heavy = {'torch', 'PySide6', 'matplotlib', 'pyqtgraph', 'contourpy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_the_package_s(run: Run) -> None:
    assert run("--version") == Done(0, f"ebmviz {__version__}\n", "")


def test_a_command_is_a_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The help lists what is there, in order; one more file is one more command."""
    (tmp_path / "greet.py").write_text(
        '"""Say hello."""\n'
        "SUMMARY, ORDER = 'says hello', 45\n"
        "def configure(parser): parser.add_argument('name')\n"
        "def run(args): print('hello', args.name); return 0\n"
    )
    before = run("--help").out.splitlines()
    assert run("greet", "you").status != 0
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    after = run("--help").out.splitlines()
    assert set(after) - set(before) == {"  greet       says hello"}
    lines = [line.split()[0] for line in after[after.index("commands (each has --help):") + 1 :]]
    assert lines.index("figures") < lines.index("greet") < lines.index("eval")
    assert run("greet", "you") == Done(0, "hello you\n", "")
    monkeypatch.undo()
    sys.modules.pop("ebmviz.commands.greet", None)
    assert sorted(set(lines) - {"greet"}) == scan.names(commands)


def test_every_row_of_a_table_has_the_cells_of_its_heading(run: Run) -> None:
    tables = run("catalogue", "--markdown").out.split("\n\n")
    assert len(tables) == 3
    for table in tables:
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines() if line}
        assert len(cells) == 1, table[:40]
