"""The theory of weight decay, against what Keras' optimizers do."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest
from keras import optimizers

from tb_wdnorm.core.decay import (
    decoupled_fraction,
    half_life,
    momentum_retention,
    sgd_fraction,
)

START = 2.0


def weights(optimizer: Any, n_steps: int, l2: float = 0.0) -> list[float]:
    """A weight before and after each step without a gradient from the data."""
    variable = keras.Variable(np.array([START]), dtype="float64", name="kernel")
    found = [START]
    for _ in range(n_steps):
        optimizer.apply([l2 * variable.value], [variable])
        found.append(float(variable.numpy()[0]))
    return found


@pytest.mark.parametrize(
    ("optimizer", "l2", "fraction"),
    [
        (optimizers.SGD(0.1), 0.02, sgd_fraction(0.1, 0.02)),
        (optimizers.SGD(0.1, weight_decay=0.02), 0.0, decoupled_fraction(0.1, 0.02)),
        (optimizers.AdamW(0.01, weight_decay=0.2), 0.0, decoupled_fraction(0.01, 0.2)),
    ],
    ids=["sgd_l2", "sgd_decoupled", "adamw"],
)
def test_fraction_and_half_life_are_exact(
    optimizer: Any, l2: float, fraction: float
) -> None:
    found = weights(optimizer, 400, l2)
    assert found[1] / found[0] == pytest.approx(1 - fraction, rel=1e-9)
    assert 1 - found[1] / found[0] == pytest.approx(fraction, rel=1e-6)
    measured = 400 * math.log(2) / math.log(found[0] / found[-1])
    assert measured == pytest.approx(half_life(fraction), rel=1e-6)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_is_exact_with_its_transient(nesterov: bool) -> None:
    # Numbers that Keras' float32 has exactly.
    optimizer = optimizers.SGD(0.125, momentum=0.875, nesterov=nesterov)
    found = weights(optimizer, 200, l2=0.02)
    for n_steps in (1, 2, 5, 20, 200):
        expected = momentum_retention(n_steps, 0.125, 0.02, 0.875, nesterov=nesterov)
        assert found[n_steps] / START == pytest.approx(expected, rel=1e-6)
