"""A module's former name gives the module: a script written before the move runs on."""

from __future__ import annotations

import importlib
import sys

import pytest

from ebmviz import former


@pytest.mark.parametrize("name", sorted(former.MOVED))
def test_a_former_name_gives_the_present_module(name: str) -> None:
    present = importlib.import_module(former.MOVED[name])
    spec = present.__spec__
    sys.modules.pop(name, None)
    with pytest.warns(DeprecationWarning, match=former.MOVED[name]):
        found = importlib.import_module(name)
    assert found is present
    assert present.__spec__ is spec
    assert present.__name__ == former.MOVED[name]


@pytest.mark.parametrize("module", former.RENAMED)
def test_a_former_name_in_a_module_gives_what_it_stood_for(module: str) -> None:
    """A sampler of a plug-in from before takes the adjusted step as `langevin`."""
    there = importlib.import_module(module)
    for name, present in former.RENAMED[module].items():
        with pytest.warns(DeprecationWarning, match=present):
            exec(f"from {module} import {name} as found", globals())
        assert globals()["found"] is getattr(there, present)
        assert name not in there.__all__
    with pytest.raises(ImportError, match="nowhere"):
        exec(f"from {module} import nowhere", globals())


def test_a_name_that_never_was_is_missing() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"ebmviz\.core\.nowhere"):
        importlib.import_module("ebmviz.core.nowhere")


def test_a_folder_gives_what_it_held() -> None:
    from ebmviz import ui
    from ebmviz.ui.look import theme

    sys.modules.pop("ebmviz.ui.theme", None)
    vars(ui).pop("theme", None)
    with pytest.warns(DeprecationWarning, match="ebmviz.ui.look.theme"):
        exec("from ebmviz.ui import theme as found", globals())
    assert globals()["found"] is theme
