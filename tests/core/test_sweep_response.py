"""How norms answer to weight decay."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.response import Point, Response, Suggestion
from tb_wdnorm.core.sweep_response import respond, suggest


def points(norms: dict[float, float], error: float = 0.01) -> list[Point]:
    return [Point(f"{d}", d, norm, error) for d, norm in norms.items()]


def response(norms: dict[float, float], error: float = 0.01) -> Response:
    found = respond("a/kernel", "l2", points(norms, error))
    assert found is not None
    return found


@given(slope=st.floats(-2, 2), scale=st.floats(0.01, 100))
def test_power_law_has_its_exact_slope(slope: float, scale: float) -> None:
    found = response({d: scale * d**slope for d in (1e-5, 1e-4, 1e-3, 1e-2)})
    assert found.slope == pytest.approx(slope, abs=1e-9)


def test_error_of_the_slope_covers_it_in_19_of_20_sweeps() -> None:
    random = np.random.default_rng(0)
    covered = 0
    for _ in range(400):
        noise = 0.05 * random.standard_normal(8)
        decays = np.geomspace(1e-5, 1e-2, 8)
        norms = decays**-0.25 * np.exp(noise)
        found = response(dict(zip(decays, norms, strict=True)), error=0.05)
        covered += abs(found.slope + 0.25) <= 2 * found.slope_error
    assert covered / 400 == pytest.approx(0.95, abs=0.04)


def test_two_decays_have_the_error_of_their_norms() -> None:
    found = response({1e-4: 1.0, 1e-2: 0.5}, error=0.02)
    assert found.slope == pytest.approx(math.log(0.5) / math.log(100))
    assert found.slope_error == pytest.approx(math.hypot(0.02, 0.02) / math.log(100))


def test_collapsed_norms_have_no_part_in_the_slope() -> None:
    alive = points({1e-4: 1.0, 1e-3: 0.5})
    found = respond("a", "l2", [*alive, Point("c", 1e-2, 1e-9, 0.1, True)])
    assert found is not None
    assert found.slope == pytest.approx(math.log(0.5) / math.log(10))
    assert len(found.points) == 3


@pytest.mark.parametrize(
    ("norms", "shape"),
    [
        ((1.0, 0.8, 0.5), "falling"),
        ((1.0, 1.2, 1.5), "rising"),
        ((1.0, 1.2, 0.5), "not monotone"),
        ((1.0, 0.99, 1.0), "flat"),
        ((1.0, 1.01, 0.5), "falling"),  # up by less than two errors
    ],
)
def test_shape(norms: tuple[float, float, float], shape: str) -> None:
    assert response(dict(zip((1e-4, 1e-3, 1e-2), norms, strict=True))).shape == shape


@pytest.mark.parametrize("norms", [{}, {1e-4: 1.0}, {0.0: 1.0, 1e-4: 1.0}])
def test_one_decay_is_no_sweep(norms: dict[float, float]) -> None:
    assert respond("a", "l2", points(norms)) is None


def test_norms_that_are_no_numbers_are_left_out() -> None:
    found = response({1e-4: 1.0, 1e-3: math.nan, 5e-3: 0.0, 1e-2: 0.5})
    assert [point.decay for point in found.points] == [1e-4, 1e-2]


def test_interval_is_where_the_norm_is_within_the_target() -> None:
    sweep = points({1e-4: 8.0, 1e-3: 4.0, 1e-2: 2.0, 1e-1: 1.0})
    found = suggest(sweep, (2.0, 4.0))
    assert found.decay == pytest.approx(10**-2.5)
    assert (found.low, found.high) == pytest.approx((1e-3, 1e-2))


def test_interval_of_one_number_is_that_of_the_errors() -> None:
    found = suggest(points({1e-4: 4.0, 1e-2: 1.0}, error=0.05), (2.0, 2.0))
    assert found.decay == pytest.approx(1e-3)
    width = 2 * 0.05 / math.log(4) * math.log(100)
    assert found.low == pytest.approx(1e-3 * math.exp(-width))
    assert found.high == pytest.approx(1e-3 * math.exp(width))


def test_interval_ends_with_the_tried_range() -> None:
    found = suggest(points({1e-4: 2.0, 1e-2: 1.0}), (0.5, 4.0))
    assert (found.low, found.high) == pytest.approx((1e-4, 1e-2))


def test_interval_belongs_to_the_crossing_it_is_about() -> None:
    sweep = points({1e-4: 4.0, 1e-3: 1.0, 1e-2: 4.0})
    found = suggest(sweep, (2.0, 2.0))
    assert found.decay == pytest.approx(10**-3.5)
    assert found.high is not None
    assert found.high < 1e-3


@pytest.mark.parametrize(
    ("target", "without", "direction"),
    [
        ((0.1, 0.2), None, "more"),
        ((8.0, 9.0), None, "less"),
        ((8.0, 9.0), 10.0, "less"),
        ((8.0, 9.0), 5.0, None),  # not even without decay
    ],
)
def test_outside_of_what_was_tried_there_is_a_direction_only(
    target: tuple[float, float], without: float | None, direction: str | None
) -> None:
    found = suggest(points({1e-4: 4.0, 1e-2: 1.0}), target, without)
    assert found == Suggestion(target, None, None, None, direction, (1e-4, 1e-2))


@pytest.mark.parametrize("norms", [(1.0, 2.0, 3.0), (1.0, 1.2, 0.9)])
def test_norm_that_rises_with_decay_gives_no_direction(
    norms: tuple[float, float, float],
) -> None:
    sweep = dict(zip((1e-4, 1e-3, 1e-2), norms, strict=True))
    assert suggest(points(sweep), (4.0, 5.0)).direction is None


def test_target_that_begins_at_0_is_aimed_at_from_above() -> None:
    found = suggest(points({1e-4: 4.0, 1e-2: 1.0}), (0.0, 4.0))
    assert found.decay == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ("norms", "target", "said"),
    [
        (
            {1e-4: 4.0, 1e-3: 2.0, 1e-2: 1.0},
            (2.0, 2.0),
            (
                "a/kernel: the norm falls with l2, like l2^-0.3 ± 0.003 where it does "
                "not collapse (before a normalisation -0.25 under SGD, -0.33 under "
                "Adam). For a norm of 2 try l2=0.001 (expected from 9.4e-4 to 0.0011)."
            ),
        ),
        (
            {1e-4: 4.0, 1e-2: 1.0},
            (0.4, 0.5),
            (
                "a/kernel: the norm falls with l2, like l2^-0.3 ± 0.003 where it does "
                "not collapse (before a normalisation -0.25 under SGD, -0.33 under "
                "Adam). A norm of 0.4 to 0.5 needs more than l2=0.01."
            ),
        ),
        (
            {1e-4: 1.0, 1e-3: 1.2, 1e-2: 0.9},
            (2.0, 2.0),
            (
                "a/kernel: the norm does not always fall with l2, like l2^-0.023 ± "
                "0.06 where it does not collapse. No l2 from 1e-4 to 0.01 gave a norm "
                "of 2."
            ),
        ),
        (
            {1e-4: 1.0, 1e-2: 1.0},
            (2.0, 2.0),
            (
                "a/kernel: l2 makes no clear difference to the norm. No l2 from 1e-4 "
                "to 0.01 gave a norm of 2."
            ),
        ),
    ],
)
def test_response_in_words(
    norms: dict[float, float], target: tuple[float, float], said: str
) -> None:
    found = respond("a/kernel", "l2", points(norms), target)
    assert found is not None
    assert found.sentence == said
