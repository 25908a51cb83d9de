"""Noticing that a Keras training ends by an exception, Ctrl-C included."""

from __future__ import annotations

import atexit
import functools
import inspect
from collections.abc import Callable
from typing import Any

import keras

_HOOKS = (
    "on_epoch_begin",
    "on_epoch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_train_end",
    "on_test_begin",
    "on_test_batch_begin",
    "on_test_batch_end",
    "on_test_end",
)

_guards: dict[int, _Guard] = {}
"""By the id of the model, which its guard holds."""


def call_on_interrupt(
    model: keras.Model, action: Callable[[], None]
) -> Callable[[], None]:
    """Calls an action once when the training of a model does not end by itself.

    Keras tells callbacks nothing of an exception. What `fit` calls is wrapped,
    therefore: the step function and the list of callbacks. What is raised
    elsewhere, in validation say, is noticed by the next training of the model, by
    `end_interrupted`, or else when the process ends.

    Args:
        model: The model in training, of which `train_function` is made.
        action: What to do; the exception goes on after it.

    Returns:
        A function that undoes all this, for a training that ended by itself.
    """
    guard = _guards.get(id(model))
    if guard is None:
        guard = _guards[id(model)] = _Guard(model)
    guard.actions.append(action)
    return functools.partial(guard.remove, action)


def end_interrupted(model: keras.Model) -> None:
    """Calls the actions of a training of a model that is still taken to go on.

    To be called when another one begins.
    """
    guard = _guards.get(id(model))
    if guard is not None:
        guard.end()


class _Guard:
    """Watches over one training of a model, for all that want to know of its end."""

    def __init__(self, model: keras.Model) -> None:
        self.actions: list[Callable[[], None]] = []
        self._model = model
        self._step = model.train_function
        self._guarded_step = model.train_function = self._guarded(self._step)
        self._list = _list_of_callbacks(model)
        if self._list is not None:
            for name in _HOOKS:
                setattr(self._list, name, self._guarded(getattr(self._list, name)))
        atexit.register(self.end)

    def end(self) -> None:
        """Calls all actions, each once."""
        while self.actions:
            action = self.actions[0]
            try:
                action()
            finally:
                self.remove(action)

    def remove(self, action: Callable[[], None]) -> None:
        """Forgets an action, and with the last one the training."""
        if action not in self.actions:
            return
        self.actions.remove(action)
        if self.actions:
            return
        del _guards[id(self._model)]
        atexit.unregister(self.end)
        if self._model.train_function is self._guarded_step:
            self._model.train_function = self._step
        if self._list is not None:
            for name in _HOOKS:
                delattr(self._list, name)

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                if not _is_end_of_data(error):
                    self.end()
                raise

        return guarded


def _is_end_of_data(error: BaseException) -> bool:
    """Whether it is what tells `fit` that an epoch is over."""
    # The latter is TensorFlow's, which need not be installed.
    is_tensorflows = type(error).__name__ == "OutOfRangeError"
    return isinstance(error, StopIteration) or is_tensorflows


def _list_of_callbacks(model: keras.Model) -> Any:
    """Returns the callbacks of the training that the caller is called in, or None.

    Keras does not tell a callback what list it is in: but the list calls it.
    """
    frame = inspect.currentframe()
    while frame is not None:
        caller = frame.f_locals.get("self")
        if isinstance(caller, keras.callbacks.CallbackList) and caller.model is model:
            return caller
        frame = frame.f_back
    return None
