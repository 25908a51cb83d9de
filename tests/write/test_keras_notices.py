"""What a Keras model's user should know about its weight decay."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from keras import constraints, layers, optimizers, regularizers

from tb_wdnorm.write.keras_model import track

L2 = regularizers.L2(1e-3)


def notices(*stack: layers.Layer, optimizer: Any = "sgd") -> tuple[str, ...]:
    model = keras.Sequential([keras.Input((3,)), *stack])
    model.compile(optimizer=optimizer, loss="mse")
    return track(model).info.notices


def test_a_model_with_decay_on_its_kernels_only_has_none() -> None:
    assert notices(layers.Dense(2, kernel_regularizer=L2)) == ()


def test_decay_of_biases_and_normalisations() -> None:
    stack = [layers.Dense(2, name="a"), layers.BatchNormalization(name="norm")]
    assert notices(*stack, optimizer=optimizers.AdamW(weight_decay=0.004)) == (
        (
            "weight_decay=0.004 of AdamW also decays biases or parameters of "
            "normalisations: a/bias, norm/gamma, norm/beta. To leave them out, before "
            "training: "
            "optimizer.exclude_from_weight_decay(var_names=['beta', 'bias', 'gamma'])."
        ),
    )


def test_decay_that_leaves_biases_out() -> None:
    optimizer = optimizers.AdamW(weight_decay=0.004)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    assert notices(layers.Dense(2), optimizer=optimizer) == ()


def test_only_the_first_are_listed() -> None:
    stack = [layers.Dense(2, name=f"l{i}", bias_regularizer=L2) for i in range(5)]
    assert notices(*stack) == (
        (
            "A regularizer also acts on biases or parameters of normalisations: "
            "l0/bias, l1/bias, l2/bias and 2 more."
        ),
    )


def test_regularizer_of_a_frozen_layer() -> None:
    frozen = layers.Dense(2, kernel_regularizer=L2, trainable=False, name="frozen")
    assert notices(frozen, layers.Dense(2)) == (
        (
            "A regularizer is set on weights that are frozen, which it does not decay: "
            "frozen/kernel."
        ),
    )


def test_constraint() -> None:
    limited = layers.Dense(2, kernel_constraint=constraints.MaxNorm(1), name="limited")
    assert notices(limited, layers.Dense(2)) == (
        (
            "The constraint MaxNorm sets norms after each step, whatever the decay is: "
            "limited/kernel."
        ),
    )


def test_excluded_name_that_matches_nothing() -> None:
    optimizer = optimizers.AdamW()
    optimizer.exclude_from_weight_decay(var_names=["bias", "batch_norm"])
    assert notices(layers.Dense(2), optimizer=optimizer) == (
        (
            "exclude_from_weight_decay(var_names=['batch_norm']) matches no variable: "
            "it is compared with a variable's own name, such as 'kernel' or 'bias', "
            "not with its layer's."
        ),
    )


@pytest.mark.parametrize("is_known", [True, False])
def test_excluded_variable_of_another_model(is_known: bool) -> None:
    layer, other = layers.Dense(2, use_bias=False), layers.Dense(2)
    for each in (layer, other):
        each.build((None, 3))
    optimizer = optimizers.AdamW()
    optimizer.exclude_from_weight_decay([layer.kernel if is_known else other.kernel])
    expected = (
        "exclude_from_weight_decay(var_list=…) has variables that the model does not "
        "train."
    )
    found = notices(layer, optimizer=optimizer)
    assert found == (() if is_known else (expected,))
