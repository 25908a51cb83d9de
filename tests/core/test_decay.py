"""The theory of weight decay, against steps taken one by one in float64."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.decay import (
    ADAMW_SLOPE,
    SGD_SLOPE,
    adamw_equilibrium_norm,
    decoupled_fraction,
    half_life,
    momentum_fraction,
    momentum_retention,
    retention,
    sgd_decoupled_equilibrium_norm,
    sgd_equilibrium_norm,
    sgd_fraction,
    time_scale,
)

N_STEPS = 50


def weights_under_momentum(
    n_steps: int, learning_rate: float, l2: float, momentum: float, nesterov: bool
) -> list[float]:
    """The weight before and after each step of SGD, as Keras takes them."""
    weight, velocity = 1.0, 0.0
    weights = [weight]
    for _ in range(n_steps):
        step = learning_rate * l2 * weight
        velocity = momentum * velocity - step
        weight += momentum * velocity - step if nesterov else velocity
        weights.append(weight)
    return weights


def test_decoupled_decay_removes_its_fraction_each_step() -> None:
    weight = 2.0
    for _ in range(N_STEPS):
        weight -= 0.1 * 0.04 * weight
    expected = 2.0 * (1 - decoupled_fraction(0.1, 0.04)) ** N_STEPS
    assert weight == pytest.approx(expected, rel=1e-13)  # rounding of 50 steps


def test_sgd_removes_its_fraction_each_step() -> None:
    weight = 2.0
    for _ in range(N_STEPS):
        gradient = 0.04 * weight
        weight -= 0.1 * gradient
    expected = 2.0 * (1 - sgd_fraction(0.1, 0.04)) ** N_STEPS
    assert weight == pytest.approx(expected, rel=1e-13)  # rounding of 50 steps


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.5, 0.9, 0.99])
def test_momentum_removes_its_fraction_after_a_transient(
    momentum: float, nesterov: bool
) -> None:
    n_steps = int(30 / (1 - momentum))
    weights = weights_under_momentum(n_steps, 1e-4, 1e-3, momentum, nesterov)
    removed = 1 - weights[-1] / weights[-2]
    # To first order: what is left out is ηλ/(1 − α)² of it, 1e-3 at most.
    assert removed == pytest.approx(sgd_fraction(1e-4, 1e-3, momentum), rel=2e-3)
    exact = momentum_fraction(1e-4, 1e-3, momentum, nesterov=nesterov)
    assert removed == pytest.approx(exact, rel=1e-6)


@given(
    n_steps=st.integers(0, 300),
    shrink=st.floats(1e-6, 0.5),
    momentum=st.floats(0, 0.99),
    nesterov=st.booleans(),
)
def test_retention_under_momentum_has_the_transient(
    n_steps: int, shrink: float, momentum: float, nesterov: bool
) -> None:
    weights = weights_under_momentum(n_steps, 1.0, shrink, momentum, nesterov)
    expected = momentum_retention(n_steps, 1.0, shrink, momentum, nesterov=nesterov)
    # They oscillate: zero to within rounding is near enough.
    assert weights[-1] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_momentum_of_zero_is_none() -> None:
    assert momentum_fraction(0.1, 0.04, 0.0) == pytest.approx(sgd_fraction(0.1, 0.04))


@pytest.mark.parametrize("fraction", [1e-6, 0.004, 0.3])
def test_half_life_and_time_scale(fraction: float) -> None:
    left = retention(half_life(fraction) * math.log1p(-fraction))
    assert left == pytest.approx(0.5, rel=1e-9)
    assert time_scale(fraction) == pytest.approx(1 / fraction)


def test_keras_defaults_of_adamw() -> None:
    fraction = decoupled_fraction(1e-3, 4e-3)
    assert time_scale(fraction) == pytest.approx(250_000)
    assert half_life(fraction) == pytest.approx(173_286, abs=1)
    assert retention(10_000 * math.log1p(-fraction)) == pytest.approx(0.9608, abs=1e-4)


def test_without_decay_nothing_is_ever_halved() -> None:
    assert half_life(0.0) == time_scale(0.0) == math.inf


def test_fractions_as_numbers() -> None:
    assert decoupled_fraction(1e-3, 4e-3) == pytest.approx(4e-6)
    assert sgd_fraction(0.1, 2e-4) == pytest.approx(2e-5)
    assert sgd_fraction(0.1, 2e-4, 0.9) == pytest.approx(2e-4)


def test_no_decay_removes_nothing() -> None:
    assert decoupled_fraction(0.1, 0) == 0
    assert sgd_fraction(0.1, 0, 0.9) == 0


def scale_invariant_norm(
    learning_rate: float,
    gradient_norm: float,
    momentum: float,
    l2: float = 0.0,
    weight_decay: float = 0.0,
) -> float:
    """Norm of a vector whose gradient is random, orthogonal to it and G/‖w‖ long.

    It takes steps of SGD for 20 time scales; the mean over the last half.
    """
    random = np.random.default_rng(0)
    weight = random.standard_normal(400)
    # Not far from where it ends, which is not what is tested.
    weight *= 2 / np.linalg.norm(weight)
    velocity = np.zeros_like(weight)
    fraction = learning_rate * (weight_decay + l2 / (1 - momentum))
    norms = []
    for _ in range(int(20 / fraction)):
        norm = np.linalg.norm(weight)
        gradient = random.standard_normal(len(weight))
        gradient -= weight * (weight @ gradient) / norm**2
        gradient *= gradient_norm / (norm * np.linalg.norm(gradient))
        velocity = momentum * velocity - learning_rate * (gradient + l2 * weight)
        weight = weight * (1 - learning_rate * weight_decay) + velocity
        norms.append(norm)
    return float(np.mean(norms[len(norms) // 2 :]))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_equilibrium_of_sgd_with_l2(momentum: float) -> None:
    measured = scale_invariant_norm(0.02, 2.0, momentum, l2=0.05)
    # Left out are terms of the order of δ, 0.01 at most.
    expected = sgd_equilibrium_norm(0.02, 0.05, 2.0, momentum)
    assert measured == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_equilibrium_of_sgd_with_decoupled_decay(momentum: float) -> None:
    measured = scale_invariant_norm(0.02, 2.0, momentum, weight_decay=0.25)
    expected = sgd_decoupled_equilibrium_norm(0.02, 0.25, 2.0, momentum)
    assert measured == pytest.approx(expected, rel=0.03)


def test_equilibrium_of_adamw() -> None:
    learning_rate, weight_decay, fan_in, beta_1, beta_2 = 0.01, 0.25, 400, 0.9, 0.99
    random = np.random.default_rng(0)
    weight = random.standard_normal(fan_in) * 0.1
    first, second = np.zeros(fan_in), np.ones(fan_in)
    norms = []
    for _ in range(6000):
        norm = np.linalg.norm(weight)
        gradient = random.standard_normal(fan_in) / norm
        gradient -= weight * (weight @ gradient) / norm**2
        first = beta_1 * first + (1 - beta_1) * gradient
        second = beta_2 * second + (1 - beta_2) * gradient**2
        weight = weight * (1 - learning_rate * weight_decay)
        weight -= learning_rate * first / np.sqrt(second)
        norms.append(norm)
    expected = adamw_equilibrium_norm(learning_rate, weight_decay, fan_in)
    assert np.mean(norms[3000:]) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(
    ("norm", "slope"),
    [
        (lambda decay: sgd_equilibrium_norm(0.1, decay, 1.0, 0.9), SGD_SLOPE),
        (lambda decay: sgd_decoupled_equilibrium_norm(0.1, decay, 1.0), SGD_SLOPE),
        (lambda decay: adamw_equilibrium_norm(1e-3, decay, 64), ADAMW_SLOPE),
    ],
)
def test_slopes_are_those_of_the_equilibria(
    norm: Callable[[float], float], slope: float
) -> None:
    measured = math.log(norm(1e-2) / norm(1e-4)) / math.log(1e-2 / 1e-4)
    assert measured == pytest.approx(slope)
