"""Scene × loss × way to fail, with the professor's word.

`python -m tests.engine.verdicts` prints it beside the doctor's.
"""

from __future__ import annotations

import math

import numpy as np

from tests.engine.verdicts.models import Case, constant, given, own, scaled, unsound

LOSSES_OF_ANSWERS = ("perceptron", "hinge", "log", "square-square", "nll", "infonce")
LOWER = "Lower the rate η"
_DECAY, _SPECTRAL = "F is flat under the weight decay λ_w", "flat under the spectral norm σ"
HOT, COLDER = "too hot", "Raise the training β"
FIT = "separates the data"

_AROUND = np.linspace(0, 2 * math.pi, 10, endpoint=False)
_MODES = 1.5 * np.stack([np.sin(_AROUND), np.cos(_AROUND)], 1)
_SIDE = np.random.default_rng(5)
_LINE = np.outer(_SIDE.normal(size=120), [1.2, 0.5]) + 0.05 * _SIDE.normal(size=(120, 2))
_ELLIPSE = {"w": [2.0322, 1.4708]}
_CENTRE = [[0.0, 0.0]] * 10


def _loss(kind: str, **more: object) -> dict[str, object]:
    return {"objective.loss": kind, **{k.replace("__", "."): v for k, v in more.items()}}


FITS = [
    Case("ellipse", "the radii of the data", "separates", FIT, made=given(**_ELLIPSE)),
    Case("ellipse", "trained", "separates", FIT, 48),
    Case("ellipse-warm", "trained at β = 2", "separates", FIT, 200, changes={"objective.beta": 2}),
    Case("kmeans", "trained", "separates", FIT, 150),
    Case(
        "mixture",
        "NLL at the true σ",
        "separates",
        FIT,
        made=given(w=_MODES, logits=np.zeros(10)),
        changes=_loss("nll", data__noise=0.13, data__modes=10, objective__beta=1 / (2 * 0.13**2)),
    ),
    Case(
        "pca",
        "the axis of the data",
        "separates",
        FIT,
        made=given(w=[[12 / 13, 5 / 13]], b=[0.0, 0.0]),
        changes=own(_LINE),
    ),
    Case("autoencoder", "trained", "separates", FIT, 300),
    Case("regression", "trained", "separates", FIT, 300),
    Case("lagrangian", "trained", "separates", FIT, 200),
    Case("implicit-regression", "trained", "separates", FIT, 300),
    Case("unconditional", "trained", "separates", FIT, 200),
    Case("conditional", "trained", "separates", FIT, 500),
    Case("joint-embedding", "trained", "separates", FIT, 200),
    Case(
        "joint-embedding", "NLL: bounded, so no canyon", "separates", FIT, 200, None, _loss("nll")
    ),
    Case("vae", "trained", "separates", FIT, 300),
    Case("binary", "trained", "separates", FIT, 150),
    Case("multiclass", "trained", "separates", FIT, 100),
]
FLAT = [
    *(
        Case(scene, f"constant, {loss}", "collapsed", "F is flat", 0, constant(0.3), _loss(loss))
        for scene in ("implicit-regression", "joint-embedding")
        for loss in ("energy", *LOSSES_OF_ANSWERS)
    ),
    *(
        Case(
            "unconditional",
            f"constant, {loss}",
            "collapsed",
            "F is flat",
            0,
            constant(),
            _loss(loss),
        )
        for loss in LOSSES_OF_ANSWERS
    ),
    *(
        Case(
            "joint-embedding", f"trained, {loss}", "collapsed", "F is flat", 150, None, _loss(loss)
        )
        for loss in ("energy", "hinge")
    ),
    Case(
        "implicit-regression",
        "trained, energy",
        "collapsed",
        "never pushes up",
        500,
        None,
        _loss("energy"),
    ),
    Case(
        "pca", "a code of two: E ≡ 0", "collapsed", "smaller code", 50, changes={"energy.code": 2}
    ),
    Case(
        "sparse-coding",
        "a code for nothing",
        "collapsed",
        "raise the sparsity",
        50,
        changes={"energy.sparsity": 0},
    ),
    Case(
        "porcupine",
        "trained",
        "collapsed",
        "raise the price of z",
        400,
        changes={"data.count": 80, "energy.latents": 225},
    ),
]
HOTTER = [
    Case(
        "ellipse-warm", "β = 0.4: a segment", "collapsed", HOT, 400, changes={"objective.beta": 0.4}
    ),
    Case(
        "ellipse-warm",
        "β = 0.1: a point",
        "collapsed",
        COLDER,
        400,
        changes={"objective.beta": 0.1},
    ),
    Case(
        "ellipse",
        "a point, made, at β = 0.2",
        "collapsed",
        HOT,
        made=given(w=[0, 0]),
        changes={"objective.beta": 0.2},
    ),
    Case(
        "kmeans",
        "all centres alike at β = 0.2",
        "collapsed",
        HOT,
        made=given(w=_CENTRE),
        changes={"objective.beta": 0.2},
    ),
    Case(
        "mixture",
        "all centres alike at β = 0.2",
        "collapsed",
        HOT,
        made=given(w=_CENTRE),
        changes={"objective.beta": 0.2},
    ),
    Case("vae", "the code is the prior", "collapsed", "posterior collapse", made=constant()),
    Case("vae", "trained at β = 0.3", "collapsed", COLDER, 300, changes={"objective.beta": 0.3}),
]
ENDLESS = [
    Case("unconditional", "energy", "runaway", "never pushes up", 150, None, _loss("energy")),
    Case(
        "unconditional",
        "energy, E ≈ −50 everywhere",
        "runaway",
        "no lower bound",
        0,
        scaled(1, 50),
        _loss("energy"),
    ),
    *(
        Case(scene, "energy", "runaway", "a loss with a margin", 150, None, _loss("energy"))
        for scene in ("binary", "multiclass", "jem")
    ),
]
WRONG = [
    *(
        Case(
            scene,
            f"η = {rate}, {kind}",
            "diverged",
            LOWER,
            120,
            None,
            {"optimizer.lr": rate, "optimizer.kind": kind},
        )
        for scene, rate, kind in (
            ("ellipse", 3, "sgd"),
            ("ellipse", 15, "momentum"),
            ("ellipse-warm", 30, "sgd"),
            ("pca", 40, "sgd"),
            ("autoencoder", 20, "sgd"),
            ("vae", 30, "adam"),
            ("vae", 2, "sgd"),
            ("mixture", 10, "adam"),
            ("regression", 8, "adam"),
            ("unconditional", 3, "adam"),
            ("unconditional", 1, "momentum"),
            ("joint-embedding", 8, "adam"),
        )
    ),
    *(
        Case(scene, "no numbers any more", "diverged", LOWER, made=unsound)
        for scene in ("ellipse", "autoencoder", "unconditional", "binary", "vae")
    ),
]
FEW = [
    *(
        Case(scene, how, "few", "not enough data to judge", 20, changes=own(points))
        for scene in ("ellipse", "kmeans", "autoencoder", "unconditional", "regression")
        for how, points in (
            ("one datum", [[0.4, -1.0]]),
            ("identical data", [[0.4, -1.0]] * 12),
            ("two data", [[0.4, -1.0], [1.0, 2.0]]),
        )
    ),
    Case(
        "regression",
        "one answer to all x",
        "few",
        "all answers are the same",
        20,
        changes=own([[0, 1], [1, 1], [2, 1], [3, 1]]),
    ),
]
EARLY = [
    *(
        Case(scene, "fresh weights", "untrained", "not trained yet")
        for scene in ("ellipse", "vae", "unconditional", "multiclass")
    ),
    Case("horn-latent", "a few steps: flat, still falling", "undecided", "not fitted yet", 20),
    Case("autoencoder", "one answer to all y", "undecided", "Train on", made=constant(0.1)),
    Case("hopfield-modern", "stored, not trained", "unknown", "nothing to judge"),
]
BLURRED = [
    *(
        Case(
            "vae",
            f"{data}, seed {seed}, {steps} steps",
            state,
            words,
            steps,
            changes={"data.kind": data, "seed": seed},
        )
        for data, seed, steps, state, words in (
            ("rings", 5, 400, "separates", FIT),
            ("rings", 8, 400, "separates", FIT),
            ("spiral", 5, 400, "separates", FIT),
            ("rings", 5, 20, "undecided", "Train on"),
            ("spiral", 8, 20, "undecided", "Train on"),
            ("gaussians", 5, 20, "undecided", "Train on"),
        )
    ),
    *(
        Case("vae", f"rings, {how}", "separates", FIT, 400, changes={"data.kind": "rings", **more})
        for how, more in (
            ("60 units", {"energy.hidden": 60}),
            ("600 points", {"data.count": 600}),
            ("η = 0.004", {"optimizer.lr": 0.004}),
            ("β = 50", {"objective.beta": 50}),
        )
    ),
    Case(
        "vae",
        "rings, two units: too few",
        "undecided",
        "not fitted yet",
        400,
        changes={"data.kind": "rings", "energy.hidden": 2},
    ),
    *(
        Case(
            "ellipse-warm",
            f"trained at β = {beta}",
            state,
            words,
            300,
            changes={"objective.beta": beta},
        )
        for beta, state, words in (
            (0.7, "undecided", "warm: 18 %"),
            (1, "separates", "warm: 11 %"),
            (3, "separates", FIT),
        )
    ),
    Case("ellipse-warm", "five steps", "undecided", "or train on while the loss falls", 5),
    Case("kmeans", "β = 8", "separates", FIT, 150, changes={"objective.beta": 8}),
    Case("mixture", "two centres for ten", "undecided", "", 200, changes={"energy.centres": 2}),
]
HELD = [
    *(
        Case(scene, f"trained under {name} = {value}", state, words, steps, None, {name: value})
        for scene, name, value, steps, state, words in (
            ("regression", "regularizer.decay", 0.02, 400, "undecided", "Lower the weight decay"),
            ("regression", "regularizer.clip", 0.04, 400, "undecided", "aise the clipping bound"),
            ("implicit-regression", "regularizer.spectral", 0.2, 300, "collapsed", _SPECTRAL),
            ("implicit-regression", "regularizer.decay", 0.3, 300, "collapsed", _DECAY),
            ("unconditional", "regularizer.decay", 0.8, 200, "collapsed", _DECAY),
            ("conditional", "regularizer.spectral", 0.1, 200, "collapsed", _SPECTRAL),
            ("autoencoder", "regularizer.decay", 0.05, 400, "undecided", "over-regularised"),
            ("autoencoder", "regularizer.spectral", 0.3, 400, "undecided", "over-regularised"),
            ("vae", "regularizer.decay", 0.7, 300, "collapsed", "Lower the weight decay"),
            ("vae", "objective.springs", 2, 300, "undecided", "ower the springs γ"),
            ("binary", "regularizer.spectral", 0.1, 300, "undecided", "over-regularised"),
            ("multiclass", "regularizer.decay", 0.7, 300, "collapsed", _DECAY),
            ("sparse-coding", "energy.sparsity", 6, 50, "collapsed", "Lower the sparsity λ"),
        )
    ),
    Case(
        "multiclass",
        "shallow under a magnitude penalty, yet right",
        "separates",
        FIT,
        300,
        changes={"regularizer.magnitude": 25},
    ),
]
CASES = [*FITS, *FLAT, *HOTTER, *ENDLESS, *WRONG, *FEW, *EARLY, *BLURRED, *HELD]
