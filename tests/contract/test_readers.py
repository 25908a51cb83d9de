"""What the plugin makes of a log directory, under every reader of TensorBoard."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from tensorboard.compat.proto import summary_pb2, tensor_pb2, types_pb2
from tensorboard.data import server_ingester

from tb_wdnorm.core.frames import COLUMNS, EDGES, Frame, RunFrames
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.wire import FrameEncoder
from tb_wdnorm.write.event_file import EventFile
from tests.golden.make_golden import INFO as GOLDEN_INFO
from tests.tensorboard_server import Server, running_tensorboard

_GOLDEN = Path(__file__).parents[1] / "golden" / "frames_v1.tfevents"
_WAIT_S = 30
_N_FOREIGN_RUNS = 200
_N_FOREIGN_TAGS = 300

MakeRun = Callable[..., RunFrames]
WriteRun = Callable[[Path, RunFrames], Path]


@dataclasses.dataclass(frozen=True)
class Host:
    """A TensorBoard, and the log directory that it shows."""

    server: Server
    logdir: Path

    def wait_for(self, name: str, last_step: int | None) -> dict[str, Any]:
        """Waits until a run has got to a step, or is gone; returns what is listed."""
        deadline = time.monotonic() + _WAIT_S
        while True:
            runs = self.server.plugin("overview").json()["runs"]
            run: dict[str, Any] = next((r for r in runs if r["name"] == name), {})
            if run.get("last_step") == last_step:
                return run
            assert time.monotonic() < deadline, run
            time.sleep(0.1)

    def means(self, name: str, query: str = "") -> tuple[list[int], Any]:
        """The steps of a run, and its exact means `[kernels, points]`."""
        header, arrays = self.server.plugin(
            f"series?runs={identifier(name)}&max_points=10000&raw=true{query}"
        ).arrays()
        (run,) = header["runs"]
        return arrays[run["step"]].astype(int).tolist(), arrays[run["values"]][:, 0]


@pytest.fixture(scope="module")
def logs(
    tmp_path_factory: pytest.TempPathFactory, make_run: MakeRun, write_run: WriteRun
) -> Path:
    logdir = tmp_path_factory.mktemp("logs")
    write_run(logdir, make_run("long", range(700)))
    _write_other_plugins(logdir)

    write_run(logdir, _at(make_run("resumed", range(0, 101, 10), mean=1), 0))
    write_run(logdir, _at(make_run("resumed", range(50, 81, 10), mean=2), 1000))

    write_run(logdir, _at(make_run("changed", [0, 1], "a", "b", mean=[1, 2]), 0))
    changed = make_run("changed", [2, 3], "b", "c", l2=2e-4, mean=[3, 4])
    write_run(logdir, _at(changed, 1000))

    (logdir / "old").mkdir()
    shutil.copy(_GOLDEN, logdir / "old")
    write_run(logdir, _at(make_run("old", [300, 400], "new", mean=5), 2e9))
    return logdir


@pytest.fixture(
    scope="module",
    params=[
        "2.16, data server",
        "2.16, Python",
        "newest, data server",
        "newest, Python",
        "newest, remote",
    ],
)
def host(
    request: pytest.FixtureRequest, logs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    version, _, reader = request.param.partition(", ")
    logdir = shutil.copytree(logs, tmp_path_factory.mktemp("host") / "logs")
    options = {}
    if version == "2.16":
        options["python"] = request.getfixturevalue("oldest_python")
    with contextlib.ExitStack() as stack:
        if reader == "remote":
            address = stack.enter_context(_data_server(logdir))
            tensorboard = running_tensorboard(None, f"--grpc_data_provider={address}")
        else:
            fast = str(reader == "data server").lower()
            tensorboard = running_tensorboard(logdir, f"--load_fast={fast}", **options)
        server = stack.enter_context(tensorboard)
        host = Host(server, logdir)
        for name, last_step in (
            ("long", 699),
            ("resumed", 80),
            ("changed", 3),
            ("old", 400),
        ):
            host.wait_for(name, last_step)
        yield host


def test_only_runs_with_frames_are_listed(host: Host) -> None:
    listed = [run["name"] for run in host.server.plugin("overview").json()["runs"]]
    assert sorted(name for name in listed if not name.startswith("live/")) == [
        "changed",
        "long",
        "old",
        "resumed",
    ]


def test_500_frames_are_sampled_and_the_first_is_kept(host: Host) -> None:
    run = host.wait_for("long", 699)
    assert (run["n_frames"], run["first_step"]) == (501, 0)
    steps, means = host.means("long")
    assert (steps[0], steps[-1]) == (0, 699)
    np.testing.assert_array_equal(means, _logged_means(700)[:, steps])


def test_edges_of_a_sampled_frame_are_sampled_too(host: Host) -> None:
    header, arrays = host.server.plugin(
        f"series?runs={identifier('long')}&columns={','.join(EDGES)}"
        "&max_points=10000&raw=true"
    ).arrays()
    (run,) = header["runs"]
    steps = arrays[run["step"]].astype(int)
    assert len(steps) == 501
    np.testing.assert_array_equal(
        arrays[run["values"]][0], _logged_edges(700)[:, steps]
    )


def test_training_resumed_at_an_older_step_replaces_what_follows(host: Host) -> None:
    steps, means = host.means("resumed")
    assert steps == [0, 10, 20, 30, 40, 50, 60, 70, 80]
    assert means.tolist() == [[1, 1, 1, 1, 1, 2, 2, 2, 2]]


def test_tags_of_a_run_whose_kernels_and_decay_changed_are_joined(host: Host) -> None:
    run = host.wait_for("changed", 3)
    assert run["kernels"] == [identifier(path) for path in "bca"]
    assert run["label"] == "l2=2e-4"
    steps, means = host.means("changed")
    assert steps == [0, 1, 2, 3]
    nan = np.nan
    np.testing.assert_array_equal(
        means, [[2, 2, 3, 3], [nan, nan, 4, 4], [1, 1, nan, nan]]
    )


def test_frames_of_format_version_1_are_joined(host: Host) -> None:
    golden_paths = [kernel.path for kernel in GOLDEN_INFO.kernels]
    run = host.wait_for("old", 400)
    assert run["kernels"] == [identifier(path) for path in ["new", *golden_paths]]
    steps, means = host.means("old")
    assert steps == [0, 1, 200, 300, 400]
    nan = np.nan
    np.testing.assert_array_equal(
        means,
        [[nan, nan, nan, 5, 5], [0, 1, 2, nan, nan], [5.5, 6.5, 7.5, nan, nan]],
    )


def test_run_that_grows_is_continued(host: Host, make_run: MakeRun) -> None:
    run = make_run("live/grows", range(6), mean=np.arange(6)[:, np.newaxis])
    file = EventFile(host.logdir / run.name)
    _append(file, run, range(3))
    before = host.wait_for(run.name, 2)
    _append(file, run, range(3, 6))
    after = host.wait_for(run.name, 5)
    file.close()
    assert after["generation"] == before["generation"]
    steps, means = host.means(run.name, "&since=2")
    assert (steps, means.tolist()) == ([3, 4, 5], [[3, 4, 5]])


def test_run_that_is_restarted_is_of_a_new_generation(
    host: Host, make_run: MakeRun, write_run: WriteRun
) -> None:
    write_run(host.logdir, _at(make_run("live/restarted", range(10), mean=1), 0))
    before = host.wait_for("live/restarted", 9)
    write_run(host.logdir, _at(make_run("live/restarted", [5, 6, 7], mean=2), 1000))
    after = host.wait_for("live/restarted", 7)
    assert after["generation"] != before["generation"]
    steps, means = host.means("live/restarted")
    assert steps == [0, 1, 2, 3, 4, 5, 6, 7]
    assert means.tolist() == [[1, 1, 1, 1, 1, 2, 2, 2]]


def test_runs_come_and_go(host: Host, make_run: MakeRun, write_run: WriteRun) -> None:
    write_run(host.logdir, make_run("live/comes", [0, 1]))
    host.wait_for("live/comes", 1)
    shutil.rmtree(host.logdir / "live" / "comes")
    host.wait_for("live/comes", None)


def test_runs_of_a_logdir_spec_have_their_names(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    write_run(tmp_path / "first", make_run(".", [0, 1]))
    write_run(tmp_path / "second", make_run("below", [0, 1, 2]))
    spec = f"--logdir_spec=a:{tmp_path / 'first'},b:{tmp_path / 'second'}"
    with running_tensorboard(None, spec) as server:
        server.wait_for_frames({"a/.": 1, "b/below": 2})


def _logged_means(n_frames: int) -> npt.NDArray[np.float32]:
    """What `make_run` logs of one kernel; `[1, frames]`."""
    return (np.arange(n_frames) * len(COLUMNS) / 8).astype(np.float32)[np.newaxis]


def _logged_edges(n_frames: int) -> npt.NDArray[np.float32]:
    """What `make_run` logs of one kernel; `[edges, frames]`."""
    numbers = np.arange(n_frames * len(COLUMNS)).reshape(n_frames, -1) / 8
    return numbers[:, COLUMNS.index(EDGES[0]) :].astype(np.float32).T


def _at(run: RunFrames, began_s: float) -> RunFrames:
    """The same run, logged at another time."""
    return dataclasses.replace(
        run, wall_times_s=began_s + np.arange(1.0, len(run.steps) + 1)
    )


def _append(file: EventFile, run: RunFrames, frames: range) -> None:
    encoder = FrameEncoder(run.info)
    for t in frames:
        step, wall_time_s = int(run.steps[t]), float(run.wall_times_s[t])
        frame = Frame(step, wall_time_s, run.values[t])
        file.write(encoder.summary(frame, n_before=t), step, wall_time_s)
    file.flush()


def _write_other_plugins(logdir: Path) -> None:
    """Many runs with no frame, and many tags beside the frames of the run `long`."""
    scalar = summary_pb2.Summary.Value(tag="loss", simple_value=1)
    for number in range(_N_FOREIGN_RUNS):
        file = EventFile(logdir / f"foreign/{number}")
        file.write(summary_pb2.Summary(value=[scalar]), 0, 1)
        file.close()
    file = EventFile(logdir / "long")
    file.write(
        summary_pb2.Summary(
            value=[
                summary_pb2.Summary.Value(
                    tag=f"kernel_norms/{number}",
                    tensor=tensor_pb2.TensorProto(
                        dtype=types_pb2.DT_FLOAT, float_val=[1]
                    ),
                    metadata=summary_pb2.SummaryMetadata(
                        plugin_data=summary_pb2.SummaryMetadata.PluginData(
                            plugin_name="another", content=b"\xff"
                        ),
                        data_class=summary_pb2.DATA_CLASS_TENSOR,
                    ),
                )
                for number in range(_N_FOREIGN_TAGS)
            ]
        ),
        0,
        1,
    )
    file.close()


@contextlib.contextmanager
def _data_server(logdir: Path) -> Iterator[str]:
    """Runs TensorBoard's data server; gives its address."""
    binary = server_ingester.get_server_binary()
    port_file = logdir.parent / "port"
    process = subprocess.Popen(
        [
            binary.path,
            f"--logdir={logdir}",
            "--reload=1",
            "--samples-per-plugin=wdnorm=500",
            "--port=0",
            f"--port-file={port_file}",
            "--die-after-stdin",
        ],
        stdin=subprocess.PIPE,
    )
    assert process.stdin is not None
    try:
        deadline = time.monotonic() + _WAIT_S
        while not (port_file.exists() and port_file.read_text().endswith("\n")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"localhost:{int(port_file.read_text())}"
    finally:
        process.stdin.close()
        process.wait()
