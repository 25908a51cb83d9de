"""Where a curve is going."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.trend import level_since, trend

STEPS = np.arange(0, 1010, 10)


@given(rate=st.floats(-1e-2, 1e-2), start=st.floats(1e-3, 1e3))
def test_exponential_has_its_exact_drift(rate: float, start: float) -> None:
    found = trend(STEPS, start * np.exp(rate * STEPS))
    # The last 300 of 1000 steps.
    assert found.drift == pytest.approx(300 * rate, rel=1e-9, abs=1e-12)
    assert found.n_frames == 31
    assert found.noise < 1e-9


def test_noise_alone_is_no_drift_in_19_of_20_curves() -> None:
    random = np.random.default_rng(0)
    curves = np.exp(0.02 * random.standard_normal((400, len(STEPS))))
    seen = [trend(STEPS, curve).significant_drift != 0 for curve in curves]
    assert 0.01 < np.mean(seen) < 0.09


def test_noise_that_lasts_is_no_drift_either() -> None:
    random = np.random.default_rng(0)
    independent = random.standard_normal((400, len(STEPS) + 2))
    lasting = independent[:, 2:] + independent[:, 1:-1] + independent[:, :-2]
    seen = [trend(STEPS, np.exp(0.01 * c)).significant_drift != 0 for c in lasting]
    assert np.mean(seen) < 0.15


def test_frames_that_are_not_finite_or_0_are_left_out() -> None:
    values = np.exp(1e-3 * STEPS)
    values[[80, 90, 95]] = [np.nan, np.inf, 0]
    found = trend(STEPS, values)
    assert found.drift == pytest.approx(0.3)
    assert found.n_frames == 28


@pytest.mark.parametrize("n_frames", [0, 1, 2])
def test_too_few_frames_have_no_trend(n_frames: int) -> None:
    found = trend(STEPS[:n_frames], np.ones(n_frames))
    assert (found.drift, found.drift_error) == (0.0, math.inf)
    assert found.significant_drift == 0


def test_window_has_five_frames_if_there_are_so_many() -> None:
    assert trend(np.arange(8), np.arange(1.0, 9.0)).n_frames == 5


def test_constant_curve_has_no_error() -> None:
    found = trend(STEPS, np.full(len(STEPS), 2.0))
    assert (found.drift, found.drift_error, found.noise) == (0.0, 0.0, 0.0)


def test_level_since_the_last_frame_that_was_far() -> None:
    values = np.ones(len(STEPS))
    values[:41] = 1.1
    assert level_since(STEPS, values) == 1000 - 410


def test_curve_that_was_always_near_is_level_all_along() -> None:
    assert level_since(STEPS, np.linspace(0.98, 1, len(STEPS))) == 1000
