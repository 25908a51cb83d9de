"""From a model to an event file, in the background."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from keras.ops import convert_to_numpy

from tb_wdnorm.core.frames import Frame, RunFrames
from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.wire import FrameEncoder
from tb_wdnorm.write.frame import frame_values
from tb_wdnorm.write.keras_model import track
from tb_wdnorm.write.writer import KernelNormWriter

MakeModel = Callable[..., Any]

# Columns of norm 5, 13, 17 and 25, which float32 has exactly.
PYTHAGOREAN = np.array([[3, 5, 8, 7], [4, 12, 15, 24], [0, 0, 0, 0]], np.float32)

WRITE_WITHOUT_CLOSE = """
import sys
import keras
from tb_wdnorm import KernelNormWriter

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
norms = KernelNormWriter(sys.argv[1], model)
for step in range(100):
    norms.write(step)
"""


def read_run(logdir: Path) -> RunFrames:
    return read_logdir(logdir)["."]


def train(model: Any) -> None:
    model.train_on_batch(np.ones((1, 3)), np.ones((1, 2)))


def test_steps_and_norms_are_read_back(tmp_path: Path, make_model: MakeModel) -> None:
    model = make_model()
    with KernelNormWriter(tmp_path, model) as norms:
        for step in (0, 5, 1000):
            model.get_layer("hidden").kernel.assign((step + 1) * PYTHAGOREAN)
            norms.write(step)
    run = read_run(tmp_path)
    assert run.paths == ("hidden/kernel", "head/kernel")
    assert run.steps.tolist() == [0, 5, 1000]
    assert run.column("mean")[:, 0].tolist() == [15, 6 * 15, 1001 * 15]
    assert run.column("max")[:, 0].tolist() == [25, 6 * 25, 1001 * 25]
    assert run.column("min")[:, 0].tolist() == [5, 6 * 5, 1001 * 5]


def test_frames_are_those_of_the_weights_at_that_time(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    expected: list[npt.NDArray[np.float32]] = []
    with KernelNormWriter(tmp_path, model) as norms:
        for step in range(4):
            weights = [convert_to_numpy(layer.kernel) for layer in model.layers]
            expected.append(
                frame_values(
                    track(model).info, weights, learning_rate=0.01, log_shrink=0
                )
            )
            norms.write(step)
            train(model)
    np.testing.assert_array_equal(read_run(tmp_path).values, np.stack(expected))


def test_info_is_that_of_the_model(tmp_path: Path, make_model: MakeModel) -> None:
    model = make_model()
    with KernelNormWriter(tmp_path, model) as norms:
        norms.write(0)
    assert read_run(tmp_path).info == track(model).info


def test_epoch_and_learning_rate_are_read_back(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    with KernelNormWriter(tmp_path, model) as norms:
        norms.write(0, epoch=0)
        model.optimizer.learning_rate = 0.25
        norms.write(1, epoch=1.5)
        norms.write(2)
    run = read_run(tmp_path)
    np.testing.assert_array_equal(run.epochs, [0, 1.5, np.nan])
    rates = run.column("learning_rate")[:, 0]
    assert rates.tolist() == np.array([0.01, 0.25, 0.25], np.float32).tolist()


def test_model_that_is_not_compiled_is_written(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    model.optimizer = None
    with KernelNormWriter(tmp_path, model) as norms:
        norms.write(0)
    assert np.isnan(read_run(tmp_path).column("learning_rate")).all()


def test_step_written_again_is_replaced(tmp_path: Path, make_model: MakeModel) -> None:
    model = make_model()
    with KernelNormWriter(tmp_path, model) as norms:
        for step, factor in ((0, 1), (1, 2), (2, 3), (1, 4)):
            model.get_layer("hidden").kernel.assign(factor * PYTHAGOREAN)
            norms.write(step)
    run = read_run(tmp_path)
    assert run.steps.tolist() == [0, 1]
    assert run.column("mean")[:, 0].tolist() == [15, 4 * 15]


def test_second_writer_continues_the_run(tmp_path: Path, make_model: MakeModel) -> None:
    for first in (0, 3):
        with KernelNormWriter(tmp_path, make_model()) as norms:
            for step in range(first, first + 3):
                norms.write(step)
    assert read_run(tmp_path).steps.tolist() == [0, 1, 2, 3, 4, 5]


def test_run_pauses_while_all_kernels_are_frozen(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    with KernelNormWriter(tmp_path, model) as norms:
        norms.write(0)
        model.trainable = False
        norms.refresh()
        norms.write(1)
        model.trainable = True
        norms.refresh()
        norms.write(2)
    run = read_run(tmp_path)
    assert run.paths == ("hidden/kernel", "head/kernel")
    assert run.steps.tolist() == [0, 2]


def test_flush_brings_frames_to_the_disk(tmp_path: Path, make_model: MakeModel) -> None:
    norms = KernelNormWriter(tmp_path, make_model())
    norms.write(0)
    norms.flush()
    assert read_run(tmp_path).steps.tolist() == [0]
    norms.close()


def test_frame_is_on_the_disk_after_flush_secs(
    tmp_path: Path, make_model: MakeModel
) -> None:
    norms = KernelNormWriter(tmp_path, make_model(), flush_secs=0.01)
    for step in range(3):
        norms.write(step)
        deadline = time.monotonic() + 60
        while not is_written(tmp_path, step):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    norms.close()


def is_written(logdir: Path, step: int) -> bool:
    runs = read_logdir(logdir)
    return "." in runs and runs["."].steps[-1] == step


def test_writer_may_be_closed_twice(tmp_path: Path, make_model: MakeModel) -> None:
    norms = KernelNormWriter(tmp_path, make_model())
    norms.write(0)
    norms.close()
    norms.close()
    assert read_run(tmp_path).steps.tolist() == [0]


def test_closed_writer_may_be_flushed(tmp_path: Path, make_model: MakeModel) -> None:
    norms = KernelNormWriter(tmp_path, make_model())
    norms.write(0)
    norms.close()
    norms.flush()
    assert read_run(tmp_path).steps.tolist() == [0]


def test_error_in_the_loop_leaves_the_frames(
    tmp_path: Path, make_model: MakeModel
) -> None:
    def loop() -> None:
        with KernelNormWriter(tmp_path, make_model()) as norms:
            norms.write(0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loop()
    assert read_run(tmp_path).steps.tolist() == [0]


def test_forgotten_writer_closes_itself(tmp_path: Path, make_model: MakeModel) -> None:
    norms = KernelNormWriter(tmp_path, make_model())
    norms.write(0)
    del norms
    gc.collect()
    assert read_run(tmp_path).steps.tolist() == [0]


def test_writer_collected_in_its_own_thread_closes_itself(
    tmp_path: Path, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = FrameEncoder.summary
    dropped = threading.Event()

    def collect_and_encode(
        encoder: FrameEncoder, frame: Frame, *, n_before: int
    ) -> Any:
        dropped.wait()
        gc.collect()
        return encode(encoder, frame, n_before=n_before)

    monkeypatch.setattr(FrameEncoder, "summary", collect_and_encode)
    # Trainings that were interrupted may have left threads of theirs.
    others = set(threading.enumerate())
    norms = KernelNormWriter(tmp_path, make_model())
    (thread,) = set(threading.enumerate()) - others
    norms.write(0)
    cycle: list[Any] = [norms]
    cycle.append(cycle)
    del norms, cycle
    dropped.set()
    thread.join()
    assert read_run(tmp_path).steps.tolist() == [0]


def test_nothing_is_lost_at_exit_without_close(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", WRITE_WITHOUT_CLOSE, tmp_path], check=True)
    assert read_run(tmp_path).steps.tolist() == list(range(100))


def test_negative_step_is_an_error(tmp_path: Path, make_model: MakeModel) -> None:
    with KernelNormWriter(tmp_path, make_model()) as norms:
        with pytest.raises(ValueError) as raised:  # noqa: PT011 - see below
            norms.write(-1)
        assert str(raised.value) == "`step` must not be negative. Received: -1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"name": name},
            (
                "`name` must be a tag that neither begins nor ends with '/'. "
                f"Received: {name!r}"
            ),
        )
        for name in ("", "/", "/norms", "norms/", 5)
    ]
    + [
        (
            {"flush_secs": secs},
            f"`flush_secs` must be a number above 0. Received: {secs!r}",
        )
        for secs in (0, -1, float("nan"), "x")
    ],
)
def test_option_out_of_range_is_an_error(
    tmp_path: Path, make_model: MakeModel, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        KernelNormWriter(tmp_path, make_model(), **options)
    assert str(raised.value) == message


def test_model_that_cannot_be_tracked_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        KernelNormWriter(tmp_path / "run", "no model")
    assert not (tmp_path / "run").exists()
