"""Training: where it ends, that it can be resumed and revisited, and what survives a fault."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import assets, library
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, replace
from ebmviz.core.session import Session, pack, unpack
from ebmviz.core.snapshot import Array
from ebmviz.engine import history, registry, training
from ebmviz.engine.engine import Engine
from ebmviz.engine.history import History
from ebmviz.engine.optimizers.optimizer import Optimizer

CATALOGUE = registry.catalogue()
OPTIMIZERS: dict[str, type[Optimizer[Any]]] = {
    c.kind: c for c in registry.COMPONENTS if issubclass(c, Optimizer)
}
FULL = 100_000  # a batch larger than any set


def scene(name: str = "ellipse", **changes: object) -> Scene:
    """A built-in scene; `a__b` stands for the path a.b."""
    paths = {k.replace("__", "."): v for k, v in changes.items()}
    return replace(library.scene(name, CATALOGUE), {"device": "cpu", **paths}, CATALOGUE)


def radii(engine: Engine) -> list[float]:
    return engine.state.weights["w"].abs().tolist()


def lecture() -> Tensor:
    table = np.loadtxt(assets.resource("data/ellipse24.csv"), delimiter=",", skiprows=1)
    return torch.from_numpy(table)


def same(a: dict[str, Array], b: dict[str, Array]) -> bool:
    """Bit for bit."""
    return a.keys() == b.keys() and all(
        a[k].dtype == b[k].dtype and a[k].shape == b[k].shape and a[k].tobytes() == b[k].tobytes()
        for k in a
    )


# where it ends ------------------------------------------------------------------------


def test_cold_training_of_one_epoch_finds_the_ellipse() -> None:
    engine = Engine(scene(optimizer__lr=0.2, optimizer__batch=1))
    assert engine.train(engine.task.epoch_steps) == 24
    assert radii(engine) == pytest.approx([2.04, 1.44], abs=0.06)
    assert engine.metrics()["epoch"] == 1


def warm_optimum(beta: float) -> list[float]:
    """Radii that minimise mean F_β over the lecture's points, in float64, from the definition."""
    y, z = lecture(), torch.arange(48, dtype=torch.float64) * (2 * math.pi / 48)
    w = torch.tensor([1.5, 1.2], dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS(
        [w], max_iter=500, tolerance_grad=1e-12, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def mean_free_energy() -> Tensor:
        solver.zero_grad()
        e = (y[:, 0, None] - w[0] * z.cos()) ** 2 + (y[:, 1, None] - w[1] * z.sin()) ** 2
        free = -(torch.logsumexp(-beta * e, 1) - math.log(48)).mean() / beta
        free.backward()  # type: ignore[no-untyped-call]
        return free

    solver.step(mean_free_energy)  # type: ignore[no-untyped-call]
    return w.detach().abs().tolist()


def test_warm_training_ends_at_the_warm_optimum_inside_the_data() -> None:
    engine = Engine(scene("ellipse-warm", objective__beta=1, optimizer__batch=FULL))
    engine.train(400)
    assert radii(engine) == pytest.approx(warm_optimum(1), abs=1e-4)
    # Inside: the data lie around radii 2 and 1.5.
    assert radii(engine)[0] < 1.97
    assert radii(engine)[1] < 1.25


HOTTEST = 1 / (2 * float(lecture().square().mean(0).max()))  # math.md §1: below it, a point


@pytest.mark.parametrize("share", [0.2, 0.9])
def test_below_the_last_collapse_the_ellipse_shrinks_to_a_point(share: float) -> None:
    engine = Engine(scene(objective__beta=share * HOTTEST, optimizer__batch=FULL, optimizer__lr=1))
    engine.train(400)
    assert max(radii(engine)) < 1e-4


@pytest.mark.parametrize("share", [1.1, 1.5])
def test_above_the_last_collapse_it_is_a_segment(share: float) -> None:
    engine = Engine(scene(objective__beta=share * HOTTEST, optimizer__batch=FULL, optimizer__lr=1))
    engine.train(400)
    length, width = radii(engine)
    assert length > 0.3
    assert width < 1e-4


def test_at_moderate_beta_it_does_not_collapse() -> None:
    engine = Engine(scene(objective__beta=0.7, optimizer__batch=FULL))
    engine.train(400)
    assert radii(engine) == pytest.approx(warm_optimum(0.7), abs=1e-3)
    assert min(radii(engine)) > 0.9


def test_a_training_step_is_a_gradient_step_of_the_mean_free_energy() -> None:
    engine = Engine(scene(objective__beta=2, optimizer__batch=FULL, optimizer__lr=0.05))
    w = engine.state.weights["w"].double().requires_grad_()
    z = torch.arange(48, dtype=torch.float64) * (2 * math.pi / 48)
    e = (lecture()[:, None] - torch.stack([z.cos(), z.sin()], 1) * w).square().sum(2)
    loss = -(torch.logsumexp(-2 * e, 1) - math.log(48)).mean() / 2
    (slope,) = torch.autograd.grad(loss, w)
    state, value = training.step(engine.task, engine.state)
    assert value == pytest.approx(float(loss.detach()), rel=1e-6)
    expected = (w - 0.05 * slope).detach().tolist()
    assert state.weights["w"].tolist() == pytest.approx(expected, rel=1e-5)


def test_every_epoch_uses_every_point_once_in_an_order_of_its_own() -> None:
    engine = Engine(scene(optimizer__batch=7))
    assert engine.task.epoch_steps == 4
    seen: list[int] = []
    task, state = engine.task, engine.state
    for _ in range(2 * 4):
        batch = training._order(task.seed, state.epoch, 24)[state.cursor : state.cursor + 7]
        seen += batch.tolist()
        state, _ = training.step(task, state)
    assert sorted(seen[:24]) == sorted(seen[24:]) == list(range(24))
    assert seen[:24] != seen[24:]
    assert (state.epoch, state.cursor, state.step) == (2, 0, 8)


# optimisers ---------------------------------------------------------------------------

TORCHES: dict[str, Callable[[list[Tensor], Any], torch.optim.Optimizer]] = {
    "sgd": lambda w, p: torch.optim.SGD(w, lr=p.lr),
    "momentum": lambda w, p: torch.optim.SGD(w, lr=p.lr, momentum=p.momentum),
    "adam": lambda w, p: torch.optim.Adam(w, lr=p.lr, betas=(p.beta1, p.beta2), eps=1e-8),
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize(("dtype", "rel"), [(torch.float64, 1e-12), (torch.float32, 2e-5)])
def test_optimisers_equal_those_of_torch(kind: str, dtype: torch.dtype, rel: float) -> None:
    cls = OPTIMIZERS[kind]
    ours = cls(cls.Params(lr=0.05))
    rng = torch.Generator().manual_seed(4)
    weights = {
        "w": torch.randn(2, generator=rng, dtype=dtype),
        "v": torch.randn(3, 2, generator=rng, dtype=dtype),
    }
    theirs = {k: w.clone().requires_grad_() for k, w in weights.items()}
    reference = TORCHES[kind](list(theirs.values()), ours.params)
    slots = ours.init(weights)
    for step in range(1, 51):
        gradients = {k: torch.randn(w.shape, generator=rng).to(dtype) for k, w in weights.items()}
        before = {k: w.clone() for k, w in (weights | slots).items()}
        given = weights | slots
        weights, slots = ours.update(weights, gradients, slots, step)
        assert all(torch.equal(given[k], before[k]) for k in given), "arguments were changed"
        for k, w in theirs.items():
            w.grad = gradients[k]
        reference.step()
    for k, w in weights.items():
        torch.testing.assert_close(w, theirs[k].detach(), rtol=rel, atol=rel)


# resuming -----------------------------------------------------------------------------


def through_a_file(engine: Engine) -> Session:
    session = Session(engine.scene, engine.checkpoint(), engine.history.to_arrays())
    return unpack(pack(session), CATALOGUE, "the test")


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("lr", [0.05, 0.02], ids=["same rate", "changed rate"])
def test_resuming_is_bit_for_bit(kind: str, lr: float) -> None:
    # 24 points in batches of 5: the checkpoint falls inside an epoch, the rest spans three.
    chosen = scene(
        optimizer__kind=kind, optimizer__lr=0.05, optimizer__batch=5, objective__beta=3, seed=3
    )
    straight = Engine(chosen)
    straight.train(13)
    saved = through_a_file(straight)
    later = replace(chosen, {"optimizer.lr": lr}, CATALOGUE)

    resumed = Engine(saved.scene)
    resumed.restore(saved.weights, saved.history)
    for engine in (straight, resumed):
        engine.set_scene(later)
        engine.train(17)
    assert same(straight.checkpoint(), resumed.checkpoint())
    assert same(straight.history.to_arrays(), resumed.history.to_arrays())
    assert straight.metrics() == resumed.metrics()
    assert int(straight.checkpoint()["train/epoch"][0]) == 6


def test_resuming_at_the_end_of_an_epoch_is_bit_for_bit() -> None:
    straight, resumed = Engine(scene(optimizer__batch=6)), Engine(scene(optimizer__batch=6))
    straight.train(4)
    resumed.restore(straight.checkpoint(), straight.history.to_arrays())
    straight.train(6)
    resumed.train(6)
    assert same(straight.checkpoint(), resumed.checkpoint())


def test_a_thinned_history_is_resumed_bit_for_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", 8)
    straight = Engine(scene())
    straight.train(41)
    saved = through_a_file(straight)
    resumed = Engine(saved.scene)
    resumed.restore(saved.weights, saved.history)
    for engine in (straight, resumed):
        engine.train(60)
    assert same(straight.history.to_arrays(), resumed.history.to_arrays())
    assert straight.history.stride == resumed.history.stride == 16


def test_without_a_history_the_record_starts_at_the_checkpoint() -> None:
    engine, other = Engine(scene()), Engine(scene())
    engine.train(9)
    other.restore(engine.checkpoint(), {})
    assert other.history.steps == [9]
    assert math.isnan(other.metrics()["loss"])
    assert other.metrics()["mean_energy"] == engine.metrics()["mean_energy"]


def spoiled(name: str, value: Array | None) -> Callable[[dict[str, Array]], dict[str, Array]]:
    def spoil(arrays: dict[str, Array]) -> dict[str, Array]:
        rest = {k: a for k, a in arrays.items() if k != name}
        return rest if value is None else {**rest, name: value}

    return spoil


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("w", None),
        ("w", np.zeros(3, np.float32)),
        ("w", np.array([1, np.nan], np.float32)),
        ("w", np.array([1e300, 1])),  # finite only until it becomes float32
        ("optimizer/velocity/w", np.array([np.inf, 0], np.float32)),
        ("train/step", None),
        ("train/step", np.array([-1])),
        ("train/step", np.array([2**63 - 1])),
        ("train/step", np.array([1.5])),
        ("train/step", np.zeros(0, np.int64)),
        ("train/cursor", np.array([1, 2])),
    ],
)
def test_a_checkpoint_that_does_not_fit_changes_nothing(name: str, value: Array | None) -> None:
    engine = Engine(scene(optimizer__kind="momentum", optimizer__lr=0.05))
    engine.train(3)
    before, past = engine.checkpoint(), engine.history.to_arrays()
    with pytest.raises(UserError, match=name):
        engine.restore(spoiled(name, value)(before), past)
    assert same(engine.checkpoint(), before)
    engine.train(1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", None),
        ("step", np.array(3)),
        ("step", np.zeros((4, 1), np.int64)),
        ("step", np.array([0, 2, 2, 3])),
        ("step", np.array([-1, 1, 2, 3])),
        ("step", np.array([0, 1, 2, 9])),  # beyond the checkpoint
        ("step", np.array([0.0, 1.0, 2.0, 3.0])),
        ("step", np.arange(3)),
        ("loss", np.zeros((4, 2))),
        ("energy", None),
        ("energy", np.zeros(3)),
        ("weights/w", None),
        ("weights/w", np.zeros((4, 3), np.float32)),
        ("weights/w", np.full((4, 2), np.nan, np.float32)),
        ("weights/other", np.zeros((4, 2), np.float32)),
    ],
)
def test_a_history_that_does_not_fit_changes_nothing(name: str, value: Array | None) -> None:
    engine = Engine(scene())
    engine.train(3)
    before, past = engine.checkpoint(), engine.history.to_arrays()
    with pytest.raises(UserError, match="history"):
        engine.restore(before, spoiled(name, value)(past))
    assert same(engine.history.to_arrays(), past)


def test_a_checkpoint_of_another_optimiser_gives_its_weights() -> None:
    engine, other = (Engine(scene(optimizer__kind=k)) for k in ("momentum", "adam"))
    engine.train(9)
    other.restore(engine.checkpoint(), engine.history.to_arrays())
    engine.set_scene(other.scene)
    assert same(other.checkpoint(), engine.checkpoint())
    assert other.state.step == 9
    other.train(1)


def test_a_history_longer_than_is_ever_kept_is_refused() -> None:
    count = history.CAPACITY + 1
    arrays: dict[str, Array] = {
        "step": np.arange(count),
        "loss": np.zeros(count),
        "energy": np.zeros(count),
        "weights/w": np.zeros((count, 2), np.float32),
    }
    with pytest.raises(UserError, match="too many"):
        History.from_arrays(arrays, {"w": torch.zeros(2)})


# what resets and what does not --------------------------------------------------------


def test_the_same_seed_trains_the_same_and_another_does_not() -> None:
    runs = []
    for seed in (5, 5, 6):
        engine = Engine(scene(seed=seed, data__kind="ellipse", energy__init="random"))
        engine.train(30)
        runs.append(engine.checkpoint())
    assert same(runs[0], runs[1])
    assert not np.array_equal(runs[0]["w"], runs[2]["w"])


@pytest.mark.parametrize(
    "changes",
    [
        {"objective.beta": 1.0},
        {"objective.beta": 0},
        {"optimizer.lr": 0.01},
        {"optimizer.batch": 24},
        {"optimizer.kind": "adam"},
        {"optimizer.kind": "momentum"},
        {"data.noise": 0.3},
        {"data.count": 7},
        {"data.kind": "lecture"},
        {"energy.latents": 5},
        {"view.beta": 0.1},
        {"view.resolution": 32},
    ],
    ids=str,
)
def test_a_change_never_resets_the_weights(changes: dict[str, object]) -> None:
    engine = Engine(scene(data__kind="ellipse", data__count=50))
    engine.train(60)
    weights, past = engine.state.weights["w"], list(engine.history.steps)
    affects = engine.set_scene(replace(engine.scene, changes, CATALOGUE))
    assert affects < Affects.BUILD
    assert torch.equal(engine.state.weights["w"], weights)
    assert engine.state.step == 60
    assert engine.history.steps == past
    engine.train(3)
    assert engine.state.step == 63
    assert not torch.equal(engine.state.weights["w"], weights)


@pytest.mark.parametrize("changes", [{"seed": 8}, {"energy.init": "random"}], ids=str)
def test_a_new_beginning_resets_the_weights(changes: dict[str, object]) -> None:
    engine = Engine(scene())
    engine.train(10)
    later = replace(engine.scene, changes, CATALOGUE)
    assert engine.set_scene(later) == Affects.BUILD
    assert (engine.state.step, engine.history.steps) == (0, [0])
    assert same(engine.checkpoint(), Engine(later).checkpoint())


def test_reset_returns_to_the_initial_weights() -> None:
    engine = Engine(scene(energy__init="random"))
    fresh = engine.checkpoint()
    engine.train(10)
    engine.seek(3)
    engine.reset()
    assert same(engine.checkpoint(), fresh)
    assert (engine.seen, engine.history.steps) == (None, [0])


def test_a_scene_that_cannot_be_built_changes_nothing() -> None:
    engine = Engine(scene())
    engine.train(5)
    old, before = engine.scene, engine.checkpoint()
    with pytest.raises(UserError, match="own points"):
        engine.set_scene(scene(data__kind="own"))
    assert engine.scene == old
    assert same(engine.checkpoint(), before)
    engine.train(1)


def test_the_metrics_describe_the_present() -> None:
    engine = Engine(scene())
    engine.train(10)
    warm = replace(engine.scene, {"objective.beta": 1}, CATALOGUE)
    engine.set_scene(warm)
    expected = training.mean_energy(engine.task, engine.state.weights)
    assert engine.metrics()["mean_energy"] == expected


def test_the_metrics_describe_the_present_between_two_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "CAPACITY", 4)
    engine = Engine(scene())
    engine.train(9)
    before = engine.state
    engine.train(1)
    assert engine.history.steps[-1] < engine.state.step == 10
    metrics = engine.metrics()
    assert metrics["loss"] == training.step(engine.task, before)[1]
    assert metrics["mean_energy"] == training.mean_energy(engine.task, engine.state.weights)


# divergence ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sgd", "momentum"])
def test_divergence_is_said_and_the_last_good_state_kept(kind: str) -> None:
    engine = Engine(scene(optimizer__kind=kind, optimizer__lr=5000, optimizer__batch=FULL))
    with pytest.raises(NumericError, match="lower the rate"):
        engine.train(100)
    metrics = engine.metrics()
    assert metrics["mean_energy"] <= training.DIVERGED
    assert metrics["last_step"] == engine.state.step == engine.history.steps[-1]
    assert bool(engine.state.weights["w"].isfinite().all())


def test_after_a_divergence_a_lower_rate_trains_on() -> None:
    engine = Engine(scene(optimizer__lr=5000, optimizer__batch=FULL))
    with pytest.raises(NumericError):
        engine.train(100)
    step = engine.state.step
    engine.set_scene(replace(engine.scene, {"optimizer.lr": 0.2}, CATALOGUE))
    before = engine.metrics()["mean_energy"]
    engine.train(50)
    assert engine.state.step == step + 50
    assert engine.metrics()["mean_energy"] < before


def test_large_data_are_no_divergence() -> None:
    import base64

    from ebmviz.core.table import encode_points

    table = base64.b64encode(encode_points(1e5 * lecture().numpy())).decode()
    engine = Engine(scene(data__kind="own", data__points=table))
    engine.train(24)
    assert radii(engine) == pytest.approx([2.04e5, 1.44e5], rel=0.05)


# the past -----------------------------------------------------------------------------


def test_a_full_history_keeps_every_second_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", 8)
    engine, witness = Engine(scene()), Engine(scene())
    past = {0: witness.state.weights["w"]}
    for step in range(1, 51):
        engine.train(1)
        witness.state, _ = training.step(witness.task, witness.state)
        past[step] = witness.state.weights["w"]
        h = engine.history
        assert len(h.steps) <= 8
        assert h.steps == list(range(0, step + 1, h.stride))
        assert len(h.steps) == len(h.losses) == len(h.energies) == len(h.weights)
    assert engine.history.stride == 8
    for step in engine.history.steps:
        assert torch.equal(engine.history.at(step, torch.device("cpu"))["w"], past[step])
    for step in range(60):
        found = engine.history.nearest(step)
        assert found == min(engine.history.steps, key=lambda s: (abs(s - step), s))


def test_an_empty_history_has_no_nearest_step() -> None:
    assert History().nearest(3) is None
    assert History().to_arrays() == {}


def test_seek_shows_exact_past_weights_and_training_goes_on_from_the_newest() -> None:
    engine, witness = Engine(scene()), Engine(scene())
    witness.train(7)
    engine.train(20)
    newest = engine.checkpoint()
    engine.seek(7)
    assert torch.equal(engine.weights["w"], witness.weights["w"])
    snapshot = engine.snapshot(("manifold",))
    assert snapshot.step == 7
    assert snapshot.metrics["last_step"] == 20
    assert np.array_equal(
        snapshot.arrays["manifold"], witness.snapshot(("manifold",)).arrays["manifold"]
    )
    assert same(engine.checkpoint(), newest)

    engine.train(5)
    straight = Engine(scene())
    straight.train(25)
    assert same(engine.checkpoint(), straight.checkpoint())
    assert engine.snapshot(()).step == 25


@pytest.mark.parametrize(("wanted", "seen"), [(None, None), (20, None), (99, None), (-5, 0)])
def test_seek_beyond_the_ends(wanted: int | None, seen: int | None) -> None:
    engine = Engine(scene())
    engine.train(20)
    engine.seek(4)
    engine.seek(wanted)
    assert engine.seen == seen


def test_training_in_slices_is_training() -> None:
    engine, straight = Engine(scene()), Engine(scene())
    done = 0
    while done < 30:  # a deadline that has already passed still makes one step
        done += engine.train(30 - done, seconds=0)
    straight.train(30)
    assert same(engine.checkpoint(), straight.checkpoint())
    assert engine.train(0) == 0


def test_an_engine_asked_for_a_missing_device_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="cuda"):
        Engine(scene(device="cuda"))
    assert Engine(scene(device="auto")).device.type == "cpu"


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here")
def test_a_gpu_trains_the_same_and_the_past_follows() -> None:
    here, there = Engine(scene()), Engine(scene())
    here.train(10)
    there.train(5)
    there.set_scene(scene(device="cuda"))
    there.train(5)
    assert there.state.weights["w"].device.type == "cuda"
    assert radii(there) == pytest.approx(radii(here), abs=1e-4)
    there.seek(3)
    here.seek(3)
    assert torch.equal(there.weights["w"].cpu(), here.weights["w"])
    needs = ("map", "contours", "manifold", "lens", "section", "arrows", "nearest", "curves")
    ours, theirs = here.snapshot(needs).arrays, there.snapshot(needs).arrays
    assert np.abs(ours["map"] - theirs["map"]).max() < 1e-5
    restored = Engine(scene(device="cuda"))
    restored.restore(there.checkpoint(), there.history.to_arrays())
    assert same(restored.history.to_arrays(), there.history.to_arrays())
