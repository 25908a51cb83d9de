"""Runs with different weight decay, side by side at one moment."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tb_wdnorm.core.frames import Decay, RunFrames, RunInfo
from tb_wdnorm.core.sweep import at_step, decay_for_target, swept_decay

MakeRun = Callable[..., RunFrames]

NAN, INF = math.nan, math.inf

logs = st.floats(-8, 8)


@pytest.mark.parametrize(
    ("step", "index"),
    [(-5, 0), (10, 0), (14, 0), (15, 0), (16, 1), (20, 1), (30, 1), (31, 2), (999, 2)],
)
def test_nearest_frame_or_the_earlier_of_two(
    make_run: MakeRun, step: int, index: int
) -> None:
    assert at_step(make_run("run", [10, 20, 40]), step) == index


def test_without_a_step_it_is_the_last_frame(make_run: MakeRun) -> None:
    assert at_step(make_run("run", [10, 20, 40]), None) == 2


@pytest.mark.parametrize("step", [None, 3])
def test_run_must_have_a_frame(make_run: MakeRun, step: int | None) -> None:
    with pytest.raises(ValueError, match="must have") as error:
        at_step(make_run("empty", []), step)
    assert str(error.value) == "`run` must have a frame. Received: 'empty'"


@pytest.mark.parametrize(
    ("decay", "kind", "strength"),
    [
        (Decay(), "", 0),
        (Decay(l2=2e-4), "l2", 2e-4),
        (Decay(weight_decay=4e-3), "weight_decay", 4e-3),
        (Decay(l2=2e-4, weight_decay=4e-3), "l2 and weight_decay", 4e-3),
    ],
)
def test_decay_of_a_run_is_that_of_its_strongest_kernel(
    make_info: Callable[..., RunInfo], decay: Decay, kind: str, strength: float
) -> None:
    info = make_info("a", "b")
    kernels = (info.kernels[0], replace(info.kernels[1], decay=decay))
    swept = swept_decay(replace(info, kernels=kernels))
    assert swept == (kind, strength)
    assert swept.is_mixed == (" and " in kind)


@pytest.mark.parametrize(("strength", "kind"), [(0.0, ""), (3.0, "decay")])
def test_number_that_the_user_gave_is_a_kind_of_its_own(
    make_info: Callable[..., RunInfo], strength: float, kind: str
) -> None:
    info = replace(make_info("a", l2=1.0), strength=strength)
    assert swept_decay(info) == (kind, strength)


def test_run_without_kernels_has_no_decay(make_info: Callable[..., RunInfo]) -> None:
    assert swept_decay(replace(make_info("a"), kernels=())) == ("", 0)


def test_decay_is_interpolated_in_logarithms() -> None:
    # Down from 16 to 1 over two decades; 4 is half-way.
    decay = decay_for_target([1e-4, 1e-2], [16, 1], (2, 8))
    assert decay == pytest.approx(1e-3)


def test_curve_may_come_from_below() -> None:
    assert decay_for_target([1e-4, 1e-2], [1, 16], (4, 4)) == pytest.approx(1e-3)


def test_decays_may_be_in_any_order() -> None:
    decay = decay_for_target([1e-2, 1e-4, 1e-3], [1, 16, 8], (8**0.5, 8**0.5))
    assert decay == pytest.approx(10**-2.5)


def test_smallest_of_several_decays() -> None:
    decay = decay_for_target([1e-5, 1e-4, 1e-3, 1e-2], [1, 4, 1, 4], (2, 2))
    assert decay == pytest.approx(10**-4.5)


def test_decay_that_was_tried_comes_back() -> None:
    tried = [2e-4, 2e-3, 2e-2]
    for decay, norm in zip(tried, [9, 3, 1], strict=True):
        assert decay_for_target(tried, [9, 3, 1], (norm, norm)) == pytest.approx(decay)


def test_single_decay_is_an_answer_where_it_meets_the_middle() -> None:
    assert decay_for_target([2e-4], [4], (4, 4)) == 2e-4
    assert math.isnan(decay_for_target([2e-4], [4], (4, 5)))


@pytest.mark.parametrize("target", [(0.1, 0.2), (20, 30)])
def test_beyond_the_decays_tried_nothing_is_said(target: tuple[float, float]) -> None:
    assert math.isnan(decay_for_target([1e-4, 1e-3, 1e-2], [16, 4, 1], target))


@pytest.mark.parametrize("target", [(0, 4), (0, 0)])
def test_middle_of_zero_is_never_met(target: tuple[float, float]) -> None:
    assert math.isnan(decay_for_target([1e-4, 1e-2], [16, 1], target))


def test_runs_without_decay_are_left_out() -> None:
    assert math.isnan(decay_for_target([0, 1e-3], [16, 1], (4, 4)))
    assert decay_for_target([0, 1e-4, 1e-2], [4, 16, 1], (4, 4)) == pytest.approx(1e-3)


def test_nothing_to_interpolate_is_unknown() -> None:
    assert math.isnan(decay_for_target([], [], (1, 2)))
    assert math.isnan(decay_for_target([0], [1], (1, 2)))


@pytest.mark.parametrize("norm", [NAN, INF, 0.0, -1.0])
def test_norm_that_has_no_logarithm_is_left_out(norm: float) -> None:
    decay = decay_for_target([1e-4, 1e-3, 1e-2], [16, norm, 1], (4, 4))
    assert decay == pytest.approx(1e-3)


def test_replicates_are_averaged_first() -> None:
    # Two runs at 1e-4, of 8 and 32, are one point at 16.
    decay = decay_for_target([1e-4, 1e-2, 1e-4], [8, 1, 32], (4, 4))
    assert decay == pytest.approx(1e-3)


@given(
    norms=st.lists(logs.map(math.exp), min_size=2, max_size=6),
    norm=logs.map(math.exp),
)
def test_decay_is_where_the_curve_has_the_wanted_norm(
    norms: list[float], norm: float
) -> None:
    decays = np.geomspace(1e-5, 1e-2, len(norms))
    decay = decay_for_target(decays, norms, (norm, norm))
    if math.isnan(decay):
        assert norm < min(norms) or norm > max(norms)
        return
    assert 1e-5 * (1 - 1e-9) <= decay <= 1e-2 * (1 + 1e-9)
    found = np.interp(math.log(decay), np.log(decays), np.log(norms))
    assert found == pytest.approx(math.log(norm), abs=1e-6)


@given(
    norms=st.lists(logs, min_size=2, max_size=6),
    norm=logs,
    scale=st.integers(-9, 9),
    decay_scale=st.integers(-9, 9),
)
def test_decay_scales_as_the_decays_do_and_not_as_the_norms(
    norms: list[float], norm: float, scale: int, decay_scale: int
) -> None:
    assume(all(abs(norm - other) > 1e-6 for other in norms))
    decays = np.geomspace(1e-5, 1e-2, len(norms))
    heights, height = np.exp(norms), math.exp(norm)
    one = decay_for_target(decays, heights, (height, height))
    factor = 2.0**scale
    other = decay_for_target(
        decays * 2.0**decay_scale, heights * factor, (height * factor, height * factor)
    )
    assert other == pytest.approx(one * 2.0**decay_scale, nan_ok=True)
