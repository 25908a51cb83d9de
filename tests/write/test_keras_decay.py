"""The decay in force, read from Keras' regularizers and optimizers."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest
from keras import constraints, layers, optimizers, regularizers

from tb_wdnorm.core.frames import Decay
from tb_wdnorm.write.keras_decay import (
    decay_fraction_per_rate,
    decay_in_force,
    optimizer_for,
    optimizers_of,
)

ADAPTIVE = [
    optimizers.Adadelta,
    optimizers.Adafactor,
    optimizers.Adagrad,
    optimizers.Adam,
    optimizers.Adamax,
    optimizers.AdamW,
    optimizers.Ftrl,
    optimizers.Lamb,
    optimizers.Lion,
    optimizers.Nadam,
    optimizers.RMSprop,
]


def make_kernel(**dense: Any) -> keras.Variable:
    layer = layers.Dense(2, **dense)
    layer.build((None, 3))
    return layer.kernel


def fraction(optimizer: Any, **dense: Any) -> float:
    """δ/η of a kernel under an optimizer."""
    kernel = make_kernel(**dense)
    return decay_fraction_per_rate(kernel, decay_in_force(kernel, optimizer), optimizer)


class Penalty(regularizers.Regularizer):
    """A penalty of the user's own."""

    def __call__(self, x: Any) -> Any:
        return keras.ops.sum(keras.ops.power(x, 4))


class TwoOptimizers(keras.Model):
    """Trains its layers with an optimizer each, in a `train_step` of its own."""

    def __init__(self, **second: Any) -> None:
        super().__init__()
        self.generator = layers.Dense(3, name="generator")
        self.critic = layers.Dense(2, name="critic")
        self.second = optimizers.AdamW(weight_decay=0.5, **second)

    def call(self, inputs: Any) -> Any:
        return self.critic(self.generator(inputs))


@pytest.mark.parametrize(
    ("regularizer", "decay"),
    [
        (None, Decay()),
        (regularizers.L2(2e-4), Decay(l2=2e-4)),
        (regularizers.L2(0.3), Decay(l2=0.3)),
        (regularizers.L1(1e-5), Decay(l1=1e-5)),
        (regularizers.L1L2(1e-5, 2e-4), Decay(l1=1e-5, l2=2e-4)),
        (Penalty(), Decay()),
    ],
    ids=["none", "L2", "much L2", "L1", "L1L2", "of the user"],
)
def test_regularizer_is_read_as_written(regularizer: Any, decay: Decay) -> None:
    kernel = make_kernel(kernel_regularizer=regularizer)
    assert decay_in_force(kernel, None) == decay


@pytest.mark.parametrize("optimizer", [optimizers.SGD, *ADAPTIVE])
def test_weight_decay_of_any_optimizer_is_read(optimizer: Any) -> None:
    made = optimizer(weight_decay=0.004)
    assert decay_in_force(make_kernel(), made) == Decay(weight_decay=0.004)


def test_decay_is_that_of_now() -> None:
    regularizer = regularizers.L2(2e-4)
    optimizer = optimizers.SGD(weight_decay=0.1)
    kernel = make_kernel(kernel_regularizer=regularizer)
    regularizer.l2 = 3e-4
    optimizer.weight_decay = 0.2
    assert decay_in_force(kernel, optimizer) == Decay(l2=3e-4, weight_decay=0.2)


def test_excluded_variable_has_no_weight_decay() -> None:
    optimizer = optimizers.AdamW(weight_decay=0.004)
    excluded, kernel = make_kernel(), make_kernel()
    optimizer.exclude_from_weight_decay(var_list=[excluded])
    assert decay_in_force(excluded, optimizer) == Decay()
    assert decay_in_force(kernel, optimizer) == Decay(weight_decay=0.004)


def test_variable_excluded_by_name_has_no_weight_decay() -> None:
    optimizer = optimizers.AdamW(weight_decay=0.004)
    optimizer.exclude_from_weight_decay(var_names=["kernel"])
    assert decay_in_force(make_kernel(), optimizer) == Decay()


def test_model_that_is_not_compiled_has_no_optimizer() -> None:
    assert optimizers_of(keras.Sequential([layers.Dense(2)])) == []


def test_loss_scale_wrapper_is_left_out() -> None:
    inner = optimizers.AdamW(weight_decay=0.004)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    model.compile(optimizer=optimizers.LossScaleOptimizer(inner))
    assert optimizers_of(model) == [inner]


def test_compiled_optimizer_comes_first() -> None:
    model = TwoOptimizers()
    model.compile(optimizer="sgd")
    assert optimizers_of(model) == [model.optimizer, model.second]


def test_each_variable_is_updated_by_the_optimizer_that_knows_it() -> None:
    model = TwoOptimizers()
    model.compile(optimizer="sgd")
    model(np.zeros((1, 3), np.float32))
    model.optimizer.build(model.generator.trainable_variables)
    model.second.build(model.critic.trainable_variables)
    found = optimizers_of(model)
    assert optimizer_for(model.generator.kernel, found) is model.optimizer
    assert optimizer_for(model.critic.kernel, found) is model.second


def test_before_it_is_built_the_first_optimizer_updates_all() -> None:
    model = TwoOptimizers()
    model.compile(optimizer="sgd")
    model(np.zeros((1, 3), np.float32))
    found = optimizers_of(model)
    assert optimizer_for(model.critic.kernel, found) is model.optimizer


def test_without_optimizers_nothing_updates_a_variable() -> None:
    assert optimizer_for(make_kernel(), []) is None


@pytest.mark.parametrize("optimizer", [optimizers.SGD, *ADAPTIVE])
def test_decoupled_fraction_holds_under_any_optimizer(optimizer: Any) -> None:
    assert fraction(optimizer(weight_decay=0.004)) == 0.004


@pytest.mark.parametrize("weight_decay", [None, 0.0])
def test_without_decay_the_fraction_is_0(weight_decay: float | None) -> None:
    assert fraction(optimizers.Adam(weight_decay=weight_decay)) == 0


def test_l2_under_sgd_is_twice_the_coefficient() -> None:
    sgd = optimizers.SGD()
    assert fraction(sgd, kernel_regularizer=regularizers.L2(2e-4)) == 4e-4


def test_both_kinds_of_decay_add_up() -> None:
    sgd = optimizers.SGD(weight_decay=0.25)
    assert fraction(sgd, kernel_regularizer=regularizers.L2(0.125)) == 0.5


def test_momentum_multiplies_l2_only() -> None:
    sgd = optimizers.SGD(weight_decay=0.25, momentum=0.75)
    assert fraction(sgd, kernel_regularizer=regularizers.L2(0.125)) == 1.25


@pytest.mark.parametrize("optimizer", ADAPTIVE)
def test_l2_under_adaptive_optimizers_has_no_closed_form(optimizer: Any) -> None:
    assert math.isnan(fraction(optimizer(), kernel_regularizer=regularizers.L2(2e-4)))


@pytest.mark.parametrize("clip", ["clipnorm", "clipvalue", "global_clipnorm"])
def test_l2_with_clipped_gradients_has_no_closed_form(clip: str) -> None:
    sgd = optimizers.SGD(**{clip: 1.0})
    assert math.isnan(fraction(sgd, kernel_regularizer=regularizers.L2(2e-4)))


def test_decoupled_decay_does_not_mind_clipping() -> None:
    assert fraction(optimizers.SGD(weight_decay=0.25, clipnorm=1.0)) == 0.25


@pytest.mark.parametrize(
    "dense",
    [
        {"kernel_regularizer": regularizers.L1(1e-5)},
        {"kernel_regularizer": regularizers.L1L2(1e-5, 2e-4)},
        {"kernel_regularizer": Penalty()},
        {"kernel_constraint": constraints.UnitNorm()},
    ],
    ids=["L1", "L1L2", "custom", "constraint"],
)
def test_what_depends_on_the_weights_has_no_closed_form(dense: Any) -> None:
    assert math.isnan(fraction(optimizers.SGD(weight_decay=0.1), **dense))


def test_l1l2_without_l1_is_l2() -> None:
    regularizer = regularizers.L1L2(l1=0.0, l2=2e-4)
    assert fraction(optimizers.SGD(), kernel_regularizer=regularizer) == 4e-4


def test_without_an_optimizer_l2_has_no_closed_form() -> None:
    assert math.isnan(fraction(None, kernel_regularizer=regularizers.L2(2e-4)))
