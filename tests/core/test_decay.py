"""The theory of weight decay."""

from __future__ import annotations

import pytest

from tb_wdnorm.core.decay import decoupled_fraction, sgd_fraction

N_STEPS = 50


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
    learning_rate, l2 = 1e-4, 1e-3
    weight, velocity, before = 1.0, 0.0, 1.0
    for _ in range(int(30 / (1 - momentum))):
        before = weight
        step = learning_rate * l2 * weight
        velocity = momentum * velocity - step
        weight += momentum * velocity - step if nesterov else velocity
    # To first order: what is left out is ηλ/(1 − α)² of it, 1e-3 at most.
    assert 1 - weight / before == pytest.approx(
        sgd_fraction(learning_rate, l2, momentum), rel=2e-3
    )


def test_fractions_as_numbers() -> None:
    assert decoupled_fraction(1e-3, 4e-3) == pytest.approx(4e-6)
    assert sgd_fraction(0.1, 2e-4) == pytest.approx(2e-5)
    assert sgd_fraction(0.1, 2e-4, 0.9) == pytest.approx(2e-4)


def test_no_decay_removes_nothing() -> None:
    assert decoupled_fraction(0.1, 0) == 0
    assert sgd_fraction(0.1, 0, 0.9) == 0
