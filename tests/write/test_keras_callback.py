"""The callback, in real trainings."""

from __future__ import annotations

import logging
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
from tb_wdnorm.write.frame import frame_values
from tb_wdnorm.write.keras_callback import KernelNormCallback
from tb_wdnorm.write.keras_model import track

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
    assert len(tags["tensors"]) == 2
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
        ({"flush_secs": 0}, "`flush_secs` must be above 0. Received: 0"),
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
        "ValueError: `model` must have a trainable variable of rank 2 or more. "
        "Received: 'scales' with 2 trainable variables, all of rank 0 or 1"
    )
    module = "tb_wdnorm.write.keras_callback"
    assert caplog.record_tuples == [(module, logging.WARNING, message)]


def test_callback_that_cannot_log_says_so(tmp_path: Path) -> None:
    callback = KernelNormCallback(tmp_path)
    fit_without_kernels(callback)
    assert callback.failed
