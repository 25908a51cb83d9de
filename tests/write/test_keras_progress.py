"""Σ ln(1 − δ), against real optimizers where the data give no gradient."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf
from keras import layers, optimizers, regularizers
from keras.optimizers import schedules

from tb_wdnorm.write.keras_backend import Reader
from tb_wdnorm.write.keras_model import track
from tb_wdnorm.write.keras_progress import Columns, ModelProgress, State

ZEROS = np.zeros((1, 3), np.float32)

SCHEDULES = [
    schedules.CosineDecay(0.1, 20),
    schedules.CosineDecay(0.0, 20, warmup_target=0.1, warmup_steps=10),
    schedules.CosineDecayRestarts(0.1, 7),
    schedules.ExponentialDecay(0.1, 5, 0.5),
    schedules.ExponentialDecay(0.1, 5, 0.5, staircase=True),
    schedules.InverseTimeDecay(0.1, 5, 0.5),
    schedules.PiecewiseConstantDecay([5, 12], [0.1, 0.02, 0.05]),
    schedules.PolynomialDecay(0.1, 20),
]


class Idle:
    """A model without a gradient from the data, and its progress.

    Args:
        optimizer: What trains it.
        l2: Coefficients of the penalties of its kernels.
    """

    def __init__(self, optimizer: Any, *l2: float) -> None:
        self.regularizers = [regularizers.L2(coefficient) for coefficient in l2]
        dense = [
            layers.Dense(3, use_bias=False, kernel_regularizer=r if r.l2 else None)
            for r in self.regularizers or [regularizers.L2(0.0)]
        ]
        self.model = keras.Sequential([keras.Input((3,)), *dense])
        self.model.compile(optimizer=optimizer, loss="mse")
        self.kernels = [layer.kernel for layer in dense]
        self.progress = ModelProgress(track(self.model))
        self._initial = self.norms()

    def norms(self) -> npt.NDArray[np.float64]:
        weights = [keras.ops.convert_to_numpy(kernel) for kernel in self.kernels]
        return np.array([np.linalg.norm(w.astype(np.float64)) for w in weights])

    def train(self, n_batches: int, *, every: int | None = None) -> Columns:
        """Trains, looking at the state after `every` batches, and at the end."""
        states = []
        for batch in range(1, n_batches + 1):
            self.model.train_on_batch(ZEROS, ZEROS)
            self.progress.note_batches(1)
            if batch == n_batches or (every and batch % every == 0):
                states.append(state_of(self.progress))
        _, columns = self.progress.finish(states)
        return {name: values[-1] for name, values in columns.items()}

    def shrunk(self) -> npt.NDArray[np.float64]:
        """ln of what the norms have been multiplied by."""
        return np.log(self.norms() / self._initial)


def state_of(progress: ModelProgress) -> list[State]:
    """The state of this moment."""
    _, numbers = Reader().read((), progress.numbers)
    return progress.state(numbers)


def finished(progress: ModelProgress) -> Columns:
    """The columns of this moment."""
    _, columns = progress.finish([state_of(progress)])
    return {name: values[-1] for name, values in columns.items()}


def assert_shrunk(idle: Idle, columns: Columns, n_steps: int) -> None:
    assert (idle.shrunk() < -1e-3).all()
    # Each step rounds the product and the difference to float32, half a unit
    # each, and its learning rate once.
    np.testing.assert_allclose(
        columns["log_shrink"], idle.shrunk(), atol=n_steps * 2**-22
    )


@pytest.mark.parametrize(
    ("optimizer", "l2"),
    [
        (optimizers.SGD(0.1), 0.05),
        (optimizers.SGD(0.1, weight_decay=0.1), 0.0),
        (optimizers.SGD(0.1, weight_decay=0.1, momentum=0.9), 0.0),
        (optimizers.SGD(0.1, weight_decay=0.1), 0.05),
        (optimizers.AdamW(0.1, weight_decay=0.1), 0.0),
        (optimizers.Adam(0.1, weight_decay=0.1), 0.0),
        (optimizers.RMSprop(0.1, weight_decay=0.1), 0.0),
        (optimizers.Lion(0.1, weight_decay=0.1), 0.0),
    ],
    ids=[
        *("sgd-l2", "sgd-decoupled", "momentum-decoupled", "sgd-both"),
        *("adamw", "adam-decoupled", "rmsprop-decoupled", "lion"),
    ],
)
def test_kernel_shrinks_by_log_shrink(optimizer: Any, l2: float) -> None:
    idle = Idle(optimizer, l2)
    columns = idle.train(20)
    assert_shrunk(idle, columns, 20)


@pytest.mark.parametrize("every", [1, 3, None])
@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: type(s).__name__)
def test_schedule_is_evaluated_at_every_step(schedule: Any, every: int | None) -> None:
    idle = Idle(optimizers.SGD(schedule, weight_decay=0.1))
    columns = idle.train(17, every=every)
    assert_shrunk(idle, columns, 17)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: type(s).__name__)
def test_learning_rate_is_the_schedules_at_the_step(schedule: Any) -> None:
    idle = Idle(optimizers.SGD(schedule))
    columns = idle.train(6)
    rate = float(schedule(np.int32(6)))
    # The compiled schedule may round otherwise than the eager one, from 0.1 down.
    assert columns["learning_rate"].tolist() == pytest.approx([rate], abs=2**-26)


def test_learning_rate_assigned_in_between_counts_from_there() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    idle.train(5)
    idle.model.optimizer.learning_rate = 0.3
    idle.progress.refresh()
    columns = idle.train(7)
    assert columns["learning_rate"].tolist() == pytest.approx([0.3], rel=1e-7)
    assert_shrunk(idle, columns, 12)


def test_learning_rate_that_a_callback_assigns_counts_from_the_next_look() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    for batch in range(6):
        idle.model.train_on_batch(ZEROS, ZEROS)
        idle.model.optimizer.learning_rate = 0.1 * (batch + 2)
        idle.progress.note_batches(1)
        columns = finished(idle.progress)
    assert_shrunk(idle, columns, 6)


def test_changed_coefficient_counts_after_refresh() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    idle.train(5)
    idle.model.optimizer.weight_decay = 0.4
    # As with `fit` again: else the compiled step has the old number.
    idle.model.make_train_function(force=True)
    idle.progress.refresh()
    columns = idle.train(7)
    assert columns["weight_decay"].tolist() == [0.4]
    assert_shrunk(idle, columns, 12)


def test_changed_penalty_counts_after_refresh() -> None:
    idle = Idle(optimizers.SGD(0.1), 0.05)
    idle.train(5)
    idle.regularizers[0].l2 = 0.2
    idle.model.make_train_function(force=True)
    idle.progress.refresh()
    columns = idle.train(7)
    assert columns["l2"].tolist() == [0.4]
    assert_shrunk(idle, columns, 12)


def test_plain_number_changed_within_a_compiled_step_does_not_count(
    caplog: pytest.LogCaptureFixture,
) -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1), 0.05)
    idle.model.make_train_function()  # as `fit` does before it calls callbacks
    idle.progress.refresh()
    for batch in range(6):
        idle.model.train_on_batch(ZEROS, ZEROS)
        idle.model.optimizer.weight_decay = idle.regularizers[0].l2 = 0.1 * (batch + 2)
        idle.progress.note_batches(1)
        columns = finished(idle.progress)
        idle.progress.refresh()
    assert columns["weight_decay"].tolist() == [0.1]
    assert columns["l2"].tolist() == [0.1]
    assert_shrunk(idle, columns, 6)
    (record,) = caplog.records
    assert record.getMessage() == (
        "tb_wdnorm: a coefficient of weight decay was changed, which does not act on "
        "a training step that is compiled already, and is not counted. Call "
        "model.make_train_function(force=True) after it, or, with TensorFlow, make "
        "the coefficient a keras.Variable"
    )


def test_plain_number_counts_once_the_step_is_made_anew() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    for batch in range(6):
        idle.model.train_on_batch(ZEROS, ZEROS)
        idle.progress.note_batches(1)
        idle.model.optimizer.weight_decay = 0.1 * (batch + 2)
        idle.model.make_train_function(force=True)
        columns = finished(idle.progress)
    assert_shrunk(idle, columns, 6)


def test_plain_number_counts_in_eager_training() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    idle.model.run_eagerly = True
    for batch in range(6):
        idle.model.train_on_batch(ZEROS, ZEROS)
        idle.progress.note_batches(1)
        idle.model.optimizer.weight_decay = 0.1 * (batch + 2)
        columns = finished(idle.progress)
    assert_shrunk(idle, columns, 6)


@pytest.mark.parametrize("make", [keras.Variable, tf.Variable])
@pytest.mark.parametrize("of_optimizer", [True, False])
def test_coefficient_in_a_variable_counts_from_the_next_look(
    make: Any, of_optimizer: bool
) -> None:
    coefficient = make(0.1, trainable=False)
    idle = Idle(optimizers.SGD(0.1), 0.05)
    if of_optimizer:
        idle.model.optimizer.weight_decay = coefficient
    else:
        idle.regularizers[0].l2 = coefficient
    idle.progress = ModelProgress(track(idle.model))
    for batch in range(6):
        idle.model.train_on_batch(ZEROS, ZEROS)
        coefficient.assign(0.1 * (batch + 2))
        idle.progress.note_batches(1)
        columns = finished(idle.progress)
    column, value = ("weight_decay", 0.7) if of_optimizer else ("l2", 1.4)
    assert columns[column].tolist() == [value]
    assert_shrunk(idle, columns, 6)


def test_variable_counts_beside_a_plain_number_that_does_not() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1), 0.05)
    idle.regularizers[0].l2 = coefficient = keras.Variable(0.05, trainable=False)
    idle.model.make_train_function()
    idle.progress.refresh()
    for batch in range(6):
        idle.model.train_on_batch(ZEROS, ZEROS)
        coefficient.assign(0.05 * (batch + 2))
        idle.model.optimizer.weight_decay = 0.1 * (batch + 2)
        idle.progress.note_batches(1)
        columns = finished(idle.progress)
    assert_shrunk(idle, columns, 6)


@pytest.mark.parametrize("n_batches", [6, 8])
def test_accumulated_gradients_are_one_update(n_batches: int) -> None:
    # On TensorFlow, Keras applies weight decay with the update only.
    optimizer = optimizers.SGD(0.1, weight_decay=0.1, gradient_accumulation_steps=3)
    idle = Idle(optimizer)
    columns = idle.train(n_batches)
    assert idle.progress.step == 2
    assert columns["log_shrink"].tolist() == pytest.approx([2 * math.log1p(-0.01)])
    assert_shrunk(idle, columns, n_batches)


def test_schedule_with_accumulated_gradients_is_that_of_the_updates() -> None:
    optimizer = optimizers.SGD(
        schedules.PolynomialDecay(0.1, 20),
        weight_decay=0.1,
        gradient_accumulation_steps=3,
    )
    idle = Idle(optimizer)
    columns = idle.train(10, every=2)
    assert_shrunk(idle, columns, 10)


def test_each_kernel_has_its_own() -> None:
    idle = Idle(optimizers.SGD(0.1), 0.05, 0.1)
    columns = idle.train(10)
    assert_shrunk(idle, columns, 10)
    assert columns["l2"].tolist() == [0.1, 0.2]


def test_kernel_without_decay_does_not_shrink() -> None:
    idle = Idle(optimizers.SGD(0.1), 0.05, 0.0)
    columns = idle.train(10)
    assert columns["log_shrink"][1] == 0
    assert idle.shrunk()[1] == 0


def test_adam_with_l2_is_nan() -> None:
    columns = Idle(optimizers.Adam(0.1), 0.05).train(2)
    assert np.isnan(columns["log_shrink"]).all()


def test_fraction_above_1_is_nan() -> None:
    columns = Idle(optimizers.SGD(1.0, weight_decay=1.5)).train(1)
    assert np.isnan(columns["log_shrink"]).all()


def test_fraction_of_1_leaves_nothing() -> None:
    idle = Idle(optimizers.SGD(1.0, weight_decay=1.0))
    columns = idle.train(1)
    assert columns["log_shrink"].tolist() == [-math.inf]
    assert idle.norms().tolist() == [0]


def test_nan_stays_though_the_reason_goes() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    layer = idle.model.layers[0]
    layer.kernel.regularizer = regularizers.L1(1e-5)
    idle.progress.refresh()
    idle.train(1)
    layer.kernel.regularizer = None
    idle.progress.refresh()
    assert np.isnan(idle.train(1)["log_shrink"]).all()


def test_model_without_an_optimizer_has_no_steps_and_no_rate() -> None:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    progress = ModelProgress(track(model))
    steps, columns = progress.finish([state_of(progress)])
    assert steps == [0]
    assert np.isnan(columns["learning_rate"]).all()
    assert columns["log_shrink"].tolist() == [[0]]


def test_schedule_is_followed_over_many_steps_between_two_states() -> None:
    idle = Idle(optimizers.SGD(schedules.PolynomialDecay(0.1, 200), weight_decay=0.1))
    idle.train(10)
    columns = idle.train(140)
    assert_shrunk(idle, columns, 150)


def test_coefficient_counts_for_the_batches_before_its_change_no_more() -> None:
    """Also if there is no state at the change."""
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    for n_batches, weight_decay in ((5, 0.1), (7, 0.4)):
        idle.model.optimizer.weight_decay = weight_decay
        idle.model.make_train_function(force=True)
        idle.progress.refresh()
        for _ in range(n_batches):
            idle.model.train_on_batch(ZEROS, ZEROS)
            idle.progress.note_batches(1)
    assert_shrunk(idle, finished(idle.progress), 12)


def test_state_is_that_of_its_moment() -> None:
    idle = Idle(optimizers.SGD(0.1))
    idle.model.train_on_batch(ZEROS, ZEROS)
    states = [state_of(idle.progress)]
    idle.model.optimizer.learning_rate = 0.3
    idle.model.train_on_batch(ZEROS, ZEROS)
    states.append(state_of(idle.progress))
    steps, columns = idle.progress.finish(states)
    assert steps == [1, 2]
    rates = columns["learning_rate"][:, 0].tolist()
    assert rates == pytest.approx([0.1, 0.3], rel=1e-7)


def test_schedule_set_instead_of_a_rate_is_followed_from_there() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    idle.train(5)
    idle.model.optimizer._learning_rate = schedules.PolynomialDecay(0.2, 20)
    idle.model.make_train_function(force=True)
    idle.progress.refresh()
    columns = idle.train(7)
    assert_shrunk(idle, columns, 12)


@pytest.mark.parametrize(("n_batches", "left"), [(0, 6), (2, 4), (6, 0)])
def test_batches_until_an_update(n_batches: int, left: int) -> None:
    idle = Idle(optimizers.SGD(0.1, gradient_accumulation_steps=3))
    idle.progress.note_batches(n_batches)
    assert idle.progress.batches_until(2) == left


def test_sums_may_begin_where_others_ended() -> None:
    idle = Idle(optimizers.SGD(0.1, weight_decay=0.1))
    idle.train(4)
    idle.progress = ModelProgress(track(idle.model), idle.progress.log_shrink())
    columns = idle.train(6)
    assert_shrunk(idle, columns, 10)


def test_several_optimizers_each_have_their_kernels() -> None:
    class Model(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.first = layers.Dense(3, name="first", use_bias=False)
            self.second = layers.Dense(3, name="second", use_bias=False)
            self.other = optimizers.AdamW(0.2, weight_decay=0.3)

        def call(self, inputs: Any) -> Any:
            return self.second(self.first(inputs))

        def train(self) -> None:
            zeros = keras.ops.zeros((3, 3))
            self.optimizer.apply([zeros], self.first.trainable_variables)
            self.other.apply([zeros], self.second.trainable_variables)

    model = Model()
    model.compile(optimizer=optimizers.SGD(0.1, weight_decay=0.1))
    model(ZEROS)
    model.train()
    progress = ModelProgress(track(model))
    for _ in range(4):
        model.train()
        progress.note_batches(1)
    columns = finished(progress)
    assert columns["log_shrink"].tolist() == pytest.approx(
        [4 * math.log1p(-0.1 * 0.1), 4 * math.log1p(-0.2 * 0.3)],
        rel=1e-6,  # learning rates are float32
    )
    assert columns["learning_rate"].tolist() == pytest.approx([0.1, 0.2], rel=1e-6)
