"""The theory of weight decay, a function for each formula.

Symbols: η learning rate, λ coefficient of w in the gradient (2ℓ for Keras'
`L2(ℓ)`), d decoupled coefficient, α momentum, δ the fraction of a weight that
one step removes. Without a gradient from the data, ‖w_t‖ = ‖w_0‖ ∏(1 − δ).

The equilibrium norms hold for a kernel that a normalisation follows, so that its
gradient is orthogonal to it and goes as 1/‖w‖, where the gradient's noise
dominates and after several times 1/δ steps. G is the norm that the gradient has
at ‖w‖ = 1.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

SGD_SLOPE = -1 / 4
"""d ln‖w‖ / d ln λ, or d ln d, at equilibrium under SGD.

Source: van Laarhoven, arXiv:1706.05350; Wan et al., arXiv:2006.08419.
"""

ADAMW_SLOPE = -1 / 2
"""d ln‖w‖ / d ln d at equilibrium under AdamW.

Source: Kosson et al., arXiv:2305.17212.
"""

ADAM_L2_SLOPE = -1 / 3
"""d ln‖w‖ / d ln λ at equilibrium under Adam with an L2 penalty.

Source: Kosson et al., arXiv:2305.17212.
"""


def decoupled_fraction(learning_rate: float, weight_decay: float) -> float:
    """Returns δ = η·d of decoupled decay, under any optimizer.

    Source: Loshchilov & Hutter, arXiv:1711.05101; Keras' `weight_decay`.
    """
    return learning_rate * weight_decay


def sgd_fraction(learning_rate: float, l2: float, momentum: float = 0.0) -> float:
    """Returns δ = η·λ / (1 − α) of an L2 penalty under SGD.

    Exact without momentum. With momentum α, classical or Nesterov, it holds
    after a transient of some 1/(1 − α) steps and to first order in η·λ;
    `momentum_fraction` is exact.

    Source: Kosson et al., arXiv:2305.17212.
    """
    return learning_rate * l2 / (1.0 - momentum)


def momentum_fraction(
    learning_rate: float, l2: float, momentum: float, *, nesterov: bool = False
) -> float:
    """Returns δ of an L2 penalty under SGD with momentum, after the transient.

    Weight and velocity are multiplied by a matrix in each step; 1 − δ is the
    largest absolute value of its eigenvalues. Below 0, decay diverges.

    Source: Goh, "Why Momentum Really Works", doi:10.23915/distill.00006.
    """
    matrix = _momentum_matrix(learning_rate * l2, momentum, nesterov)
    return float(1 - np.abs(np.linalg.eigvals(matrix)).max())


def momentum_retention(
    n_steps: int,
    learning_rate: float,
    l2: float,
    momentum: float,
    *,
    nesterov: bool = False,
) -> float:
    """Returns w_t / w_0 that an L2 penalty leaves under SGD with momentum.

    Exact, with the transient of a velocity that begins at 0.

    Source: Goh, "Why Momentum Really Works", doi:10.23915/distill.00006.

    Args:
        n_steps: t, number of updates, 0 or more.
        learning_rate: η, the same in all of them.
        l2: λ.
        momentum: α.
        nesterov: Whether momentum is Nesterov's, as Keras has it.
    """
    matrix = _momentum_matrix(learning_rate * l2, momentum, nesterov)
    return float(np.linalg.matrix_power(matrix, n_steps)[0, 0])


def retention(log_shrink: float) -> float:
    """Returns ‖w_t‖ / ‖w_0‖ that decay alone would have left.

    Args:
        log_shrink: Σ ln(1 − δ) over the steps so far.
    """
    return math.exp(log_shrink)


def half_life(fraction: float) -> float:
    """Returns after how many steps decay alone has halved a weight.

    It is ln 2 / −ln(1 − δ), which is ln 2 / δ for small δ.

    Args:
        fraction: δ, below 1.

    Returns:
        Steps; infinite if δ is 0.
    """
    return math.inf if fraction == 0 else -math.log(2) / math.log1p(-fraction)


def time_scale(fraction: float) -> float:
    """Returns τ = 1/δ, the steps in which decay alone takes all but 1/e.

    Source: Wang & Aitchison, arXiv:2405.13698.

    Args:
        fraction: δ.

    Returns:
        Steps; infinite if δ is 0.
    """
    return math.inf if fraction == 0 else 1 / fraction


def sgd_equilibrium_norm(
    learning_rate: float, l2: float, gradient_norm: float, momentum: float = 0.0
) -> float:
    """Returns (ηG² / 2λ(1 − α))^¼, the norm at equilibrium under SGD with L2.

    Source: van Laarhoven, arXiv:1706.05350; Wan et al., arXiv:2006.08419.
    """
    return (learning_rate * gradient_norm**2 / (2 * l2 * (1 - momentum))) ** 0.25


def sgd_decoupled_equilibrium_norm(
    learning_rate: float,
    weight_decay: float,
    gradient_norm: float,
    momentum: float = 0.0,
) -> float:
    """Returns (ηG² / 2d(1 − α)²)^¼, the same with decoupled decay.

    Source: Kosson et al., arXiv:2305.17212.
    """
    velocity_norm = gradient_norm / (1 - momentum)
    return (learning_rate * velocity_norm**2 / (2 * weight_decay)) ** 0.25


def adamw_equilibrium_norm(
    learning_rate: float, weight_decay: float, fan_in: int
) -> float:
    """Returns √(ηC / 2d), the norm at equilibrium of a channel under AdamW.

    Source: Kosson et al., arXiv:2305.17212.

    Args:
        learning_rate: η.
        weight_decay: d.
        fan_in: C, number of weights of the channel.
    """
    return math.sqrt(learning_rate * fan_in / (2 * weight_decay))


def _momentum_matrix(
    shrink: float, momentum: float, nesterov: bool
) -> npt.NDArray[np.float64]:
    """What a step multiplies (weight, velocity) by; `shrink` is η·λ."""
    velocity = np.array([-shrink, momentum])
    weight = np.array([1.0, 0.0])
    if nesterov:
        return np.array([weight - [shrink, 0] + momentum * velocity, velocity])
    return np.array([weight + velocity, velocity])
