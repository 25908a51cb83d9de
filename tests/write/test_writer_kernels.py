"""The options on kernels, from the writer and the callback to what is read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.write.keras_callback import KernelNormCallback
from tb_wdnorm.write.writer import KernelNormWriter

OPTIONS: dict[str, Any] = {
    "include": ["lstm", "head"],
    "exclude": "*/recurrent_kernel",
    "groups": {"head": "output"},
    "targets": {"output": (0.5, 2)},
    "channel_axes": {"head": 0},
    "split_gates": True,
    "norm": "l1",
}


def sum_of_squares(kernel: Any, axis: tuple[int, ...]) -> Any:
    return np.sum(np.square(kernel), axis=axis)


@pytest.fixture
def model() -> Any:
    made = keras.Sequential(
        [
            keras.Input((4, 2)),
            layers.LSTM(3, name="lstm"),
            layers.Dense(3, name="hidden"),
            layers.Dense(2, name="head"),
        ]
    )
    made.compile(optimizer=keras.optimizers.SGD(0.25, weight_decay=0.004), loss="mse")
    return made


def written(logdir: Path, model: Any, **options: Any) -> RunFrames:
    with KernelNormWriter(logdir, model, **options) as norms:
        norms.write(0)
    return read_logdir(logdir)["."]


def fitted(logdir: Path, model: Any, **options: Any) -> RunFrames:
    callback = KernelNormCallback(logdir, **options)
    batch = np.ones((1, 4, 2)), np.ones((1, 2))
    model.fit(*batch, verbose=0, callbacks=[callback])
    assert not callback.failed
    return read_logdir(logdir)["."]


def of_head(run: RunFrames, statistic: str) -> float:
    return float(run.column(statistic)[-1, run.paths.index("head/kernel")])


@pytest.mark.parametrize("write", [written, fitted])
def test_options_are_in_what_is_read_back(
    write: Callable[..., RunFrames], tmp_path: Path, model: Any
) -> None:
    run = write(tmp_path, model, **OPTIONS)
    assert run.paths == (
        *(f"lstm/lstm_cell/kernel/{gate}" for gate in "ifco"),
        "head/kernel",
    )
    assert [kernel.group for kernel in run.info.kernels] == [
        *(f"LSTM/kernel/{gate}" for gate in "ifco"),
        "output",
    ]
    assert run.info.kernels[-1].target == (0.5, 2)
    assert run.info.kernels[-1].channel_axes == (0,)
    assert run.info.norm == "l1"
    head = keras.ops.convert_to_numpy(model.get_layer("head").kernel)
    rows = np.sum(np.abs(head), axis=1)
    assert of_head(run, "mean") == pytest.approx(rows.mean(), rel=1e-6)
    assert of_head(run, "total") == pytest.approx(rows.sum(), rel=1e-6)


def test_gates_have_norms_of_their_own_and_the_training_state_of_their_kernel(
    tmp_path: Path, model: Any
) -> None:
    run = written(tmp_path, model, include="lstm", split_gates=True)
    cell = model.get_layer("lstm").cell
    parts = [
        part
        for kernel in (cell.kernel, cell.recurrent_kernel)
        for part in np.split(keras.ops.convert_to_numpy(kernel), 4, axis=1)
    ]
    np.testing.assert_allclose(
        run.column("max")[0],
        [np.linalg.norm(part, axis=0).max() for part in parts],
        rtol=1e-6,
    )
    assert run.column("weight_decay").tolist() == [[np.float32(0.004)] * 8]
    assert run.column("learning_rate").tolist() == [[0.25] * 8]


def test_norm_of_the_users_own(tmp_path: Path, model: Any) -> None:
    run = written(tmp_path, model, norm=sum_of_squares)
    head = keras.ops.convert_to_numpy(model.get_layer("head").kernel)
    assert run.info.norm == "sum_of_squares"
    squares = np.square(head).sum(axis=0)
    assert of_head(run, "max") == pytest.approx(squares.max(), rel=1e-6)
    assert of_head(run, "total") == pytest.approx(squares.sum(), rel=1e-6)


@pytest.mark.parametrize("norm", ["l1", "l2", "linf", "rms", sum_of_squares])
def test_channel_that_is_not_finite_is_counted(
    norm: Any, tmp_path: Path, model: Any
) -> None:
    model.get_layer("head").kernel.assign([[np.nan, 1], [0, 1], [0, 1]])
    run = written(tmp_path, model, norm=norm)
    assert of_head(run, "nonfinite") == 1
    assert np.isfinite(of_head(run, "mean"))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("include", 1.5),
        ("exclude", ""),
        ("groups", {"a": None}),
        ("targets", {"a": -1}),
        ("channel_axes", {"a": "b"}),
        ("split_gates", "lstm"),
        ("norm", "l3"),
    ],
)
def test_bad_options_are_errors_when_given(
    option: str, value: Any, tmp_path: Path, model: Any
) -> None:
    with pytest.raises(ValueError, match=f"^`{option}` must ") as from_callback:
        KernelNormCallback(tmp_path, **{option: value})
    with pytest.raises(ValueError, match=f"^`{option}` must ") as from_writer:
        KernelNormWriter(tmp_path, model, **{option: value})
    assert str(from_callback.value) == str(from_writer.value)
