"""Noticing that a Keras training ends by an exception, Ctrl-C included."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any

import keras


def call_on_interrupt(
    model: keras.Model, action: Callable[[], None]
) -> Callable[[], None]:
    """Calls an action when the training of a model does not end by itself.

    Keras tells callbacks nothing of an exception. The step function that `fit`
    calls is wrapped, therefore; what is raised elsewhere, in another callback
    say, is noticed when the process ends.

    Args:
        model: The model in training, of which `train_function` is made.
        action: What to do; the exception goes on after it.

    Returns:
        A function that undoes all this, for a training that ended by itself.
    """
    step = model.train_function

    def guarded_step(*args: Any, **kwargs: Any) -> Any:
        try:
            return step(*args, **kwargs)
        except BaseException:
            action()
            raise

    def undo() -> None:
        atexit.unregister(action)
        if model.train_function is guarded_step:
            model.train_function = step

    model.train_function = guarded_step
    atexit.register(action)
    return undo
