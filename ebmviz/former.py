"""Modules, and names in them, as they were called before: a script written for those runs on.

Names of the same folder stand together, new folder first; then those that have a new name too. A
module is loaded once, under its present name; the former one says which that is and goes with 1.0.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_FOLDERS = """
files < core: archive atomic lock recovery session stamp strictjson tensors
files.tables < core: arrays columns delimited headings npy npz role_words roles spelling suggestion
files.tables < core: table
files.export < export: embed pdf_attachment png_text
core.process < core: log machine parent supervision
core.protocol < core: greeting
engine.analysis < engine: basins contours descents pointwise topology
engine.datasets.base < engine.datasets: dataset scatter table
engine.energies.base < engine.energies: decoder discrete energy horn_decoder reconstruction
engine.energies.base < engine: variational
engine.landscape < engine: blocks direct limits memory scattered softmin
engine.losses.base < engine.losses: drawn loss sampled
engine.measures.base < engine.measures: boxes held latent_use own_width places subject
engine.measures.base < engine: level
engine.model < engine: ceiling devices engine foresight plugins problems registry trial
engine.optimizers.base < engine.optimizers: optimizer
engine.samplers.base < engine.samplers: cells sampler
engine.sampling < engine: diagnostics draws oracle
engine.server < engine: budget frames lifeline
engine.theory < engine: calibration dimension errata hopfield information lagrangian
engine.training < engine: box history lab lane_record objective rate retreat subset
figures.base < figures: figure
figures.layers < figures: answers chains manifold push topology
figures.words < figures: formula level places text thermal
ui.controls < core: scale
ui.controls < ui: buttons card combo ellipsis entry focus keys label slider switch text tips
ui.controls < ui: valuebox wheel
ui.look < ui: theme
ui.menus < ui: actions glossary help key_list
ui.panel < ui: dial form row section
ui.plots < ui: area axis canvas colorbar handles items latent_line legend logarithmic marks mosaic
ui.plots < ui: plane strokes tile
ui.publish < ui: export_dialog exporter
ui.session < ui: document engine_process file_question impatience
ui.session < ui: keepsake kept left_behind leftovers outgoing place pulse requests store trials
ui.session < ui: written
ui.tables < ui: columns_dialog columns_preview
ui.views < ui: banner bottom columns lab_view landscape_view map_keys picture_view
ui.views < ui: plot_card side_card stage toolbar
"""
_NAMES = """
core.relief.camera < figures.layers.projection
core.relief.camera < figures.projection
core.diagnosis < core.doctor
engine.analysis.latent_descent < engine.inference
engine.analysis.minima < engine.tracker
engine.energies.base.network_slope < engine.energies.slope
engine.energies.base.networks < engine.energies.layers
engine.landscape.checks < engine.prior
engine.landscape.chebyshev < engine.hot
engine.landscape.tiles.code < engine.native
engine.landscape.points < engine.mixture
engine.landscape.quadtree < engine.tiled
engine.landscape.result < engine.landscape_value
engine.samplers.base.quadrature < engine.samplers.tilted
engine.sampling.stability < engine.curvature
engine.server.loop < engine.serve
engine.server.pipes < engine.mail
engine.training.lab_groups < engine.lab_plan
figures.layers.descents < figures.inference
figures.layers.patterns < figures.cells
figures.slots < figures.cards
figures.words.hover < figures.pointer
figures.words.lookup < figures.place
figures.words.stability < figures.step_limit
files.leftovers < core.sweep
ui.change_notice < ui.consequence
ui.controls.engine_status < ui.lamp
ui.controls.fast_label < ui.reading
ui.controls.message_box < ui.box
ui.controls.slider_painting < ui.groove
ui.look.stylesheet < ui.sheet
ui.menus.chain_actions < ui.walk
ui.plots.image_colours < ui.shade
ui.plots.path_animation < ui.growth
ui.session.engine < ui.engine_client
ui.slider_limits < ui.step_marks
ui.view_fit < ui.framing
"""


def _pairs() -> Iterator[tuple[str, str]]:
    for line in _FOLDERS.strip().splitlines():
        room, rest = line.split(" < ")
        hall, names = rest.split(": ")
        for name in names.split():
            yield f"ebmviz.{hall}.{name}", f"ebmviz.{room}.{name}"
    for line in _NAMES.strip().splitlines():
        present, former = line.split(" < ")
        yield f"ebmviz.{former}", f"ebmviz.{present}"


MOVED = dict(_pairs())
RENAMED = {"ebmviz.plugin": {"langevin": "adjusted_langevin"}}
"""By module: what it had under another name."""


def name_of(module: str, name: str) -> object:
    """What a module gives for a former name, with a warning; AttributeError of any other."""
    present = RENAMED.get(module, {}).get(name)
    if present is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    warnings.warn(f"{name} of {module} is {present} now.", DeprecationWarning, stacklevel=3)
    found: object = getattr(sys.modules[module], present)
    return found


class _Present(Loader):
    """Gives the module that a former name stands for."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        present = MOVED[spec.name]
        warnings.warn(f"{spec.name} is {present} now.", DeprecationWarning, stacklevel=2)
        module = importlib.import_module(present)
        # The machinery is about to put the former name's spec here.
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, _Present()) if name in MOVED else None


def install() -> None:
    """Asked last: what has a file of its own is found before."""
    sys.meta_path.append(_Finder())
