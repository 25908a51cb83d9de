"""Which of the processes of a distributed training writes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any


def is_chief(variables: Iterable[Any]) -> bool:
    """Whether this process writes what all of them would write alike.

    Asks the `tf.distribute` strategies of the variables and the current one,
    which know without communication. All processes are asked the same, so
    none may wait for another on account of the answer.

    Args:
        variables: The variables to be written about, Keras' or TensorFlow's.

    Returns:
        False in all workers of a multi-worker strategy but the chief, else True.
    """
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return True
    strategies = [tensorflow.distribute.get_strategy(), *map(_strategy, variables)]
    return all(
        strategy.extended.should_save_summary
        for strategy in strategies
        if strategy is not None
    )


def _strategy(variable: Any) -> Any:
    # Keras wraps TensorFlow's variable, whose own `value` is a method.
    wrapped = getattr(variable, "value", None)
    if wrapped is None or callable(wrapped):
        wrapped = variable
    return getattr(wrapped, "distribute_strategy", None)
