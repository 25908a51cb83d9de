"""What is tracked of a Keras model."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, regularizers

from tb_wdnorm.core.frames import Decay, KernelInfo
from tb_wdnorm.core.norm_kinds import L2, RMS
from tb_wdnorm.write.keras_model import track
from tb_wdnorm.write.selection import KernelOptions


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
        (layers.GRU(3, name="rnn"), "GRU"),
        (layers.TimeDistributed(layers.Dense(3, name="rnn")), "Dense"),
    ],
)
def test_owner_is_the_layer_that_the_user_knows(layer: Any, layer_class: str) -> None:
    kernels = track(sequential(layer, shape=(4, 2))).info.kernels
    assert {(k.layer, k.layer_class) for k in kernels} == {("rnn", layer_class)}


def test_main_kernels_are_grouped_by_layer_class_others_by_role_too() -> None:
    model = sequential(
        layers.Embedding(7, 3), layers.LSTM(3), layers.Dense(2), shape=(4,)
    )
    assert [(k.role, k.group) for k in track(model).info.kernels] == [
        ("embeddings", "Embedding"),
        ("kernel", "LSTM/kernel"),
        ("recurrent_kernel", "LSTM/recurrent_kernel"),
        ("kernel", "Dense"),
    ]


def test_gates_are_kernels_of_their_own() -> None:
    model = sequential(layers.LSTM(3, name="lstm"), shape=(4, 2))
    kernels = track(model, KernelOptions(split_gates=True)).info.kernels
    assert kernels[:2] == (
        KernelInfo(
            path="lstm/lstm_cell/kernel/i",
            layer="lstm",
            layer_class="LSTM",
            role="kernel/i",
            shape=(2, 3),
            channel_axes=(1,),
            group="LSTM/kernel/i",
        ),
        KernelInfo(
            path="lstm/lstm_cell/kernel/f",
            layer="lstm",
            layer_class="LSTM",
            role="kernel/f",
            shape=(2, 3),
            channel_axes=(1,),
            group="LSTM/kernel/f",
        ),
    )
    assert [k.role for k in kernels] == [
        f"{role}/{gate}" for role in ("kernel", "recurrent_kernel") for gate in "ifco"
    ]


@pytest.mark.parametrize(
    ("layer", "shape", "gates"),
    [
        (layers.LSTM(3), (4, 2), "ifco"),
        (layers.GRU(3), (4, 2), "zrh"),
        (layers.ConvLSTM1D(3, 2), (4, 6, 2), "ifco"),
    ],
)
def test_gates_are_parts_of_the_last_axis(
    layer: Any, shape: tuple[int, ...], gates: str
) -> None:
    model = sequential(layer, shape=shape)
    options = KernelOptions(include="*kernel", split_gates=True)
    tracked = track(model, options)
    assert tracked.variables == (layer.cell.kernel, layer.cell.recurrent_kernel)
    values = [keras.ops.convert_to_numpy(v) for v in tracked.variables]
    rows = tracked.rows(values)
    assert all(np.shares_memory(row, values[0]) for row in rows[: len(gates)])
    for whole, first in zip(values, (0, len(gates)), strict=True):
        parts = rows[first : first + len(gates)]
        np.testing.assert_array_equal(np.concatenate(parts, axis=-1), whole)
    shapes = [kernel.shape for kernel in tracked.info.kernels]
    assert shapes == [row.shape for row in rows]


def test_gates_that_the_layer_uses_are_those_named() -> None:
    lstm = layers.LSTM(3, name="lstm", unit_forget_bias=False)
    model = sequential(lstm, shape=(4, 2))
    tracked = track(model, KernelOptions(include="*/o", split_gates=True))
    assert [k.role for k in tracked.info.kernels] == ["kernel/o", "recurrent_kernel/o"]
    # Without the output gate's weights and bias it is half open: σ(0).
    values = [keras.ops.convert_to_numpy(v) for v in tracked.variables]
    inputs = np.ones((1, 4, 2), np.float32)
    for row in tracked.rows(values):
        row[...] = 0
    for variable, value in zip(tracked.variables, values, strict=True):
        variable.assign(value)
    hidden, state = keras.layers.RNN(lstm.cell, return_state=True)(inputs)[1:]
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(hidden),
        0.5 * np.tanh(keras.ops.convert_to_numpy(state)),
        rtol=1e-6,
    )


def test_values_of_a_tensor_are_split_too() -> None:
    model = sequential(layers.GRU(3), shape=(4, 2))
    tracked = track(model, KernelOptions(include="*/h", split_gates=True))
    tensors = [keras.ops.convert_to_tensor(v) for v in tracked.variables]
    values = [keras.ops.convert_to_numpy(v)[:, 6:] for v in tracked.variables]
    for row, value in zip(tracked.rows(tensors), values, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(row), value)


def test_options_select_and_describe_kernels() -> None:
    model = sequential(
        layers.Dense(4, name="a"), layers.Dense(4, name="b"), layers.Dense(2, name="c")
    )
    options = KernelOptions(
        exclude=-1, groups={"b": "B"}, targets={"B": 1}, channel_axes={"b": 0}
    )
    tracked = track(model, options)
    assert [
        (k.path, k.group, k.target, k.channel_axes) for k in tracked.info.kernels
    ] == [
        ("a/kernel", "Dense", None, (1,)),
        ("b/kernel", "B", (1.0, 1.0), (0,)),
    ]
    assert tracked.variables == (
        model.get_layer("a").kernel,
        model.get_layer("b").kernel,
    )


def test_kernels_are_included_by_the_model_around_them() -> None:
    # Built before the model around it, so its path does not tell.
    inputs = keras.Input((3,))
    encoder = keras.Model(inputs, layers.Dense(3, name="d")(inputs), name="encoder")
    model = sequential(encoder, layers.Dense(2, name="head"))
    kernels = track(model, KernelOptions(include="encoder")).info.kernels
    assert [k.layer for k in kernels] == ["d"]


def test_label_is_that_of_the_kernels_tracked() -> None:
    model = sequential(
        layers.Dense(4, name="a", kernel_regularizer=regularizers.L2(2e-4)),
        layers.Dense(2, name="b"),
    )
    assert track(model, KernelOptions(include="a")).info.label == "l2=2e-4"


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


def test_norm_is_l2_by_default() -> None:
    tracked = track(sequential(layers.Dense(2)))
    assert (tracked.info.norm, tracked.norm) == ("l2", L2)


def test_norm_is_named_in_the_info() -> None:
    tracked = track(sequential(layers.Dense(2)), KernelOptions(norm="rms"))
    assert (tracked.info.norm, tracked.norm) == ("rms", RMS)


def test_norm_of_the_users_own_is_called_by_its_name() -> None:
    def spread(kernel: Any, axis: tuple[int, ...]) -> Any:
        return np.ptp(kernel, axis=axis)

    tracked = track(sequential(layers.Dense(2)), KernelOptions(norm=spread))
    assert tracked.info.norm == "spread"


def test_rows_of_whole_kernels_are_the_values_given() -> None:
    tracked = track(sequential(layers.Dense(4), layers.Dense(2)))
    values = [object(), object()]
    assert tracked.rows(values) == values


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
