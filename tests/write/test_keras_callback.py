"""The callback, in real trainings."""

from __future__ import annotations

import copy
import logging
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.write.frame import frame_values, kernel_statistics
from tb_wdnorm.write.keras_callback import KernelNormCallback
from tb_wdnorm.write.keras_model import track
from tb_wdnorm.write.writer import KernelNormWriter

MakeModel = Callable[..., Any]


def read_run(logdir: Path) -> RunFrames:
    return read_logdir(logdir)["."]


def every_batch(logdir: Path, **options: Any) -> KernelNormCallback:
    return KernelNormCallback(logdir, update_freq="batch", **options)


def fit(model: Any, *callbacks: Any, n_batches: int = 3, **options: Any) -> Any:
    """Trains on batches of one example, for 2 epochs by default."""
    x, y = np.ones((n_batches, 3)), np.ones((n_batches, 2))
    options = {"batch_size": 1, "epochs": 2, "verbose": 0} | options
    return model.fit(x, y, callbacks=list(callbacks), **options)


def kernel_frame(model: Any, *, epoch: float) -> npt.NDArray[np.float32]:
    return frame_values(
        track(model).info,
        [keras.ops.convert_to_numpy(layer.kernel) for layer in model.layers],
        epoch=epoch,
        learning_rate=0.01,
        log_shrink=0,
    )


def test_steps_go_from_before_the_first_update_to_the_last(
    tmp_path: Path, make_model: MakeModel
) -> None:
    fit(make_model(), every_batch(tmp_path))
    assert read_run(tmp_path).steps.tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_epochs_are_fractional(tmp_path: Path, make_model: MakeModel) -> None:
    fit(make_model(), every_batch(tmp_path))
    expected = np.array([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2], np.float32)
    assert read_run(tmp_path).epochs.tolist() == expected.tolist()


def test_first_frame_is_that_of_the_untrained_weights(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    untrained = kernel_frame(model, epoch=0)
    fit(model, KernelNormCallback(tmp_path))
    np.testing.assert_array_equal(read_run(tmp_path).values[0], untrained)


def test_last_frame_is_that_of_the_trained_weights(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    fit(model, KernelNormCallback(tmp_path))
    trained = kernel_frame(model, epoch=2)
    np.testing.assert_array_equal(read_run(tmp_path).values[-1], trained)


@pytest.mark.parametrize(
    ("update_freq", "steps"),
    [
        ("batch", [0, 1, 2, 3, 4, 5, 6]),
        ("epoch", [0, 3, 6]),
        (1, [0, 1, 2, 3, 4, 5, 6]),
        (2, [0, 2, 4, 6]),
        (3, [0, 3, 6]),
        (4, [0, 4, 6]),
        (100, [0, 6]),
    ],
)
def test_update_freq(
    tmp_path: Path, make_model: MakeModel, update_freq: Any, steps: list[int]
) -> None:
    fit(make_model(), KernelNormCallback(tmp_path, update_freq=update_freq))
    assert read_run(tmp_path).steps.tolist() == steps


def test_last_frame_between_two_that_were_due_has_its_epoch(
    tmp_path: Path, make_model: MakeModel
) -> None:
    fit(make_model(), KernelNormCallback(tmp_path, update_freq=4))
    assert read_run(tmp_path).epochs.tolist() == [0, np.float32(4 / 3), 2]


def test_several_batches_per_execution(tmp_path: Path, make_model: MakeModel) -> None:
    model = make_model(steps_per_execution=2)
    fit(model, every_batch(tmp_path), n_batches=4)
    run = read_run(tmp_path)
    assert run.steps.tolist() == [0, 2, 4, 6, 8]
    assert run.epochs.tolist() == [0, 0.5, 1, 1.5, 2]


# Keras is told by it how many batches there are.
@pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning")
def test_epoch_is_unknown_while_its_length_is(
    tmp_path: Path, make_model: MakeModel
) -> None:
    def batches() -> Iterator[tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
        for _ in range(2):
            yield np.ones((1, 3)), np.ones((1, 2))

    data = tf.data.Dataset.from_generator(
        batches,
        output_signature=(tf.TensorSpec((1, 3)), tf.TensorSpec((1, 2))),
    )
    model = make_model()
    callback = every_batch(tmp_path)
    model.fit(data, epochs=2, verbose=0, shuffle=False, callbacks=[callback])
    run = read_run(tmp_path)
    # Keras counts the batch that is not there as an update, the third.
    assert run.steps.tolist() == [0, 1, 2, 4, 5]
    np.testing.assert_array_equal(run.epochs, [0, np.nan, np.nan, 1.5, 2])


def test_resumed_training_continues_steps_and_epochs(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    fit(model, KernelNormCallback(tmp_path, update_freq="epoch"))
    fit(
        model,
        KernelNormCallback(tmp_path, update_freq="epoch"),
        initial_epoch=2,
        epochs=4,
    )
    run = read_run(tmp_path)
    assert run.steps.tolist() == [0, 3, 6, 9, 12]
    assert run.epochs.tolist() == [0, 1, 2, 3, 4]


def test_training_resumed_at_an_older_checkpoint_replaces_what_followed(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    fit(model, every_batch(tmp_path / "run"), epochs=1)
    model.save(tmp_path / "checkpoint.keras")
    fit(model, every_batch(tmp_path / "run"), initial_epoch=1, epochs=3)
    restored = keras.models.load_model(tmp_path / "checkpoint.keras")
    fit(restored, every_batch(tmp_path / "run"), initial_epoch=1, epochs=2)
    run = read_logdir(tmp_path)["run"]
    assert run.steps.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert run.epochs[-1] == 2


def test_one_callback_serves_several_fits(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    callback = every_batch(tmp_path)
    fit(model, callback, epochs=1)
    fit(model, callback, initial_epoch=1, epochs=2)
    run = read_run(tmp_path)
    assert run.steps.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert run.epochs[-1] == 2


def tensorboards(logdir: Path) -> EventAccumulator:
    """The log as TensorBoard's own reader has it."""
    accumulator = EventAccumulator(str(logdir))
    accumulator.Reload()
    return accumulator


@pytest.mark.parametrize("statistic", ["mean", "max"])
@pytest.mark.parametrize("kernel", ["hidden/kernel", "head/kernel"])
def test_scalars_are_in_tensorboards_own_reader(
    tmp_path: Path, make_model: MakeModel, kernel: str, statistic: str
) -> None:
    fit(make_model(), KernelNormCallback(tmp_path))
    events = tensorboards(tmp_path).Scalars(f"kernel_norms/{kernel}/{statistic}")
    run = read_run(tmp_path)
    column = run.column(statistic)[:, run.paths.index(kernel)]
    assert [event.step for event in events] == run.steps.tolist()
    assert [event.value for event in events] == column.tolist()


def test_scalars_can_be_left_out(tmp_path: Path, make_model: MakeModel) -> None:
    fit(make_model(), KernelNormCallback(tmp_path, scalars=False))
    assert tensorboards(tmp_path).Tags()["scalars"] == []


def test_tags_begin_with_the_name(tmp_path: Path, make_model: MakeModel) -> None:
    fit(make_model(), KernelNormCallback(tmp_path, name="weights/norms"))
    tags = tensorboards(tmp_path).Tags()
    assert len(tags["scalars"]) == 4
    assert len(tags["tensors"]) == 4
    for tag in tags["scalars"] + tags["tensors"]:
        assert tag.startswith("weights/norms/")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"log_dir": ""},
            "`logdir` must be the path of a directory. Received: ''",
        ),
        (
            {"update_freq": 0},
            (
                "`update_freq` must be 'auto', 'batch', 'epoch' or a whole number "
                "of batches, 1 or more. Received: 0"
            ),
        ),
        (
            {"name": "norms/"},
            (
                "`name` must be a tag that neither begins nor ends with '/'. "
                "Received: 'norms/'"
            ),
        ),
        ({"flush_secs": 0}, "`flush_secs` must be a number above 0. Received: 0"),
        ({"scalars": "x"}, "`scalars` must be True or False. Received: 'x'"),
        ({"histograms": 3}, "`histograms` must be True or False. Received: 3"),
        (
            {"max_overhead": "x"},
            (
                "`max_overhead` must be a share of the training time, above 0 and up "
                "to 1. Received: 'x'"
            ),
        ),
    ],
)
def test_bad_argument_is_an_error_at_construction(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        KernelNormCallback(**{"log_dir": tmp_path} | options)
    assert str(raised.value) == message


def test_log_dir_that_is_a_file_is_an_error_at_construction(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(OSError, match="must be a directory that can be created"):
        KernelNormCallback(path)


def fit_without_kernels(callback: KernelNormCallback) -> Any:
    """Trains a model that cannot be logged; returns its history."""
    layers = [keras.Input((3,)), keras.layers.BatchNormalization()]
    model = keras.Sequential(layers, name="scales")
    model.compile(optimizer="sgd", loss="mse")
    x = np.ones((3, 3))
    return model.fit(x, x, batch_size=1, epochs=2, verbose=0, callbacks=[callback])


def test_training_that_cannot_be_logged_goes_on(tmp_path: Path) -> None:
    history = fit_without_kernels(KernelNormCallback(tmp_path))
    assert len(history.history["loss"]) == 2
    assert int(history.model.optimizer.iterations) == 6


def test_training_that_cannot_be_logged_is_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fit_without_kernels(KernelNormCallback(tmp_path))
    message = (
        "tb_wdnorm: no more channel norms are logged, the training goes on. "
        "NoKernelError: `model` must have a trainable variable of rank 2 or more. "
        "Received: 'scales' with 2 trainable variables, all of rank 0 or 1"
    )
    module = "tb_wdnorm.write.keras_callback"
    assert caplog.record_tuples == [(module, logging.WARNING, message)]


def test_callback_that_cannot_log_says_so(tmp_path: Path) -> None:
    callback = KernelNormCallback(tmp_path)
    fit_without_kernels(callback)
    assert callback.failed


class Reference(keras.callbacks.Callback):
    """Copies the weights after every update, while training waits."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[npt.NDArray[np.float32]] = []

    def _copy(self) -> None:
        tracked = track(self.model)
        arrays = [np.array(keras.ops.convert_to_numpy(v)) for v in tracked.variables]
        self.values.extend(kernel_statistics(tracked.info, [arrays]))

    def on_train_begin(self, logs: Any = None) -> None:
        self._copy()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._copy()


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_frames_are_of_the_weights_at_their_step(
    tmp_path: Path, make_model: MakeModel, optimizer: str, jit_compile: bool
) -> None:
    model = make_model(optimizer=optimizer, jit_compile=jit_compile)
    reference = Reference()
    fit(model, every_batch(tmp_path), reference, n_batches=10)
    run = read_run(tmp_path)
    expected = np.stack(reference.values)
    np.testing.assert_array_equal(run.column("mean"), expected[:, :, 0])
    np.testing.assert_array_equal(run.edges, expected[:, :, -33:])


def test_batches_per_execution_that_leave_a_rest(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model(steps_per_execution=3)
    fit(model, every_batch(tmp_path), n_batches=7, epochs=1)
    assert read_run(tmp_path).steps.tolist() == [0, 3, 6, 7]


def test_auto_writes_the_first_and_the_last_step(
    tmp_path: Path, make_model: MakeModel
) -> None:
    # So dear that no other frame is due.
    callback = KernelNormCallback(tmp_path, max_overhead=1e-9)
    fit(make_model(), callback)
    assert read_run(tmp_path).steps.tolist() == [0, 6]


def test_auto_spreads_frames_over_the_epochs_to_come(
    tmp_path: Path, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tb_wdnorm.write.cadence.N_FRAMES", 5)
    # Of 4 epochs one is over: 3 · 10 steps remain, a frame every 6.
    callback = KernelNormCallback(tmp_path, max_overhead=1)
    monkeypatch.setattr(KernelNormWriter, "busy_s", 0.0)
    fit(make_model(), callback, n_batches=10, initial_epoch=1, epochs=4)
    assert read_run(tmp_path).steps.tolist() == [0, 6, 12, 18, 24, 30]


class Idle(keras.callbacks.Callback):
    """Adds up ln of what the kernel's norm is multiplied by in each update."""

    def __init__(self) -> None:
        super().__init__()
        self.norms: list[float] = []

    def _measure(self) -> None:
        kernel = keras.ops.convert_to_numpy(self.model.layers[0].kernel)
        self.norms.append(float(np.linalg.norm(kernel.astype(np.float64))))

    def on_train_begin(self, logs: Any = None) -> None:
        self._measure()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._measure()

    @property
    def log_shrink(self) -> npt.NDArray[np.float64]:
        return np.log(np.array(self.norms) / self.norms[0])


def idle_fit(optimizer: Any, *callbacks: Any, **options: Any) -> Idle:
    """Trains without a gradient from the data; returns how the norm shrank."""
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2, use_bias=False, name="head")]
    )
    model.compile(optimizer=optimizer, loss="mse")
    idle = Idle()
    options = {"batch_size": 1, "epochs": 3, "verbose": 0} | options
    zeros = [np.zeros((4, 3)), np.zeros((4, 2))]
    model.fit(*zeros, callbacks=[*callbacks, idle], **options)
    return idle


# The tolerance below: each of 12 steps rounds to float32 thrice, half a unit.
ROUNDING = 12 * 2**-22


@pytest.mark.parametrize("update_freq", ["batch", 5, "epoch", 1000])
@pytest.mark.parametrize("listed", ["before", "after"])
def test_learning_rate_scheduler_is_followed(
    tmp_path: Path, update_freq: Any, listed: str
) -> None:
    norms = KernelNormCallback(tmp_path, update_freq=update_freq)
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch: 0.2 / (1 + epoch))
    callbacks = [scheduler, norms] if listed == "before" else [norms, scheduler]
    idle = idle_fit(keras.optimizers.SGD(0.05, weight_decay=0.1), *callbacks)
    run = read_run(tmp_path)
    np.testing.assert_allclose(
        run.column("log_shrink")[:, 0], idle.log_shrink[run.steps], atol=ROUNDING
    )
    assert idle.log_shrink[-1] < -0.1


def test_schedule_is_followed_between_frames(tmp_path: Path) -> None:
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, 6, alpha=0.1, warmup_target=0.2, warmup_steps=4
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.1)
    idle = idle_fit(optimizer, KernelNormCallback(tmp_path, update_freq=5))
    run = read_run(tmp_path)
    assert run.steps.tolist() == [0, 5, 10, 12]
    np.testing.assert_allclose(
        run.column("log_shrink")[:, 0], idle.log_shrink[run.steps], atol=ROUNDING
    )


def test_coefficients_in_force_are_columns(tmp_path: Path) -> None:
    idle_fit(keras.optimizers.SGD(0.1, weight_decay=0.25), every_batch(tmp_path))
    run = read_run(tmp_path)
    assert set(run.column("weight_decay")[:, 0].tolist()) == {0.25}
    assert set(run.column("l2")[:, 0].tolist()) == {0.0}


@pytest.mark.parametrize(
    ("weight_decay", "label", "strength"),
    [
        (None, "l2=2e-4", 2e-4),
        (2e-3, "weight_decay=0.002", 2e-3),
        (0, "none", 0.0),
        ("as in the paper", "as in the paper", 2e-4),
    ],
)
def test_weight_decay_names_the_run(
    tmp_path: Path, weight_decay: Any, label: str, strength: float
) -> None:
    layer = keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L2(2e-4))
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile(optimizer="sgd", loss="mse")
    fit(model, KernelNormCallback(tmp_path, weight_decay=weight_decay))
    info = read_run(tmp_path).info
    assert (info.label, info.decay_strength) == (label, strength)


def test_runs_are_in_the_order_of_the_numbers_given(
    tmp_path: Path, make_model: MakeModel
) -> None:
    for name, weight_decay in (("a", 0.3), ("b", 0.0), ("c", 0.1)):
        callback = KernelNormCallback(tmp_path / name, weight_decay=weight_decay)
        fit(make_model(), callback, epochs=1)
    assert list(read_logdir(tmp_path)) == ["b", "c", "a"]


class Freeze(keras.callbacks.Callback):
    """Freezes a layer for the second of three epochs."""

    def __init__(self, layer: str) -> None:
        super().__init__()
        self._layer = layer

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.get_layer(self._layer).trainable = epoch != 0


def test_layer_frozen_for_an_epoch_is_missing_there(
    tmp_path: Path, make_model: MakeModel
) -> None:
    callback = KernelNormCallback(tmp_path, update_freq="epoch")
    fit(make_model(), Freeze("hidden"), callback, epochs=3)
    run = read_run(tmp_path)
    assert run.paths == ("hidden/kernel", "head/kernel")
    assert run.steps.tolist() == [0, 3, 6, 9]
    means = run.column("mean")
    assert np.isnan(means).tolist() == [
        [False, False],
        [False, False],
        [True, False],
        [False, False],
    ]


@pytest.mark.parametrize(
    ("layers", "include"), [(["hidden"], "hidden"), (["hidden", "head"], None)]
)
def test_all_kernels_frozen_for_an_epoch_are_missing_there(
    tmp_path: Path, make_model: MakeModel, layers: list[str], include: str | None
) -> None:
    callback = every_batch(tmp_path, include=include)
    fit(make_model(), *map(Freeze, layers), callback, epochs=3)
    assert not callback.failed
    assert read_run(tmp_path).steps.tolist() == [0, 1, 2, 3, 7, 8, 9]


def test_log_shrink_stands_still_while_all_kernels_are_frozen(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model(optimizer=keras.optimizers.SGD(0.5, weight_decay=0.5))
    callback = every_batch(tmp_path, include="hidden")
    fit(model, Freeze("hidden"), callback, epochs=3)
    n_updates = [0, 1, 2, 3, 4, 5, 6]
    # Once more rounded to float32.
    np.testing.assert_allclose(
        read_run(tmp_path).column("log_shrink")[:, 0],
        np.log(0.75) * np.array(n_updates),
        rtol=1e-6,
    )


def test_layer_frozen_between_fits_is_a_new_tag(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    callback = KernelNormCallback(tmp_path, update_freq=1000, scalars=False)
    fit(model, callback, epochs=1)
    model.get_layer("hidden").trainable = False
    model.compile(optimizer=model.optimizer, loss="mse")
    fit(model, callback, epochs=1)
    tags = {tag.split("/")[1] for tag in tensorboards(tmp_path).Tags()["tensors"]}
    assert len(tags) == 2
    run = read_run(tmp_path)
    assert run.steps.tolist() == [0, 3, 6]
    hidden = run.column("mean")[:, run.paths.index("hidden/kernel")]
    assert np.isnan(hidden).tolist() == [False, True, True]


def test_log_shrink_goes_on_when_kernels_change(
    tmp_path: Path, make_model: MakeModel
) -> None:
    optimizer = keras.optimizers.SGD(0.5, weight_decay=0.5)
    model = make_model(optimizer=optimizer)
    callback = KernelNormCallback(tmp_path, update_freq="epoch")
    fit(model, Freeze("hidden"), callback, epochs=3)
    run = read_run(tmp_path)
    head = run.column("log_shrink")[:, run.paths.index("head/kernel")]
    # Once more rounded to float32.
    np.testing.assert_allclose(head, np.log(0.75) * run.steps, rtol=1e-6)


def test_log_shrink_counts_updates_before_kernels_change_that_have_no_frame(
    tmp_path: Path, make_model: MakeModel
) -> None:
    optimizer = keras.optimizers.SGD(0.5, weight_decay=0.5)
    model = make_model(optimizer=optimizer)
    callback = KernelNormCallback(tmp_path, update_freq=1000)
    fit(model, Freeze("hidden"), callback, epochs=3)
    run = read_run(tmp_path)
    assert run.steps.tolist() == [0, 9]
    rows = [run.paths.index(f"{layer}/kernel") for layer in ("hidden", "head")]
    # The hidden layer is frozen for three of nine updates.
    np.testing.assert_allclose(
        run.column("log_shrink")[-1, rows], np.log(0.75) * np.array([6, 9]), rtol=1e-6
    )


class Net(keras.Model):
    """A subclassed model, which Keras builds with the first batch."""

    def __init__(self) -> None:
        super().__init__()
        self.head = keras.layers.Dense(2, name="head")

    def call(self, inputs: Any) -> Any:
        return self.head(inputs)


@pytest.mark.parametrize(
    "make", [Net, lambda: keras.Sequential([keras.layers.Dense(2, name="head")])]
)
def test_model_built_by_the_first_batch_is_logged_from_there(
    tmp_path: Path, make: Callable[[], Any]
) -> None:
    model = make()
    model.compile(optimizer="sgd", loss="mse")
    fit(model, every_batch(tmp_path))
    run = read_run(tmp_path)
    assert run.steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert [path.split("/")[-2:] for path in run.paths] == [["head", "kernel"]]


@pytest.mark.parametrize("copying", [pickle.dumps, copy.copy, copy.deepcopy])
def test_copying_says_what_to_do_instead(
    tmp_path: Path, copying: Callable[[Any], Any]
) -> None:
    with pytest.raises(TypeError) as raised:
        copying(KernelNormCallback(tmp_path))
    assert str(raised.value) == (
        "KernelNormCallback cannot be pickled or copied: it belongs to one process "
        "and one event file. Make a new one with the same arguments"
    )


def test_histograms_are_in_tensorboards_own_reader(
    tmp_path: Path, make_model: MakeModel
) -> None:
    fit(make_model(), every_batch(tmp_path, histograms=True))
    events = tensorboards(tmp_path).Tensors("kernel_norms/hidden/kernel")
    assert [event.step for event in events] == [0, 1, 2, 3, 4, 5, 6]


def test_overhead_out_of_range_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        KernelNormCallback(tmp_path, max_overhead=0)
    assert str(raised.value) == (
        "`max_overhead` must be a share of the training time, above 0 and up to 1. "
        "Received: 0"
    )


@pytest.mark.parametrize(
    "weight_decay", [-0.1, float("nan"), float("inf"), True, [1], ""]
)
def test_label_that_is_neither_number_nor_words_is_an_error(
    tmp_path: Path, weight_decay: Any
) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        KernelNormCallback(tmp_path, weight_decay=weight_decay)
    assert str(raised.value) == (
        "`weight_decay` must be a number, finite and not negative, or words. "
        f"Received: {weight_decay!r}"
    )
