"""Whatever is done, in any order: does undo lead back to the first state, and redo to the last?

`python -m tests.benchmarks.history [--sequences N] [--actions N] [--seed S] [--processes P]
[--minutes M]` has a hand do random things, each sequence by a seed of its own: settings,
components, scenes, training, past steps, branches, the lab, points, files, undo and redo. Its
window is never shown, its engine is a thread, and scenes are small. All is then undone and done
again, in one go and with rests: scenes, branches and weights must be what they were, bit for bit.

Prints each fault, with what was done before it, and how many sequences went through. Status 1 if
there was a fault.
"""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from PySide6.QtCore import QEventLoop, QTimer

from ebmviz.core import assets
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.scene import Scene
from ebmviz.engine.model.engine import Engine
from ebmviz.ui.app import application
from ebmviz.ui.session import engine as session_engine
from ebmviz.ui.session.engine import EngineClient, Needs
from ebmviz.ui.session.impatience import Impatience
from ebmviz.ui.session.place import Place
from ebmviz.ui.session.pulse import Patience
from ebmviz.ui.views.stage import Stage
from ebmviz.ui.window import Window
from tests.scenes import small
from tests.ui import thread_engine
from tests.ui.any_hand import Hand, gone_through

PATIENCE_S = 60.0
_NEEDS = ("data",)
_TELL = 50  # sequences between two lines of how many there were
_PATIENT = Patience(silent=3600, start=3600, answer=3600)  # a busy machine is no fault
_LOOK_MS = 1000  # between two looks at the clock, where nothing happens


class Found(NamedTuple):
    """Of one sequence. fault: a traceback, or nothing; done: what was."""

    seed: int
    seconds: float
    fault: str
    done: list[str]


class Sitter:
    """At a window that nobody sees."""

    def __init__(self) -> None:
        self.app = application()
        client = EngineClient(patience=_PATIENT)
        self.window = Window(small("ellipse"), client=client)
        self._clock = QTimer()
        self._clock.start(_LOOK_MS)
        self.until(lambda: self.window.stage.shot is not None)

    def until(self, condition: Callable[[], Any]) -> None:
        """Wait for a state, asleep while nothing happens."""
        deadline = time.monotonic() + PATIENCE_S
        flags = QEventLoop.ProcessEventsFlag
        while not condition():
            if time.monotonic() > deadline:
                faulthandler.dump_traceback()  # where the engine is
                raise TimeoutError("a state did not come")
            self.app.processEvents(flags.AllEvents | flags.WaitForMoreEvents)

    def weights(self) -> Checkpoint:
        """A checkpoint fetched now."""
        got: list[Checkpoint] = []
        self.window.client.fetch(got.append)
        self.until(lambda: got)
        return got[0]

    def begin(self, name: str) -> None:
        """A document without a past."""
        self.window.document.go_to(Place(small(name)))

    def leave(self) -> None:
        """Its engine ends as well."""
        self.window.document.give_up()
        self.window.document.close()
        self.window.client.stop()
        self.window.deleteLater()
        thread_engine.all_ended()


def one(sitter: Sitter, seed: int, actions: int) -> Found:
    """A sequence; what was found."""
    began, fault = time.monotonic(), ""
    scenes = tuple(assets.scene_names())
    with tempfile.TemporaryDirectory() as folder:
        hand = Hand(sitter, seed, Path(folder), scenes)
        try:
            sitter.begin(scenes[seed % len(scenes)])
            gone_through(hand, actions)
        except Exception:
            fault = traceback.format_exc()
        hand.leave()
    return Found(seed, time.monotonic() - began, fault, hand.done)


def spare() -> None:
    """Nothing but data is measured, and nothing shown: both are dear, and not the matter."""
    shown = Stage._shown

    def few(self: Stage) -> tuple[Scene, Needs, tuple[Needs, ...]]:
        scene, needs, _ = shown(self)
        return scene, tuple(n for n in needs if n in _NEEDS), ()

    Stage._shown = few  # type: ignore[method-assign]
    Window._show_scene = lambda *_: None  # type: ignore[method-assign]
    Impatience.over = lambda *_: False  # type: ignore[method-assign]
    Engine.report = Engine.metrics  # type: ignore[method-assign]


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def work(seeds: list[int], actions: int, until: float, found: Any) -> None:
    """The sequences of one process. A window that has seen a fault is left for another."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="ebmviz-history-") as home:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME"):  # not the user's own
            os.environ[f"XDG_{name}"] = str(Path(home) / name.lower())
        torch.set_num_threads(1)
        sys.setswitchinterval(5e-4)  # as the engine's own process does: its thread takes turns here
        session_engine.EngineProcess = thread_engine.engine  # type: ignore[attr-defined, assignment]
        spare()
        sitter = Sitter()
        for seed in seeds:
            if time.time() > until:
                break
            found.put(done := one(sitter, seed, actions))
            if done.fault:
                sitter.leave()
                sitter = Sitter()
        found.put(None)
        found.close()
        found.join_thread()
    sys.stdout.flush()
    os._exit(0)  # Qt objects die in an undefined order at exit


def main() -> int:
    """Prints what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--actions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="of the first sequence")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=1e6, help="no sequence begins later")
    parser.add_argument("--all", action="store_true", help="print every sequence, not faults alone")
    args = parser.parse_args()
    seeds = list(range(args.seed, args.seed + args.sequences))
    context = multiprocessing.get_context("spawn")
    queue: Any = context.Queue()
    until = time.time() + 60 * args.minutes
    for i in range(args.processes):
        own = seeds[i :: args.processes]
        context.Process(target=work, args=(own, args.actions, until, queue), daemon=True).start()
    seconds, faults, ended = [], 0, 0
    while ended < args.processes:
        done = queue.get()
        if done is None:
            ended += 1
            continue
        seconds.append(done.seconds)
        faults += bool(done.fault)
        if len(seconds) % _TELL == 0:
            print(f"{len(seconds)} done, {faults} faults", flush=True)
        if done.fault or args.all:
            print(f"--- {done.seed}: {done.seconds:.1f} s, {'; '.join(done.done)}\n{done.fault}")
            sys.stdout.flush()
    mean = sum(seconds) / max(1, len(seconds))
    print(f"{len(seconds)} sequences of {args.actions} actions, {mean:.2f} s each: {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
