"""The plugin in a real TensorBoard, with each of its readers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import tb_wdnorm
from tb_wdnorm.core.frames import EDGES
from tb_wdnorm.serve.identifier import identifier
from tests.tensorboard_server import Server, StartServer, running_tensorboard

READERS = ["--load_fast=true", "--load_fast=false"]
PREFIXES = ["", "/some/prefix"]
LAST_STEPS = {f"wd={wd}": 1000 for wd in ("0", "2e-4", "2e-3", "2e-2")}


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=itertools.product(READERS, PREFIXES), ids=str)
def server(request: pytest.FixtureRequest, demo_logs: Path) -> Iterator[Server]:
    reader, prefix = request.param
    flags = (reader, f"--path_prefix={prefix}")
    with running_tensorboard(demo_logs, *flags) as server:
        assert server.url.endswith(prefix)
        server.wait_for_frames(LAST_STEPS)
        yield server


def test_tab_is_listed_and_enabled(server: Server) -> None:
    listed = server.get("data/plugins_listing").json()["wdnorm"]
    assert listed["tab_name"] == "Kernel Norms"
    assert listed["enabled"] is True


def test_page_is_served_for_ever_under_the_address_listed(server: Server) -> None:
    listed = server.get("data/plugins_listing").json()["wdnorm"]
    address = listed["loading_mechanism"]["module_path"]
    name = address.rpartition("/")[2]
    page = server.plugin(name)
    source = Path(tb_wdnorm.__file__).parent / "serve" / "static" / name
    assert page.body == source.read_bytes()
    assert page.headers["Cache-Control"] == "private, max-age=31536000"


def test_overview_orders_runs_by_decay(server: Server) -> None:
    overview = server.plugin("overview").json()
    assert [(r["name"], r["label"], r["decay"]) for r in overview["runs"]] == [
        ("wd=0", "none", 0),
        ("wd=2e-4", "l2=2e-4", 2e-4),
        ("wd=2e-3", "l2=0.002", 2e-3),
        ("wd=2e-2", "l2=0.02", 2e-2),
    ]
    assert overview["baseline"] == identifier("wd=0")


def test_500_frames_are_sampled_and_the_first_is_kept(server: Server) -> None:
    for run in server.plugin("overview").json()["runs"]:
        assert run["n_frames"] == 501
        assert (run["first_step"], run["last_step"]) == (0, 1000)


def test_series_are_the_logged_numbers(server: Server, demo_logs: Path) -> None:
    wanted = tb_wdnorm.read_logdir(demo_logs)["wd=2e-3"]
    header, arrays = server.plugin(
        f"series?runs={identifier('wd=2e-3')}&columns=mean,std&max_points=10000"
    ).arrays()
    (run,) = header["runs"]
    steps = arrays[run["step"]].astype(int)
    at = np.searchsorted(wanted.steps, steps)
    assert header["kernels"] == [identifier(path) for path in wanted.paths]
    for column, name in enumerate(["mean", "std"]):
        np.testing.assert_allclose(
            arrays[run["values"]][:, column],
            wanted.column(name)[at].T,
            rtol=2**-13,  # what the framing rounds to
        )
    np.testing.assert_allclose(arrays[run["epoch"]], steps / 200, rtol=2**-13)


def test_distributions_are_the_logged_edges(server: Server, demo_logs: Path) -> None:
    wanted = tb_wdnorm.read_logdir(demo_logs)["wd=0"]
    header, arrays = server.plugin(
        f"distributions?runs={identifier('wd=0')}&steps=0,1000"
    ).arrays()
    (run,) = header["runs"]
    assert arrays[run["step"]].tolist() == [0, 1000]
    edges = arrays[run["edges"]]
    assert edges.shape == (3, 2, len(EDGES))
    np.testing.assert_allclose(
        edges, wanted.edges[[0, -1]].transpose(1, 0, 2), rtol=2**-13
    )


def test_bad_parameter_is_a_sentence_with_status_400(server: Server) -> None:
    answer = server.plugin("series?max_points=1")
    assert answer.status == 400
    assert answer.body.decode() == (
        "Invalid argument: `max_points` must be a whole number from 3 to 10000. "
        "Received: '1'"
    )


def test_samples_that_the_user_asks_for_are_kept(
    reader: str, tensorboard: StartServer, demo_logs: Path
) -> None:
    server = tensorboard(demo_logs / "wd=0", reader, "--samples_per_plugin=wdnorm=20")
    (run,) = server.wait_for_frames({".": 1000})["runs"]
    assert run["n_frames"] == 21


def test_scalars_are_in_time_series(
    reader: str, tensorboard: StartServer, demo_logs: Path
) -> None:
    server = tensorboard(demo_logs, reader)
    server.wait_for_frames(LAST_STEPS)
    tags = server.get("data/plugin/scalars/tags").json()["wd=2e-3"]
    assert sorted(tags) == [
        f"kernel_norms/{layer}/kernel/{statistic}"
        for layer in ("bottleneck", "input", "output")
        for statistic in ("max", "mean")
    ]


def test_no_frames_is_an_empty_overview(
    reader: str, tensorboard: StartServer, tmp_path: Path
) -> None:
    server = tensorboard(tmp_path, reader)
    assert server.wait_for_frames({}) == {
        "runs": [],
        "kernels": [],
        "groups": [],
        "replicates": [],
        "baseline": None,
        "norm": "l2",
    }


def test_damaged_log_leaves_the_rest(
    reader: str, tensorboard: StartServer, demo_logs: Path, tmp_path: Path
) -> None:
    for name in ("wd=0", "wd=2e-4"):
        (source,) = (demo_logs / name).iterdir()
        content = source.read_bytes()
        (tmp_path / name).mkdir()
        cut = content[:-100] if name == "wd=0" else content
        (tmp_path / name / source.name).write_bytes(cut)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "events.out.tfevents.1.host").write_bytes(b"\xff" * 999)

    server = tensorboard(tmp_path, reader)
    server.wait_for_frames({"wd=0": 999, "wd=2e-4": 1000})


def test_frames_written_while_serving_appear(
    reader: str, tensorboard: StartServer, tmp_path: Path
) -> None:
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    server = tensorboard(tmp_path, reader)
    with tb_wdnorm.KernelNormWriter(tmp_path / "run", model) as norms:
        norms.write(0)
        norms.flush()
        server.wait_for_frames({"run": 0})
        norms.write(7)
        norms.flush()
        server.wait_for_frames({"run": 7})
