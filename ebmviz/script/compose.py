"""A scene's program, of what its components say: to be read from top to bottom as a note."""

from __future__ import annotations

import textwrap

import torch

from ebmviz import __version__
from ebmviz.core import markup
from ebmviz.core.catalogue import Component
from ebmviz.core.errors import UserError
from ebmviz.core.frame import frame_of
from ebmviz.core.scene import Scene
from ebmviz.engine.energies.base.capabilities import Auxiliary, Continuous
from ebmviz.engine.measures.base import level
from ebmviz.engine.model import build, registry
from ebmviz.engine.source import number, piece
from ebmviz.engine.training.problem import Problem
from ebmviz.script import shared
from ebmviz.script.figure import figure

_EPOCHS = 10
_BESIDE = "def auxiliary("
_WIDTH = 96
_BATCHES = '''
def batches(size):
    """Without end: each epoch goes through all rows once, in an order of its own."""
    epoch = 0
    while True:
        order = stream(BATCHES, epoch).permutation(len(rows))
        yield from rows[torch.from_numpy(order)].split(size)
        epoch += 1
'''
_TRAIN = """
    w = initial(torch.Generator().manual_seed(SEED), rows)
    for v in w.values():
        v.requires_grad_()
    ‹optimizer›
    past = []
    for step, batch in zip(range(STEPS), ‹batches›):
        value = loss(w, batch, step)
        optimizer.zero_grad()
        ‹backward›
        optimizer.step()
        ‹keep›
        past.append(value.item())
        if (step + 1) % max(1, STEPS // 10) == 0:
            print(f"step {step + 1}, loss {past[-1]:.6g}")
    ‹end›
"""
_MEAN = """\
with torch.no_grad():
    print(f"mean energy {free_energy(w, rows, BETA).mean().item():.6g}")"""
_FREE = "# E + c is as good as E, for any c: the loss sees differences alone."


def script(scene: Scene, steps: int | None = None) -> str:
    """The program that trains so many steps, or ten epochs. Raises UserError of a scene of which
    there is none.
    """
    if "loss" not in scene.facts:
        raise UserError("there is nothing to train here that a script could show")
    if not frame_of(scene).plain:
        raise UserError("data in units of their own cannot be exported as a script yet")
    task = build.problem(scene, torch.device("cpu"))
    energy, space = task.energy, task.objective.space
    data = registry.dataset(scene)
    model, loss = energy.script(scene.view), task.loss.script(space)
    optimizer = task.optimizer.script()
    for part, said in (
        (data, data.script()),
        (energy, model),
        (task.loss, loss),
        (task.optimizer, optimizer),
    ):
        if not said:
            raise UserError(f"“{part.describe().title}”, as it is set, has no script yet")
    regularizer = task.objective.regularizer
    if regularizer.params.gradient and isinstance(energy, Continuous):
        raise UserError("the gradient penalty has no script yet")
    if regularizer.params.decay and isinstance(energy, Auxiliary) and _BESIDE not in model:
        raise UserError("the weight decay of this energy has no script yet")
    before, _, lines = loss.rpartition("---\n")
    more, _, kept = regularizer.script(lines).partition("---\n")
    function = f"def loss(w, batch, step):\n{_indent(lines + more)}    return value\n"
    if kept:
        function += f"\n\ndef keep(w):\n{_indent(kept)}"
    if kept and "def keep(" in model:
        raise UserError("clipped weights of this energy have no script yet")
    sections = {
        "The data": data.script() + "\n\nrows = torch.tensor(data(), dtype=torch.float32)\n",
        "The energy": model,
        "The loss": "\n\n".join(part for part in (before.strip("\n"), function) if part),
        "Training": _training(task, optimizer, model + function),
        "The figure": figure(scene, energy, model),
    }
    body = "\n\n".join(
        f"# {i}. {name} {'-' * (_WIDTH - 6 - len(name))}\n\n{text.strip()}\n"
        for i, (name, text) in enumerate(sections.items(), 1)
    )
    betas = (task.loss.params.beta, scene.view.beta)
    steps = _EPOCHS * task.epoch_steps if steps is None else steps
    head = f"{_head(scene, task)}\n{_settings(scene, task, steps, body)}"
    return f"{head}\n\n{shared.called(body, betas)}\n\n{body}"


def _indent(text: str) -> str:
    return textwrap.indent(text.strip("\n") + "\n", "    ")


def _training(task: Problem, optimizer: str, said: str) -> str:
    whole = task.batch >= len(task.data)
    text = "" if whole else _BATCHES.strip("\n") + "\n\n\n"
    beside = _BESIDE in said
    keep = "with torch.no_grad():\n            keep(w)" if "def keep(" in said else ""
    out = piece(
        _TRAIN,
        optimizer=optimizer.strip(),
        batches="itertools.repeat(rows)" if whole else f"batches({task.batch})",
        backward="(value + auxiliary(w, batch)).backward()" if beside else "value.backward()",
        keep=keep,
        end=_FREE if level.free(task) else _MEAN,
    )
    return text + "\n".join(line for line in out.splitlines() if line.strip()) + "\n"


def _settings(scene: Scene, task: Problem, steps: int, body: str) -> str:
    lines = ["import itertools"] if "itertools." in body else []
    lines += ["import math", "", "import matplotlib.pyplot as plt", "import numpy as np"]
    lines += ["import torch", "", f"SEED, STEPS = {scene.run.seed}, {steps}"]
    beta, view = number(float(task.loss.params.beta)), number(float(scene.view.beta))
    lines += [f"BETA, VIEW_BETA = {beta}, {view}  # of training, and of the picture"]
    return "\n".join(lines) + "\n" + shared.purposes(body)


def _head(scene: Scene, task: Problem) -> str:
    """What it is, with the formulas."""
    told = [scene.title or scene.name, ""]
    for each in (task.energy.describe(), task.loss.describe(), task.optimizer.describe()):
        told += _said(each, scene)
    told += [
        "Stands alone: it needs torch, numpy and matplotlib. Rows of data are x, then y; w holds",
        f"all weights by name. Written by ebmviz {__version__}.",
    ]
    return '"""' + "\n".join(told).replace("\\", "/").replace('"""', "'''") + '\n"""\n'


def _said(part: Component, scene: Scene) -> list[str]:
    prose = textwrap.wrap(f"{part.title}. {markup.to_plain(part.doc)}", _WIDTH)
    said = (markup.to_plain(part.said(scene.values)), f"({part.source})" if part.source else "")
    wrapped = (textwrap.wrap(each, _WIDTH - 4) for each in said)
    return [*prose, *(f"    {line}" for lines in wrapped for line in lines), ""]
