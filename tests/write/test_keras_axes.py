"""Which axes of a Keras kernel are channels, over Keras' own layers."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from keras import layers

from tb_wdnorm.write.keras_model import track


def kept_axes(layer: Any, *input_shapes: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Axes of the kernels in a model of one layer, by path within the layer."""
    inputs = [keras.Input(shape) for shape in input_shapes]
    kernels = track(keras.Model(inputs, layer(*inputs))).info.kernels
    return {k.path.removeprefix(f"{layer.name}/"): k.channel_axes for k in kernels}


@pytest.mark.parametrize(
    ("layer", "input_shape", "axes"),
    [
        (layers.Dense(3), (2,), {"kernel": (1,)}),
        (layers.Conv1D(5, 3), (6, 2), {"kernel": (2,)}),
        (layers.Conv2D(5, 3), (6, 6, 2), {"kernel": (3,)}),
        (layers.Conv3D(5, 3), (6, 6, 6, 2), {"kernel": (4,)}),
        (layers.Conv1DTranspose(5, 3), (6, 2), {"kernel": (1,)}),
        (layers.Conv2DTranspose(5, 3), (6, 6, 2), {"kernel": (2,)}),
        (layers.Conv3DTranspose(5, 3), (6, 6, 6, 2), {"kernel": (3,)}),
        (layers.DepthwiseConv1D(3), (6, 2), {"kernel": (1, 2)}),
        (layers.DepthwiseConv2D(3), (6, 6, 2), {"kernel": (2, 3)}),
        (
            layers.SeparableConv1D(5, 3),
            (6, 2),
            {"depthwise_kernel": (1, 2), "pointwise_kernel": (2,)},
        ),
        (
            layers.SeparableConv2D(5, 3),
            (6, 6, 2),
            {"depthwise_kernel": (2, 3), "pointwise_kernel": (3,)},
        ),
        (layers.Embedding(7, 3), (4,), {"embeddings": (1,)}),
        (
            layers.SimpleRNN(3),
            (4, 2),
            {
                "simple_rnn_cell/kernel": (1,),
                "simple_rnn_cell/recurrent_kernel": (1,),
            },
        ),
        (
            layers.LSTM(3),
            (4, 2),
            {"lstm_cell/kernel": (1,), "lstm_cell/recurrent_kernel": (1,)},
        ),
        (
            layers.GRU(3, use_bias=False),
            (4, 2),
            {"gru_cell/kernel": (1,), "gru_cell/recurrent_kernel": (1,)},
        ),
        (
            layers.ConvLSTM1D(5, 3),
            (4, 6, 2),
            {"conv_lstm_cell/kernel": (2,), "conv_lstm_cell/recurrent_kernel": (2,)},
        ),
        (
            layers.ConvLSTM2D(5, 3),
            (4, 6, 6, 2),
            {"conv_lstm_cell/kernel": (3,), "conv_lstm_cell/recurrent_kernel": (3,)},
        ),
        (
            layers.ConvLSTM3D(5, 3),
            (4, 6, 6, 6, 2),
            {"conv_lstm_cell/kernel": (4,), "conv_lstm_cell/recurrent_kernel": (4,)},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_axes_of_layer(
    layer: Any, input_shape: tuple[int, ...], axes: dict[str, tuple[int, ...]]
) -> None:
    assert kept_axes(layer, input_shape) == axes


@pytest.mark.parametrize(
    ("equation", "output_shape", "input_shape", "axes"),
    [
        ("ab,bc->ac", 4, (3,), (1,)),
        ("ab,bcd->acd", (4, 5), (3,), (1, 2)),
        ("abc,bcd->ad", 5, (3, 4), (2,)),
        ("abc,cb->ab", 3, (3, 4), (1,)),
        ("...x,xy->...y", 5, (3, 4), (1,)),
    ],
)
def test_axes_of_einsum_dense_are_those_that_reach_the_output(
    equation: str,
    output_shape: Any,
    input_shape: tuple[int, ...],
    axes: tuple[int, ...],
) -> None:
    layer = layers.EinsumDense(equation, output_shape)
    assert kept_axes(layer, input_shape) == {"kernel": axes}


def test_einsum_kernel_that_does_not_reach_the_output_keeps_its_last_axis() -> None:
    layer = layers.EinsumDense("abc,bc->a", ())
    assert kept_axes(layer, (3, 4)) == {"kernel": (1,)}


@pytest.mark.parametrize(
    "layer",
    [
        layers.MultiHeadAttention(2, 3, use_bias=False),
        layers.GroupQueryAttention(3, 4, 2, use_bias=False),
    ],
    ids=["MultiHeadAttention", "GroupedQueryAttention"],
)
def test_attention_keeps_heads_and_what_they_give(layer: Any) -> None:
    assert kept_axes(layer, (4, 5), (4, 5)) == {
        "query/kernel": (1, 2),
        "key/kernel": (1, 2),
        "value/kernel": (1, 2),
        "attention_output/kernel": (2,),
    }


def test_bidirectional_keeps_the_axes_of_the_layer_inside() -> None:
    axes = kept_axes(layers.Bidirectional(layers.LSTM(3, name="rnn")), (4, 2))
    assert axes == {
        "forward_rnn/lstm_cell/kernel": (1,),
        "forward_rnn/lstm_cell/recurrent_kernel": (1,),
        "backward_rnn/lstm_cell/kernel": (1,),
        "backward_rnn/lstm_cell/recurrent_kernel": (1,),
    }


def test_time_distributed_keeps_the_axes_of_the_layer_inside() -> None:
    inside = layers.Conv2DTranspose(3, 2, name="inside")
    axes = kept_axes(layers.TimeDistributed(inside), (4, 5, 5, 2))
    assert axes == {"inside/kernel": (2,)}


def test_unknown_layer_keeps_the_last_axis() -> None:
    class Unknown(layers.Layer):
        def build(self, input_shape: tuple[int, ...]) -> None:
            self.weight = self.add_weight(shape=(2, 3, 4), name="weight")

        def call(self, inputs: Any) -> Any:
            return inputs

    assert kept_axes(Unknown(), (5,)) == {"weight": (2,)}
