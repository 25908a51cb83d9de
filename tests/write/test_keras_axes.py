"""Which axes of a Keras kernel are channels, over all of Keras' own layers."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from tb_wdnorm.core.norms import channel_norms
from tb_wdnorm.write.keras_model import track

Axes = dict[str, tuple[int, ...]]

ATTENTION = {
    "query/kernel": (1, 2),
    "query/bias": (0, 1),
    "key/kernel": (1, 2),
    "key/bias": (0, 1),
    "value/kernel": (1, 2),
    "value/bias": (0, 1),
    "attention_output/kernel": (2,),
}

# Layer, shapes of its inputs, axes kept of each trainable array of rank ≥ 2.
CASES: list[tuple[Any, list[tuple[int, ...]], Axes]] = [
    (layers.Dense(3), [(2,)], {"kernel": (1,)}),
    (layers.Conv1D(5, 3), [(6, 2)], {"kernel": (2,)}),
    (layers.Conv2D(5, 3), [(6, 6, 2)], {"kernel": (3,)}),
    (layers.Conv2D(4, 3, groups=2), [(6, 6, 2)], {"kernel": (3,)}),
    (layers.Conv3D(5, 3), [(6, 6, 6, 2)], {"kernel": (4,)}),
    (layers.Conv1DTranspose(5, 3), [(6, 2)], {"kernel": (1,)}),
    (layers.Conv2DTranspose(5, 3), [(6, 6, 2)], {"kernel": (2,)}),
    (layers.Conv3DTranspose(5, 3), [(6, 6, 6, 2)], {"kernel": (3,)}),
    (layers.DepthwiseConv1D(3), [(6, 2)], {"kernel": (1, 2)}),
    (layers.DepthwiseConv2D(3), [(6, 6, 2)], {"kernel": (2, 3)}),
    (
        layers.SeparableConv1D(5, 3, depth_multiplier=2),
        [(6, 2)],
        {"depthwise_kernel": (1, 2), "pointwise_kernel": (2,)},
    ),
    (
        layers.SeparableConv2D(5, 3),
        [(6, 6, 2)],
        {"depthwise_kernel": (2, 3), "pointwise_kernel": (3,)},
    ),
    (layers.Embedding(7, 3), [(4,)], {"embeddings": (1,)}),
    (
        layers.SimpleRNN(3),
        [(4, 2)],
        {
            "simple_rnn_cell/kernel": (1,),
            "simple_rnn_cell/recurrent_kernel": (1,),
        },
    ),
    (
        layers.LSTM(3),
        [(4, 2)],
        {"lstm_cell/kernel": (1,), "lstm_cell/recurrent_kernel": (1,)},
    ),
    (
        layers.GRU(3),
        [(4, 2)],
        {
            "gru_cell/kernel": (1,),
            "gru_cell/recurrent_kernel": (1,),
            "gru_cell/bias": (1,),
        },
    ),
    (
        layers.ConvLSTM1D(5, 3),
        [(4, 6, 2)],
        {"conv_lstm_cell/kernel": (2,), "conv_lstm_cell/recurrent_kernel": (2,)},
    ),
    (
        layers.ConvLSTM2D(5, 3),
        [(4, 6, 6, 2)],
        {"conv_lstm_cell/kernel": (3,), "conv_lstm_cell/recurrent_kernel": (3,)},
    ),
    (
        layers.ConvLSTM3D(5, 3),
        [(4, 6, 6, 6, 2)],
        {"conv_lstm_cell/kernel": (4,), "conv_lstm_cell/recurrent_kernel": (4,)},
    ),
    (
        layers.RNN(layers.LSTMCell(3, name="cell")),
        [(4, 2)],
        {"cell/kernel": (1,), "cell/recurrent_kernel": (1,)},
    ),
    (
        layers.RNN(
            layers.StackedRNNCells(
                [
                    layers.SimpleRNNCell(3, name="first"),
                    layers.GRUCell(2, name="second", use_bias=False),
                ],
                name="stack",
            )
        ),
        [(4, 2)],
        {
            "stack/first/kernel": (1,),
            "stack/first/recurrent_kernel": (1,),
            "stack/second/kernel": (1,),
            "stack/second/recurrent_kernel": (1,),
        },
    ),
    (
        layers.Bidirectional(layers.LSTM(3, name="rnn")),
        [(4, 2)],
        {
            "forward_rnn/lstm_cell/kernel": (1,),
            "forward_rnn/lstm_cell/recurrent_kernel": (1,),
            "backward_rnn/lstm_cell/kernel": (1,),
            "backward_rnn/lstm_cell/recurrent_kernel": (1,),
        },
    ),
    (
        layers.TimeDistributed(layers.Conv2DTranspose(3, 2, name="inside")),
        [(4, 5, 5, 2)],
        {"inside/kernel": (2,)},
    ),
    (
        layers.SpectralNormalization(layers.Conv2D(3, 2, name="inside")),
        [(5, 5, 2)],
        {"inside/kernel": (3,)},
    ),
    (layers.EinsumDense("ab,bc->ac", 4), [(3,)], {"kernel": (1,)}),
    (layers.EinsumDense("ab,bcd->acd", (4, 5)), [(3,)], {"kernel": (1, 2)}),
    (layers.EinsumDense("abc,bcd->ad", 5), [(3, 4)], {"kernel": (2,)}),
    (layers.EinsumDense("abc,cb->ab", 3), [(3, 4)], {"kernel": (1,)}),
    (layers.EinsumDense("...x,xy->...y", 5), [(3, 4)], {"kernel": (1,)}),
    (
        layers.EinsumDense("ab,bcd->acd", (4, 5), bias_axes="cd"),
        [(3,)],
        {"kernel": (1, 2), "bias": (0, 1)},
    ),
    # No axis of this kernel reaches the output.
    (layers.EinsumDense("abc,bc->a", ()), [(3, 4)], {"kernel": (1,)}),
    (layers.MultiHeadAttention(2, 3), [(4, 5), (4, 5)], ATTENTION),
    (
        layers.MultiHeadAttention(2, 3, attention_axes=(1, 2)),
        [(4, 2, 5), (4, 2, 5)],
        ATTENTION,
    ),
    (layers.GroupQueryAttention(3, 4, 2), [(4, 5), (4, 5)], ATTENTION),
    (layers.PReLU(), [(4, 5)], {"alpha": (0, 1)}),
    (
        layers.LayerNormalization(axis=(1, 2)),
        [(4, 5)],
        {"gamma": (0, 1), "beta": (0, 1)},
    ),
    (
        # A window would need SciPy, which Keras does not install.
        layers.STFTSpectrogram("log", 16, 8, 16, window=None),
        [(64, 1)],
        {"real_kernel": (2,), "imag_kernel": (2,)},
    ),
]

if hasattr(layers, "ReversibleEmbedding"):
    CASES += [
        (layers.ReversibleEmbedding(7, 3), [(4,)], {"embeddings": (1,)}),
        (
            layers.ReversibleEmbedding(7, 3, tie_weights=False),
            [(4,)],
            {"embeddings": (1,), "reverse_embeddings": (1,)},
        ),
    ]

# They hold whatever weights another library made.
FOREIGN = ["FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"]

NAMES_WITHOUT_KERNELS = """
    Activation ActivityRegularization AdaptiveAveragePooling1D
    AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D
    AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AdditiveAttention AlphaDropout
    Attention AugMix AutoContrast Average AveragePooling1D AveragePooling2D
    AveragePooling3D BatchNormalization CategoryEncoding CenterCrop Concatenate
    ContrastLimitedAdaptiveHistogramEqualization Cropping1D Cropping2D Cropping3D
    CutMix Discretization Dot Dropout ELU Equalization Flatten GaussianDropout
    GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D
    GlobalMaxPooling3D GroupNormalization HashedCrossing Hashing Identity
    InputLayer IntegerLookup Lambda Layer LeakyReLU Masking MaxNumBoundingBoxes
    MaxPooling1D MaxPooling2D MaxPooling3D Maximum MelSpectrogram Minimum MixUp
    Multiply Normalization Permute Pipeline RandAugment RandomBrightness
    RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop
    RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur
    RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization
    RandomRotation RandomSaturation RandomSharpness RandomShear
    RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape Resizing
    Softmax Solarization SpatialDropout1D SpatialDropout2D SpatialDropout3D
    StringLookup Subtract TextVectorization UnitNormalization UpSampling1D
    UpSampling2D UpSampling3D Wrapper ZeroPadding1D ZeroPadding2D ZeroPadding3D
"""
WITHOUT_KERNELS = NAMES_WITHOUT_KERNELS.split()

# Before, its scale was of rank 1 whatever the axes.
if tuple(map(int, keras.__version__.split(".")[:2])) >= (3, 15):
    CASES += [(layers.RMSNormalization(axis=(1, 2)), [(4, 5)], {"scale": (0, 1)})]
else:
    WITHOUT_KERNELS += ["RMSNormalization"]


def model_of(layer: Any, input_shapes: list[tuple[int, ...]]) -> Any:
    inputs = [keras.Input(shape) for shape in input_shapes]
    return keras.Model(inputs, layer(*inputs))


def kept_axes(layer: Any, model: Any) -> Axes:
    """Axes of the kernels in a model of one layer, by path within the layer."""
    kernels = track(model).info.kernels
    return {k.path.removeprefix(f"{layer.name}/"): k.channel_axes for k in kernels}


@pytest.mark.parametrize(
    ("layer", "input_shapes", "axes"),
    CASES,
    ids=[type(layer).__name__ for layer, _, _ in CASES],
)
def test_axes_of_layer(
    layer: Any, input_shapes: list[tuple[int, ...]], axes: Axes
) -> None:
    model = model_of(layer, input_shapes)
    assert kept_axes(layer, model) == axes
    tracked = track(model)
    for kernel, variable in zip(tracked.info.kernels, tracked.variables, strict=True):
        values = keras.ops.convert_to_numpy(variable)
        others = tuple(set(range(values.ndim)) - set(kernel.channel_axes))
        norms = channel_norms(np, values, kernel.channel_axes)
        assert len(norms) == kernel.n_channels
        np.testing.assert_allclose(
            norms, np.ravel(np.sqrt(np.sum(np.square(values), axis=others))), rtol=1e-6
        )


def test_every_layer_of_keras_is_accounted_for() -> None:
    exported = {
        layer
        for _, layer in inspect.getmembers(layers, inspect.isclass)
        if issubclass(layer, layers.Layer)
    }
    tested = {
        type(part)
        for layer, _, _ in CASES
        for part in layer._flatten_layers()
        if type(part) in exported
    }
    others = [*FOREIGN, *WITHOUT_KERNELS]
    unaccounted = exported - tested - {getattr(layers, n, None) for n in others}
    assert {layer.__name__ for layer in unaccounted} == set()


def test_no_layer_is_accounted_for_twice() -> None:
    tested = {type(layer).__name__ for layer, _, _ in CASES}
    assert not tested & {*FOREIGN, *WITHOUT_KERNELS}


@pytest.mark.parametrize(
    ("layer", "input_shapes"),
    [
        (layers.BatchNormalization(), [(4, 5)]),
        (layers.GroupNormalization(-1), [(4, 6)]),
        (layers.Attention(use_scale=True), None),
        (layers.AdditiveAttention(), None),
        (layers.Normalization(), [(4, 5)]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_layers_with_weights_but_no_kernel(layer: Any, input_shapes: Any) -> None:
    if input_shapes is None:
        inputs = keras.Input((4, 5))
        layer([inputs, inputs])
    else:
        layer.build((None, *input_shapes[0]))
    assert layer.weights
    assert all(len(v.shape) < 2 for v in layer.trainable_variables)


@pytest.mark.parametrize(
    ("layer", "input_shapes", "axes"),
    [
        (
            layers.Dense(5, use_bias=False),
            [(4,)],
            {"lora_kernel_a": (1,), "lora_kernel_b": (1,)},
        ),
        (
            layers.Conv2D(5, 3, use_bias=False),
            [(6, 6, 2)],
            {"lora_kernel_a": (3,), "lora_kernel_b": (1,)},
        ),
        (
            layers.Embedding(7, 3),
            [(4,)],
            {"lora_embeddings_a": (1,), "lora_embeddings_b": (1,)},
        ),
        # The query of an attention layer: (model, head, key) from model.
        (
            layers.EinsumDense("abc,cde->abde", (None, 3, 5)),
            [(4, 6)],
            {"lora_kernel_a": (1, 2), "lora_kernel_b": (1,)},
        ),
        # Its output: (head, key, model) from head and key.
        (
            layers.EinsumDense("abcd,cde->abe", (None, 6)),
            [(4, 3, 5)],
            {"lora_kernel_a": (2,), "lora_kernel_b": (1,)},
        ),
        # The kernel's last axis is summed over: `b` comes first.
        (
            layers.EinsumDense("ab,cb->ac", 5),
            [(4,)],
            {"lora_kernel_a": (0,), "lora_kernel_b": (0,)},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_axes_of_the_factors_of_lora(
    layer: Any, input_shapes: list[tuple[int, ...]], axes: Axes
) -> None:
    model = model_of(layer, input_shapes)
    layer.enable_lora(2)
    assert kept_axes(layer, model) == axes


def test_pytorchs_kernels_keep_their_first_axis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The wrapper itself runs under Keras' PyTorch back end only.
    class Wrapped(layers.Layer):
        def build(self, input_shape: tuple[int, ...]) -> None:
            self.weight = self.add_weight(shape=(5, 3), name="weight")

        def call(self, inputs: Any) -> Any:
            return inputs

    monkeypatch.setattr(layers, "TorchModuleWrapper", Wrapped)
    layer = Wrapped()
    assert kept_axes(layer, model_of(layer, [(3,)])) == {"weight": (0,)}


def test_unknown_layer_keeps_the_last_axis() -> None:
    class Unknown(layers.Layer):
        def build(self, input_shape: tuple[int, ...]) -> None:
            self.weight = self.add_weight(shape=(2, 3, 4), name="weight")

        def call(self, inputs: Any) -> Any:
            return inputs

    layer = Unknown()
    assert kept_axes(layer, model_of(layer, [(5,)])) == {"weight": (2,)}


def test_layer_derived_from_one_of_keras_keeps_its_axes() -> None:
    class Derived(layers.Conv1DTranspose):
        pass

    layer = Derived(5, 3)
    assert kept_axes(layer, model_of(layer, [(6, 2)])) == {"kernel": (1,)}
