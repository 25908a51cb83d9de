"""Where the kernels of a Keras model are: their layers, names and groups."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from tb_wdnorm.write.keras_kernels import LayerKernel, find_kernels, unique_paths


def sequential(*parts: Any, shape: tuple[int, ...] = (3,)) -> Any:
    return keras.Sequential([keras.Input(shape), *parts], name="net")


def called(model: Any, shape: tuple[int, ...] = (3,)) -> Any:
    model(np.zeros((1, *shape), np.float32))
    return model


def only(model: Any) -> LayerKernel:
    (kernel,) = find_kernels(model)
    return kernel


def names_around(kernel: LayerKernel) -> list[str]:
    return [layer.name for layer in kernel.around]


def paths(model: Any) -> list[str]:
    return unique_paths(model, [kernel.variable for kernel in find_kernels(model)])


class Chain(keras.Model):
    """A subclassed model that applies its parts in turn."""

    def __init__(self, *parts: Any, name: str = "net") -> None:
        super().__init__(name=name)
        self.parts = list(parts)

    def call(self, inputs: Any) -> Any:
        for part in self.parts:
            inputs = part(inputs)
        return inputs


class Block(layers.Layer):
    """A layer made of another one."""

    def __init__(self, inner: Any, name: str = "block") -> None:
        super().__init__(name=name)
        self.inner = inner

    def call(self, inputs: Any) -> Any:
        return self.inner(inputs)


@pytest.mark.parametrize(
    ("layer", "shape", "roles_and_groups"),
    [
        (layers.Dense(2), (3,), [("kernel", "Dense")]),
        (layers.Embedding(7, 3), (4,), [("embeddings", "Embedding")]),
        (
            layers.SeparableConv1D(5, 3),
            (6, 2),
            [
                ("depthwise_kernel", "SeparableConv1D/depthwise_kernel"),
                ("pointwise_kernel", "SeparableConv1D/pointwise_kernel"),
            ],
        ),
        (
            layers.SimpleRNN(3),
            (4, 2),
            [
                ("kernel", "SimpleRNN/kernel"),
                ("recurrent_kernel", "SimpleRNN/recurrent_kernel"),
            ],
        ),
        (
            layers.Bidirectional(layers.LSTM(3)),
            (4, 2),
            [
                ("kernel", "LSTM/kernel"),
                ("recurrent_kernel", "LSTM/recurrent_kernel"),
            ]
            * 2,
        ),
        (
            layers.GRU(3),
            (4, 2),
            [
                ("kernel", "GRU/kernel"),
                ("recurrent_kernel", "GRU/recurrent_kernel"),
                ("bias", "GRU/bias"),
            ],
        ),
        (
            layers.ConvLSTM1D(5, 3),
            (4, 6, 2),
            [
                ("kernel", "ConvLSTM1D/kernel"),
                ("recurrent_kernel", "ConvLSTM1D/recurrent_kernel"),
            ],
        ),
        # The user chose the cell.
        (
            layers.RNN(layers.SimpleRNNCell(3)),
            (4, 2),
            [
                ("kernel", "SimpleRNNCell/kernel"),
                ("recurrent_kernel", "SimpleRNNCell/recurrent_kernel"),
            ],
        ),
        (layers.TimeDistributed(layers.Dense(3)), (4, 2), [("kernel", "Dense")]),
        (
            layers.SpectralNormalization(layers.Conv1D(3, 2)),
            (5, 2),
            [("kernel", "Conv1D")],
        ),
        (Block(layers.Dense(3)), (4,), [("kernel", "Dense")]),
        (layers.PReLU(), (4, 5), [("alpha", "PReLU/alpha")]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_role_and_group(
    layer: Any, shape: tuple[int, ...], roles_and_groups: list[tuple[str, str]]
) -> None:
    kernels = find_kernels(sequential(layer, shape=shape))
    assert [(kernel.role, kernel.group) for kernel in kernels] == roles_and_groups


@pytest.mark.parametrize(
    ("layer", "layer_class"),
    [
        (layers.MultiHeadAttention(2, 3, name="self"), "MultiHeadAttention"),
        (layers.GroupQueryAttention(3, 4, 2, name="self"), "GroupedQueryAttention"),
    ],
)
def test_projections_of_attention_are_roles_of_it(layer: Any, layer_class: str) -> None:
    inputs = keras.Input((4, 5))
    kernels = find_kernels(keras.Model(inputs, layer(inputs, inputs)))
    assert {kernel.layer for kernel in kernels} == {layer}
    assert [(k.role, k.group) for k in kernels if len(k.variable.shape) == 3] == [
        (f"{role}/kernel", f"{layer_class}/{role}")
        for role in ("query", "key", "value", "attention_output")
    ]
    biases = [k for k in kernels if k.variable.name == "bias"]
    assert biases[0].group == f"{layer_class}/query/bias"


def test_factors_of_lora_replace_the_kernel() -> None:
    dense = layers.Dense(5)
    model = sequential(dense)
    dense.enable_lora(2)
    assert [(k.role, k.group) for k in find_kernels(model)] == [
        ("lora_kernel_a", "Dense/lora_kernel_a"),
        ("lora_kernel_b", "Dense/lora_kernel_b"),
    ]


def test_layers_around_a_kernel_outermost_first() -> None:
    block = Block(layers.Dense(3, name="dense"), name="block")
    inner = keras.Sequential([keras.Input((3,)), block], name="inner")
    assert names_around(only(sequential(inner))) == ["inner", "block", "dense"]


def test_shared_layer_is_found_once_with_all_layers_around_it() -> None:
    shared = layers.Dense(3, name="shared")
    # Keras lists `shared` before the block that it is inside of, too.
    kernel = only(called(Chain(shared, Block(shared, name="block"))))
    assert names_around(kernel) == ["block", "shared"]
    assert (kernel.maker, kernel.layer) == (shared, shared)


def test_kernel_belongs_to_the_layer_that_made_it_not_to_one_that_borrows_it() -> None:
    class Tied(layers.Layer):
        def __init__(self, weight: Any) -> None:
            super().__init__(name="tied")
            self.weight = weight

        def call(self, inputs: Any) -> Any:
            return inputs @ keras.ops.transpose(self.weight)

    dense = layers.Dense(4, name="dense")
    dense.build((None, 3))
    kernel = only(called(Chain(dense, Tied(dense.kernel))))
    assert kernel.maker is dense
    assert "tied" in names_around(kernel)


def test_variable_of_the_model_itself_belongs_to_the_model() -> None:
    class Bare(keras.Model):
        def build(self, input_shape: tuple[int, ...]) -> None:
            self.weight = self.add_weight(shape=(3, 2), name="weight")

        def call(self, inputs: Any) -> Any:
            return inputs @ self.weight

    model = called(Bare(name="net"))
    kernel = only(model)
    assert kernel.layer is model
    assert (kernel.role, kernel.group) == ("weight", "Bare/weight")


def test_indices_are_those_of_the_models_own_layers() -> None:
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(3), layers.Dense(3)])
    model = sequential(layers.Dense(3), layers.Dropout(0.5), inner)
    assert [kernel.indices for kernel in find_kernels(model)] == [
        {0, -3},
        {2, -1},
        {2, -1},
    ]


def test_index_in_a_functional_model_counts_its_input() -> None:
    inputs = keras.Input((3,))
    kernel = only(keras.Model(inputs, layers.Dense(3)(inputs)))
    assert kernel.indices == {1, -1}


@pytest.mark.parametrize(
    ("layer", "shape", "gates"),
    [
        (layers.LSTM(3), (4, 2), ["ifco", "ifco"]),
        (layers.Bidirectional(layers.LSTM(3)), (4, 2), ["ifco"] * 4),
        (layers.GRU(3), (4, 2), ["zrh", "zrh", ""]),
        (layers.ConvLSTM1D(5, 3), (4, 6, 2), ["ifco", "ifco"]),
        (layers.RNN(layers.LSTMCell(3)), (4, 2), ["ifco", "ifco"]),
        (
            layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)]),
            (4, 2),
            ["ifco", "ifco", "zrh", "zrh", ""],
        ),
        (layers.SimpleRNN(3), (4, 2), ["", ""]),
        (layers.Dense(4), (3,), [""]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_gates(layer: Any, shape: tuple[int, ...], gates: list[str]) -> None:
    kernels = find_kernels(sequential(layer, shape=shape))
    assert [kernel.gates for kernel in kernels] == gates


def test_layers_of_one_name_have_paths_of_their_own() -> None:
    model = called(Chain(*(layers.Dense(3, name="d") for _ in range(3))))
    assert paths(model) == ["d/kernel", "d/kernel_1", "d/kernel_2"]


def test_number_of_a_path_is_none_that_another_kernel_has() -> None:
    class Numbered(layers.Layer):
        def build(self, input_shape: tuple[int, ...]) -> None:
            self.a = self.add_weight(shape=(3, 2), name="kernel")
            self.b = self.add_weight(shape=(3, 2), name="kernel_1")

        def call(self, inputs: Any) -> Any:
            return inputs

    model = called(Chain(Numbered(name="d"), layers.Dense(3, name="d")))
    assert paths(model) == ["d/kernel", "d/kernel_1", "d/kernel_2"]


def test_paths_of_blocks_of_one_class() -> None:
    model = sequential(
        Block(layers.Dense(3, name="d"), name="a"),
        Block(layers.Dense(3, name="d"), name="b"),
    )
    assert paths(model) == ["a/d/kernel", "b/d/kernel"]
