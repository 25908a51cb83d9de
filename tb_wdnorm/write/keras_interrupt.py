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
    therefore: the functions of a step of training and of validation, and the list
    of callbacks. What is raised elsewhere, where data are fetched say, is noticed by
    the next training of the model, by `end_interrupted`, or else when the process
    ends.

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
        self._steps: dict[str, tuple[Any, Any]] = {}
        self._guard_step("train_function")
        self._list = _list_of_callbacks(model)
        if self._list is not None:
            for name in _HOOKS:
                setattr(self._list, name, self._guarded(getattr(self._list, name)))
            self._list.on_test_begin = self._with_guarded_validation(
                self._list.on_test_begin
            )
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
        for name, (step, guarded) in self._steps.items():
            if getattr(self._model, name) is guarded:
                setattr(self._model, name, step)
        if self._list is not None:
            for name in _HOOKS:
                delattr(self._list, name)

    def _with_guarded_validation(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        # It is made by the first validation, just before the hook is called.
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self._guard_step("test_function")
            return hook(*args, **kwargs)

        return guarded

    def _guard_step(self, name: str) -> None:
        step = getattr(self._model, name)
        if name not in self._steps and step is not None:
            self._steps[name] = step, self._guarded(step)
            setattr(self._model, name, self._steps[name][1])

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
