"""The theory of weight decay, a function for each formula.

Symbols: η learning rate, λ coefficient of w in the gradient (2ℓ for Keras'
`L2(ℓ)`), d decoupled coefficient, α momentum, δ the fraction of a weight that
one step removes. Without a gradient from the data, ‖w_t‖ = ‖w_0‖ ∏(1 − δ).
"""

from __future__ import annotations


def decoupled_fraction(learning_rate: float, weight_decay: float) -> float:
    """Returns δ = η·d of decoupled decay, under any optimizer.

    Source: Loshchilov & Hutter, arXiv:1711.05101; Keras' `weight_decay`.
    """
    return learning_rate * weight_decay


def sgd_fraction(learning_rate: float, l2: float, momentum: float = 0.0) -> float:
    """Returns δ = η·λ / (1 − α) of an L2 penalty under SGD.

    Exact without momentum. With momentum α, classical or Nesterov, it holds
    after a transient of some 1/(1 − α) steps and to first order in η·λ.

    Source: Kosson et al., arXiv:2305.17212.
    """
    return learning_rate * l2 / (1.0 - momentum)
