"""What is tracked of a Keras model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, regularizers

from tb_wdnorm.core.frames import Decay, KernelInfo
from tb_wdnorm.write.keras_decay import optimizer_step
from tb_wdnorm.write.keras_model import track


def sequential(*parts: Any, shape: tuple[int, ...] = (3,), name: str = "net") -> Any:
    return keras.Sequential([keras.Input(shape), *parts], name=name)


def only_kernel(model: Any) -> KernelInfo:
    (kernel,) = track(model).info.kernels
    return kernel


def decayed(optimizer: Any, **dense: Any) -> Decay:
    """The decay in force on the kernel of a compiled model of one layer."""
    model = sequential(layers.Dense(2, **dense))
    model.compile(optimizer=optimizer)
    return only_kernel(model).decay


def test_kernel_of_a_dense_layer() -> None:
    assert only_kernel(sequential(layers.Dense(2, name="head"))) == KernelInfo(
        path="head/kernel",
        layer="head",
        layer_class="Dense",
        role="kernel",
        shape=(3, 2),
        channel_axes=(1,),
        group="Dense",
    )


def test_functional_models_name_is_not_in_the_path() -> None:
    inputs = keras.Input((3,))
    outputs = layers.Dense(2, name="head")(inputs)
    assert only_kernel(keras.Model(inputs, outputs, name="net")).path == "head/kernel"


def test_subclassed_models_name_is_not_in_the_path() -> None:
    class Net(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="net")
            self.head = layers.Dense(2, name="head")

        def call(self, inputs: Any) -> Any:
            return self.head(inputs)

    model = Net()
    model(np.zeros((1, 3), np.float32))
    assert only_kernel(model).path == "head/kernel"


def test_nested_models_name_is_in_the_path() -> None:
    inner = sequential(layers.Dense(2, name="head"), name="inner")
    kernel = only_kernel(sequential(inner))
    assert (kernel.path, kernel.layer) == ("inner/head/kernel", "head")


def test_paths_stay_unique_where_the_models_name_sets_them_apart() -> None:
    # A part may be called like the model itself.
    inner = sequential(layers.Dense(3, name="head"), name="net")
    paths = [k.path for k in track(sequential(inner, layers.Dense(2))).info.kernels]
    assert len(set(paths)) == 2


def test_kernels_are_in_model_order() -> None:
    model = sequential(
        layers.Dense(4, name="b"), layers.Dense(4, name="a"), layers.Dense(2, name="c")
    )
    assert [k.layer for k in track(model).info.kernels] == ["b", "a", "c"]


def test_biases_and_scales_are_not_tracked() -> None:
    model = sequential(layers.Dense(2, name="head"), layers.BatchNormalization())
    assert [k.path for k in track(model).info.kernels] == ["head/kernel"]


def test_frozen_layers_are_not_tracked() -> None:
    model = sequential(
        layers.Dense(4, name="frozen", trainable=False), layers.Dense(2, name="head")
    )
    assert [k.layer for k in track(model).info.kernels] == ["head"]


def test_shared_layer_is_tracked_once() -> None:
    inputs = keras.Input((3,))
    shared = layers.Dense(3, name="shared")
    model = keras.Model(inputs, shared(shared(inputs)))
    assert [k.path for k in track(model).info.kernels] == ["shared/kernel"]


@pytest.mark.parametrize(
    ("layer", "layer_class"),
    [
        (layers.SimpleRNN(3, name="rnn"), "SimpleRNN"),
        (layers.LSTM(3, name="rnn"), "LSTM"),
        (layers.GRU(3, name="rnn", use_bias=False), "GRU"),
        (layers.TimeDistributed(layers.Dense(3, name="rnn")), "Dense"),
    ],
)
def test_owner_is_the_layer_that_the_user_knows(layer: Any, layer_class: str) -> None:
    kernels = track(sequential(layer, shape=(4, 2))).info.kernels
    assert {(k.layer, k.layer_class) for k in kernels} == {("rnn", layer_class)}


def test_owner_within_attention_is_the_projection() -> None:
    inputs = keras.Input((4, 5))
    attention = layers.MultiHeadAttention(2, 3, use_bias=False)
    kernels = track(keras.Model(inputs, attention(inputs, inputs))).info.kernels
    assert [k.layer for k in kernels] == ["query", "key", "value", "attention_output"]


def test_main_kernels_are_grouped_by_layer_class_others_by_role_too() -> None:
    model = sequential(
        layers.Embedding(7, 3), layers.LSTM(3), layers.Dense(2), shape=(4,)
    )
    assert [(k.role, k.group) for k in track(model).info.kernels] == [
        ("embeddings", "Embedding"),
        ("kernel", "LSTM"),
        ("recurrent_kernel", "LSTM/recurrent_kernel"),
        ("kernel", "Dense"),
    ]


@pytest.mark.parametrize(
    ("regularizer", "decay"),
    [
        (None, Decay()),
        (regularizers.L1(1e-5), Decay(l1=1e-5)),
        (regularizers.L2(2e-4), Decay(l2=2e-4)),
        (regularizers.L1L2(1e-5, 2e-4), Decay(l1=1e-5, l2=2e-4)),
        (regularizers.OrthogonalRegularizer(), Decay()),
    ],
)
def test_decay_by_regularizer(regularizer: Any, decay: Decay) -> None:
    assert decayed("sgd", kernel_regularizer=regularizer) == decay


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW", "Lion"])
def test_decay_by_any_optimizer(optimizer: str) -> None:
    made = getattr(keras.optimizers, optimizer)(weight_decay=0.004)
    assert decayed(made) == Decay(weight_decay=0.004)


def test_decay_by_regularizer_and_optimizer() -> None:
    optimizer = keras.optimizers.SGD(weight_decay=0.004)
    assert decayed(optimizer, kernel_regularizer=regularizers.L2(2e-4)) == Decay(
        l2=2e-4, weight_decay=0.004
    )


def test_decay_by_an_optimizer_with_loss_scaling() -> None:
    inner = keras.optimizers.AdamW(weight_decay=0.004)
    assert decayed(keras.optimizers.LossScaleOptimizer(inner)) == Decay(
        weight_decay=0.004
    )


def test_kernel_excluded_from_weight_decay_by_name() -> None:
    optimizer = keras.optimizers.AdamW(weight_decay=0.004)
    optimizer.exclude_from_weight_decay(var_names=["embeddings"])
    model = sequential(layers.Embedding(7, 3), layers.Dense(2), shape=(4,))
    model.compile(optimizer=optimizer)
    assert [k.decay.weight_decay for k in track(model).info.kernels] == [0, 0.004]


def test_kernel_excluded_from_weight_decay_as_a_variable() -> None:
    model = sequential(layers.Dense(4, name="a"), layers.Dense(2, name="b"))
    optimizer = keras.optimizers.AdamW(weight_decay=0.004)
    optimizer.exclude_from_weight_decay(var_list=[model.get_layer("b").kernel])
    model.compile(optimizer=optimizer)
    assert [k.decay.weight_decay for k in track(model).info.kernels] == [0.004, 0]


def test_label_has_each_decay_once_strongest_first() -> None:
    model = sequential(
        layers.Dense(4),
        layers.Dense(4, kernel_regularizer=regularizers.L2(2e-4)),
        layers.Dense(4, kernel_regularizer=regularizers.L2(2e-3)),
        layers.Dense(2, kernel_regularizer=regularizers.L2(2e-4)),
    )
    assert track(model).info.label == "l2=0.002 | l2=2e-4 | none"


def test_norm_is_l2() -> None:
    assert track(sequential(layers.Dense(2))).info.norm == "l2"


def test_arrays_are_the_weights_now() -> None:
    model = sequential(layers.Dense(2, name="head"))
    tracked = track(model)
    model.get_layer("head").kernel.assign(np.arange(6.0).reshape(3, 2))
    (array,) = tracked.arrays()
    assert array.tolist() == [[0, 1], [2, 3], [4, 5]]


@pytest.mark.parametrize(
    ("dtype", "array_dtype"),
    [
        ("float16", "float32"),
        ("bfloat16", "float32"),
        ("float32", "float32"),
        ("float64", "float64"),
    ],
)
def test_arrays_are_float32_or_wider(dtype: str, array_dtype: str) -> None:
    (array,) = track(sequential(layers.Dense(2, dtype=dtype))).arrays()
    assert array.dtype == array_dtype


def test_learning_rate_is_the_optimizers() -> None:
    model = sequential(layers.Dense(2))
    model.compile(optimizer=keras.optimizers.SGD(0.25))
    assert track(model).learning_rate() == 0.25


def test_learning_rate_of_a_schedule_is_that_of_this_step() -> None:
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([1], [0.5, 0.25])
    model = sequential(layers.Dense(2))
    model.compile(optimizer=keras.optimizers.SGD(schedule), loss="mse")
    tracked = track(model)
    rates = [tracked.learning_rate()]
    for _ in range(2):
        model.train_on_batch(np.ones((1, 3)), np.ones((1, 2)))
        rates.append(tracked.learning_rate())
    assert rates == [0.5, 0.5, 0.25]


def test_learning_rate_of_a_model_not_compiled_is_unknown() -> None:
    assert np.isnan(track(sequential(layers.Dense(2))).learning_rate())


def test_step_is_the_number_of_updates(make_model: Callable[..., Any]) -> None:
    model = make_model()
    steps = [optimizer_step(model)]
    for _ in range(2):
        model.train_on_batch(np.ones((1, 3)), np.ones((1, 2)))
        steps.append(optimizer_step(model))
    assert steps == [0, 1, 2]


@pytest.mark.parametrize(
    ("model", "received"),
    [(None, "NoneType"), ("net", "str"), (layers.Dense(2), "Dense")],
)
def test_what_is_no_model_is_an_error(model: Any, received: str) -> None:
    with pytest.raises(TypeError) as raised:
        track(model)
    assert str(raised.value) == f"`model` must be a keras.Model. Received: {received}"


def test_model_not_built_is_an_error() -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        track(keras.Sequential([layers.Dense(2)], name="net"))
    assert str(raised.value) == (
        "`model` must be built, so that it has weights: give it an input shape or "
        "call it once on data. Received: 'net', not built"
    )


def test_model_without_kernels_is_an_error() -> None:
    model = sequential(layers.BatchNormalization())
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        track(model)
    assert str(raised.value) == (
        "`model` must have a trainable variable of rank 2 or more. Received: 'net' "
        "with 2 trainable variables, all of rank 0 or 1"
    )
