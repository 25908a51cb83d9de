"""Trainings of which it is known what the verdict must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from accuracy.training import Training
from tb_wdnorm.core.verdict import (
    DIVERGED,
    NO_DECAY,
    NOT_ENOUGH_DATA,
    OUTWEIGHED,
    TOO_EARLY,
    TOO_WEAK,
)

_MODELS = (("dense", False), ("dense", True), ("conv", False), ("lstm", False))


@dataclass(frozen=True)
class Case:
    """A training with its truth.

    Attributes:
        name: What it is.
        training: The training that is judged.
        truth: The verdict that is right by construction; None where it is
            measured in trainings with other seeds that take half as long again.
        baseline_seed: Seed of the run without decay that it is compared with;
            None for no such run.
    """

    name: str
    training: Training
    truth: str | None
    baseline_seed: int | None = 0


def cases() -> Iterator[Case]:
    """Yields the cases."""
    for model, has_norm in _MODELS:
        name = f"{model}{' + BN' if has_norm else ''}"

        made = partial(Training, model, has_norm=has_norm)
        yield Case(f"{name}, none", made("momentum", 0), NO_DECAY)
        yield Case(
            f"{name}, learning rate 0", made("adamw", 0.1, learning_rate=0.0), NO_DECAY
        )
        yield Case(f"{name}, AdamW's default", made("adamw", 4e-3), TOO_EARLY)
        yield Case(
            f"{name}, Adam + L2, 8 steps",
            made("adam", 1e-2, n_steps=8, learning_rate=1e-4),
            TOO_EARLY,
        )
        yield Case(f"{name}, SGD + tiny L2", made("sgd", 1e-5), TOO_EARLY)
        yield Case(
            f"{name}, SGD diverges",
            made("sgd", 1.0, learning_rate=50.0, n_steps=200),
            DIVERGED,
        )
        yield Case(f"{name}, Adam + idle L2", made("adam", 1e-7), None)
        yield Case(f"{name}, Adam + L2", made("adam", 1e-2), None)
        yield Case(f"{name}, Adam + much L2", made("adam", 1.0), None)
        yield Case(f"{name}, momentum + L2", made("momentum", 3e-2), None)
        yield Case(f"{name}, AdamW", made("adamw", 2.0), None)
        yield Case(f"{name}, much AdamW", made("adamw", 150.0), None)
        yield Case(
            f"{name}, AdamW, other seed", replace(made("adamw", 2.0), seed=3), None
        )
    # Least squares: without decay the weights end at w*, with an L2 penalty at
    # w*·h/(h + λ), h = 2/8 the curvature of the mean over 8 outputs.
    weak = Training("linear", "sgd", 2.5e-3, 1000, 0.3, start=1.0)
    yield Case("least squares, fallen from far above", weak, TOO_WEAK)
    yield Case(
        "least squares, grown from far below", replace(weak, start=0.01), OUTWEIGHED
    )
    yield Case(
        "least squares, the same, other seed",
        replace(weak, start=0.01, seed=4),
        OUTWEIGHED,
    )
    yield Case(
        "least squares, grown, no run without",
        replace(weak, start=0.01),
        OUTWEIGHED,
        baseline_seed=None,
    )
    yield Case(
        "Adam + L2, no run without",
        Training("dense", "adam", 1e-2),
        NOT_ENOUGH_DATA,
        baseline_seed=None,
    )
    yield Case("3 steps", Training("dense", "sgd", 1e-1, n_steps=3), NOT_ENOUGH_DATA)
