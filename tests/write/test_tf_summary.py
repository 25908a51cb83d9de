"""The summary op, through real event files."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

from tb_wdnorm import read_logdir
from tb_wdnorm.core.frames import (
    OTHER_EDGES,
    SERIES_COLUMNS,
    Decay,
    RunFrames,
    column_index,
)
from tb_wdnorm.core.norm_kinds import NORMS
from tb_wdnorm.core.norms import channel_norms, statistics
from tb_wdnorm.summary import kernel_norms
from tb_wdnorm.write import tf_frame, tf_summary

# Both sum up to 72 squares in float32, TensorFlow in another order.
TOLERANCE = 1e-6

STATISTICS_AND_EDGES = [*range(6), *range(column_index("q0"), column_index("q32") + 1)]


@pytest.fixture
def kernels() -> dict[str, npt.NDArray[np.float32]]:
    generator = np.random.default_rng(0)
    return {
        "conv/kernel": generator.normal(size=(3, 3, 8, 50)).astype(np.float32),
        "dense/kernel": generator.normal(size=(7, 5)).astype(np.float32),
        "scale": generator.normal(size=4).astype(np.float32),
    }


def read(logdir: Path) -> RunFrames:
    return read_logdir(logdir)["."]


def write(logdir: Path, action: Callable[[], Any]) -> Any:
    """Runs an action with a default writer to a directory."""
    writer = tf.summary.create_file_writer(str(logdir))
    with writer.as_default():
        result = action()
    writer.close()
    return result


def written_tags(logdir: Path) -> list[str]:
    """Tags of all values, in the order in which they were written."""
    return [
        value.tag
        for file in sorted(logdir.glob("*tfevents*"))
        for event in tf.compat.v1.train.summary_iterator(str(file))
        for value in event.summary.value
    ]


def reference(
    kernel: npt.NDArray[np.floating[Any]], axes: tuple[int, ...], norm: str = "l2"
) -> npt.NDArray[np.floating[Any]]:
    with np.errstate(all="ignore"):
        norms = channel_norms(np, kernel, axes, NORMS[norm])
        return statistics(np, norms, NORMS[norm])


@pytest.mark.parametrize("norm", ["l1", "l2", "linf", "rms"])
@pytest.mark.parametrize("graph", [False, True], ids=["eager", "function"])
def test_values_are_those_of_numpy(
    kernels: dict[str, npt.NDArray[np.float32]],
    tmp_path: Path,
    norm: str,
    graph: bool,
) -> None:
    variables = {name: tf.Variable(kernel) for name, kernel in kernels.items()}

    def op() -> tf.Tensor:
        return kernel_norms("kernel_norms", variables, 7, norm=norm)

    written = write(tmp_path, tf.function(op) if graph else op)
    assert written.dtype == tf.bool
    assert bool(written) is True
    run = read(tmp_path)
    assert run.paths == ("conv/kernel", "dense/kernel", "scale")
    assert run.info.norm == norm
    assert run.info.label == "none"
    assert run.steps.tolist() == [7]
    for row, kernel, axis in zip(
        run.values[0], kernels.values(), (3, 1, 0), strict=True
    ):
        np.testing.assert_allclose(
            row[STATISTICS_AND_EDGES], reference(kernel, (axis,), norm), rtol=TOLERANCE
        )


def test_tensorboard_reads_the_frames(
    kernels: dict[str, npt.NDArray[np.float32]], tmp_path: Path
) -> None:
    def op() -> None:
        for step in range(3):
            kernel_norms("my/norms", kernels, step)

    write(tmp_path, op)
    accumulator = EventAccumulator(str(tmp_path), size_guidance={"tensors": 0})
    accumulator.Reload()
    tag, *others = sorted(accumulator.Tags()["tensors"])
    assert others == [f"{tag}/edges", f"{tag}/first", f"{tag}/first/edges"]
    assert tag.startswith("my/norms/")
    for each, steps in (
        *((tag, [1, 2]), (f"{tag}/edges", [1, 2])),
        *((f"{tag}/first", [0]), (f"{tag}/first/edges", [0])),
    ):
        events = accumulator.Tensors(each)
        assert [event.step for event in events] == steps
        metadata = accumulator.SummaryMetadata(each)
        assert metadata.plugin_data.plugin_name == "wdnorm"
    for each, columns in (
        (f"{tag}/first", SERIES_COLUMNS),
        (f"{tag}/first/edges", OTHER_EDGES),
    ):
        values = tensor_util.make_ndarray(accumulator.Tensors(each)[0].tensor_proto)
        positions = [column_index(name) for name in columns]
        np.testing.assert_array_equal(values, read(tmp_path).values[0][:, positions])


def test_function_writes_at_every_call_and_step(tmp_path: Path) -> None:
    kernel = tf.Variable(np.eye(3, dtype=np.float32), name="dense/kernel")

    @tf.function  # type: ignore[untyped-decorator]
    def train_step(step: tf.Tensor) -> None:
        kernel.assign_add(kernel)
        kernel_norms(
            "kernel_norms",
            [kernel],
            step,
            epoch=tf.cast(step, tf.float32) / 4,
            learning_rate=0.5,
        )

    def train() -> None:
        for step in range(4):
            train_step(tf.constant(step, tf.int64))

    write(tmp_path, train)
    run = read(tmp_path)
    assert run.paths == ("dense/kernel",)
    assert run.steps.tolist() == [0, 1, 2, 3]
    assert run.column("mean")[:, 0].tolist() == [2, 4, 8, 16]
    assert run.epochs.tolist() == [0, 0.25, 0.5, 0.75]
    assert run.column("learning_rate")[:, 0].tolist() == [0.5] * 4


def test_name_scopes_come_before_the_name(tmp_path: Path) -> None:
    def op() -> None:
        with tf.name_scope("encoder"):
            kernel_norms("kernel_norms", {"kernel": np.eye(2)}, 1)

    write(tmp_path, op)
    accumulator = EventAccumulator(str(tmp_path)).Reload()
    tags = accumulator.Tags()["tensors"]
    assert len(tags) == 2
    assert all(tag.startswith("encoder/kernel_norms/") for tag in tags)


def test_without_writer_nothing_is_written() -> None:
    assert bool(kernel_norms("kernel_norms", {"kernel": np.eye(2)}, 1)) is False
    assert bool(kernel_norms("kernel_norms", {"kernel": np.eye(2)})) is False


@pytest.mark.parametrize("graph", [False, True], ids=["eager", "function"])
def test_edges_are_written_before_the_frame_is_there(
    tmp_path: Path, graph: bool
) -> None:
    def op() -> tf.Tensor:
        return kernel_norms("kernel_norms", {"kernel": tf.eye(2)}, 1)

    write(tmp_path, tf.function(op) if graph else op)
    edges, series = written_tags(tmp_path)
    assert edges == f"{series}/edges"


@pytest.mark.parametrize("recorded", [False, True])
def test_norms_are_computed_once_if_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: bool
) -> None:
    computed = []

    def frame_of(*args: Any) -> tf.Tensor:
        computed.append(args)
        return tf_frame.frame_tensor(*args)

    monkeypatch.setattr(tf_summary, "frame_tensor", frame_of)

    def op() -> None:
        with tf.summary.record_if(recorded):
            kernel_norms("kernel_norms", {"kernel": tf.eye(2)}, 1)

    write(tmp_path, op)
    assert len(computed) == int(recorded)


@pytest.mark.parametrize("graph", [False, True], ids=["eager", "function"])
def test_record_if_false_writes_nothing(tmp_path: Path, graph: bool) -> None:
    def op() -> tf.Tensor:
        return kernel_norms("kernel_norms", {"kernel": tf.eye(2)}, 1)

    def unrecorded() -> tf.Tensor:
        with tf.summary.record_if(False):
            return (tf.function(op) if graph else op)()

    assert bool(write(tmp_path, unrecorded)) is False
    assert written_tags(tmp_path) == []


def test_record_if_condition_is_evaluated_at_each_step(tmp_path: Path) -> None:
    @tf.function  # type: ignore[untyped-decorator]
    def op(step: tf.Tensor) -> tf.Tensor:
        with tf.summary.record_if(tf.equal(step % 2, 0)):
            return kernel_norms("kernel_norms", {"kernel": tf.eye(2)}, step)

    def loop() -> list[bool]:
        return [bool(op(tf.constant(step, tf.int64))) for step in range(4)]

    assert write(tmp_path, loop) == [True, False, True, False]
    assert read(tmp_path).steps.tolist() == [0, 2]


@pytest.mark.parametrize("graph", [False, True], ids=["eager", "function"])
def test_step_is_the_one_set(tmp_path: Path, graph: bool) -> None:
    step = tf.Variable(0, dtype=tf.int64)

    def op() -> tf.Tensor:
        return kernel_norms("kernel_norms", {"kernel": tf.eye(2)})

    def loop() -> None:
        tf.summary.experimental.set_step(step)
        call = tf.function(op) if graph else op
        try:
            for _ in range(3):
                call()
                step.assign_add(5)
        finally:
            tf.summary.experimental.set_step(None)

    write(tmp_path, loop)
    assert read(tmp_path).steps.tolist() == [0, 5, 10]


def test_optimizer_iterations_are_a_step(tmp_path: Path) -> None:
    iterations = keras.optimizers.SGD().iterations
    write(tmp_path, lambda: kernel_norms("k", {"kernel": tf.eye(2)}, iterations))
    assert read(tmp_path).steps.tolist() == [0]


def test_missing_step_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        write(tmp_path, lambda: kernel_norms("kernel_norms", {"kernel": tf.eye(2)}))
    assert str(raised.value) == (
        "No step set. Please specify one either through the `step` argument or "
        "through tf.summary.experimental.set_step()"
    )


@pytest.mark.parametrize("dtype", [tf.bfloat16, tf.float16])
def test_low_precision_is_summed_in_float32(dtype: tf.DType, tmp_path: Path) -> None:
    # In bfloat16 a sum of ones ends at 256, in float16 at 2048.
    ones = tf.Variable(tf.ones((4096, 2), dtype))
    write(tmp_path, lambda: kernel_norms("kernel_norms", {"kernel": ones}, 0))
    run = read(tmp_path)
    assert run.column("mean").item() == 64
    assert run.column("total").item() == pytest.approx(math.sqrt(8192), rel=1e-7)


def test_float16_squares_do_not_overflow(tmp_path: Path) -> None:
    # 300² is beyond float16's largest number, 65 504.
    kernel = tf.fill((4, 2), tf.constant(300, tf.float16))
    write(tmp_path, lambda: kernel_norms("kernel_norms", {"kernel": kernel}, 0))
    assert read(tmp_path).column("max").item() == 600


def test_float64_is_summed_in_float64(tmp_path: Path) -> None:
    # Squares beyond float32's largest number, 3.4e38.
    kernel = tf.fill((4, 2), tf.constant(1e30, tf.float64))
    write(tmp_path, lambda: kernel_norms("kernel_norms", {"kernel": kernel}, 0))
    assert read(tmp_path).column("max").item() == np.float32(2e30)


def test_mixed_precision_model(tmp_path: Path) -> None:
    layer = keras.layers.Dense(
        3, kernel_initializer="ones", dtype=keras.DTypePolicy("mixed_bfloat16")
    )
    layer.build((None, 16))
    write(tmp_path, lambda: kernel_norms("kernel_norms", layer.weights[:1], 0))
    run = read(tmp_path)
    assert run.paths == (layer.kernel.path,)
    assert run.column("mean").item() == 4


def test_channels_that_are_not_finite_are_counted(tmp_path: Path) -> None:
    kernel = np.ones((4, 3), np.float32)
    kernel[0, 1], kernel[0, 2] = np.nan, np.inf
    write(
        tmp_path,
        lambda: kernel_norms("k", {"some": kernel, "all": kernel[:, 1:]}, 0),
    )
    run = read(tmp_path)
    assert run.column("nonfinite").tolist() == [[2, 2]]
    np.testing.assert_array_equal(run.column("mean"), [[2, np.nan]])


def test_metadata_says_what_the_user_said(tmp_path: Path) -> None:
    variables = {
        "a/depthwise/depthwise_kernel": tf.ones((3, 3, 4, 2)),
        "b/dense/kernel": tf.ones((3, 4)),
    }
    write(
        tmp_path,
        lambda: kernel_norms(
            "kernel_norms",
            variables,
            0,
            channel_axes={"a/depthwise/depthwise_kernel": (-1, 2)},
            groups={"b/*": "head"},
            targets={"head": (0.5, 2), "a/*": 1.5},
            decay={"b/dense/kernel": Decay(l2=1e-4, weight_decay=0.01)},
            log_shrink=[-1.5, -2.5],
        ),
    )
    run = read(tmp_path)
    first, second = run.info.kernels
    assert (first.layer, first.role) == ("depthwise", "depthwise_kernel")
    assert first.channel_axes == (2, 3)
    assert (first.group, first.target) == ("depthwise_kernel", (1.5, 1.5))
    assert (second.layer, second.role) == ("dense", "kernel")
    assert (second.group, second.target) == ("head", (0.5, 2))
    assert run.info.label == "l2=1e-4, weight_decay=0.01 | none"
    # λ is the coefficient in the gradient, 2ℓ.
    assert run.column("l2").tolist() == [[0, np.float32(2e-4)]]
    assert run.column("weight_decay").tolist() == [[0, np.float32(0.01)]]
    assert run.column("log_shrink").tolist() == [[-1.5, -2.5]]


def test_state_of_the_training_is_unknown_by_default(tmp_path: Path) -> None:
    write(tmp_path, lambda: kernel_norms("k", {"kernel": tf.eye(2)}, 0))
    run = read(tmp_path)
    for name in ("epoch", "learning_rate", "l2", "weight_decay", "log_shrink"):
        assert math.isnan(run.column(name).item())


def test_gradients_are_as_without_the_op(tmp_path: Path) -> None:
    kernel = tf.Variable(tf.eye(2))

    @tf.function  # type: ignore[untyped-decorator]
    def gradient() -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(kernel**2)
            kernel_norms("kernel_norms", {"kernel": kernel}, 0)
        return tape.gradient(loss, kernel)

    np.testing.assert_array_equal(write(tmp_path, gradient), 2 * np.eye(2))


def test_unmatched_pattern_is_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        kernel_norms("k", {"a": tf.eye(2)}, 0, groups={"unmatched/*": "b"})
    assert caplog.messages == [
        "tb_wdnorm: `groups` matches no kernel with 'unmatched/*'"
    ]


def of_unknown_shape(x: tf.Tensor) -> None:
    kernel_norms("k", {"a": x}, 0)


@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        (
            lambda: kernel_norms("k", {}, 0),
            ValueError,
            "`kernels` must hold one kernel or more. Received: none",
        ),
        (
            lambda: kernel_norms("k", [tf.eye(2)], 0),
            TypeError,
            (
                "`kernels` must be a mapping of names to arrays, or variables. "
                "Received: EagerTensor without a name"
            ),
        ),
        (
            lambda: kernel_norms(
                "k", [tf.Variable(1.0, name="a"), tf.Variable(1.0, name="a")], 0
            ),
            ValueError,
            (
                "`kernels` must have names that differ; a mapping gives them others. "
                "Received twice: 'a'"
            ),
        ),
        (
            lambda: kernel_norms("k", {"a": tf.constant(1.0)}, 0),
            ValueError,
            "`kernels` must be arrays of rank 1 or more. Received: 'a' of rank 0",
        ),
        (
            lambda: kernel_norms("k", {"a": tf.zeros((3, 0))}, 0),
            ValueError,
            "`kernels` must have one channel or more. Received: 'a' of shape [3, 0]",
        ),
        (
            lambda: kernel_norms("k", {"a": tf.constant([1, 2])}, 0),
            TypeError,
            "`kernels` must be floating-point. Received: 'a' of int32",
        ),
        (
            tf.function(
                of_unknown_shape,
                input_signature=[tf.TensorSpec([None, 2])],
                autograph=False,
            ).get_concrete_function,
            ValueError,
            "`kernels` must have a known shape. Received: 'a' of (None, 2)",
        ),
        (
            lambda: kernel_norms("k", {"a": tf.eye(2)}, 0, norm="l3"),
            ValueError,
            "`norm` must be one of 'l1', 'l2', 'linf', 'rms'. Received: 'l3'",
        ),
        (
            lambda: kernel_norms("k", {"a": tf.eye(2)}, 0, channel_axes={"a": 2}),
            ValueError,
            (
                "`channel_axes` must be distinct axes of the kernel 'a' of shape "
                "(2, 2). Received: 2"
            ),
        ),
        (
            lambda: kernel_norms("k", {"a": tf.eye(2)}, 0, decay={"b": Decay()}),
            ValueError,
            "`decay` must name kernels: a. Received: b",
        ),
        (
            lambda: kernel_norms("k", {"a": tf.eye(2)}, 0, targets={"a": (2, 1)}),
            ValueError,
            (
                "`targets` must map patterns (a layer's name, a kernel's path, a glob, "
                "a compiled regular expression or a layer's index) to norms or ranges "
                "(low, high), 0 ≤ low ≤ high < ∞. Received: {'a': (2, 1)}"
            ),
        ),
    ],
)
def test_bad_argument_is_an_error(
    action: Callable[[], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        action()
    assert str(raised.value) == message
