"""The plugin's routes in TensorBoard's application."""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard import errors
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import DATA_CLASS_TENSOR, Summary
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.summary.writer.record_writer import RecordWriter
from werkzeug.test import TestResponse

from tb_wdnorm.core.export import csv_lines, json_lines
from tb_wdnorm.core.frames import RunFrames, RunInfo
from tb_wdnorm.serve import query, server
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.serve.plugin import ROUTE_NAMES, KernelNormsLoader, KernelNormsPlugin
from tb_wdnorm.serve.routes import ROUTES
from tb_wdnorm.wire import encode_info
from tests.serve.memory_provider import MemoryProvider, MemoryTag
from tests.serve.wsgi_app import PAGE, App, LogdirApp

MakeRun = Callable[..., RunFrames]
WriteRun = Callable[[Path, RunFrames], Path]
Grow = Callable[..., None]

DATA_ROUTES = list(ROUTES)
KEPT_ROUTES = DATA_ROUTES[:-1]


@pytest.fixture
def logdir(tmp_path: Path, make_run: MakeRun, write_run: WriteRun) -> Path:
    """Runs `none` and `some`, of kernels `x` and `y` at steps 0, 1 and 2."""
    means = [[1], [2], [4]]
    write_run(tmp_path, make_run("none", [0, 1, 2], "x", "y", mean=means))
    write_run(tmp_path, make_run("some", [0, 1, 2], "x", "y", l2=2e-4, mean=means))
    return tmp_path


@pytest.fixture
def grow(logdir: Path, make_run: MakeRun, write_run: WriteRun) -> Grow:
    """Writes step 3 of a run."""

    def grow(name: str, **options: Any) -> None:
        file = write_run(logdir, make_run(name, [3], "x", "y", **options))
        # TensorBoard reads a run's files in the order of their names, which say
        # when they were begun, in seconds.
        file.rename(file.with_name("events.out.tfevents.9999999999.later"))

    return grow


@pytest.fixture
def app(logdir: Path) -> LogdirApp:
    return LogdirApp(logdir)


def overview(app: App) -> Any:
    response = app.get("overview")
    assert response.status_code == 200
    return json.loads(gzip.decompress(response.data))


def run_names(app: App) -> list[str]:
    return [run["name"] for run in overview(app)["runs"]]


def sentence(response: TestResponse) -> str:
    assert response.content_type == "text/plain; charset=utf-8"
    return gzip.decompress(response.data).decode()


def test_plugin_names_every_route() -> None:
    assert tuple(ROUTES) == ROUTE_NAMES


@pytest.mark.parametrize("route", [*DATA_ROUTES, PAGE])
def test_type_of_every_answer_is_not_to_be_guessed(app: LogdirApp, route: str) -> None:
    for asked in (route, f"{route}?x=1"):
        assert app.get(asked).headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("route", [*DATA_ROUTES, PAGE])
def test_unknown_parameter_is_refused(app: LogdirApp, route: str) -> None:
    response = app.get(f"{route}?colour=red")
    assert response.status_code == 400
    assert sentence(response).endswith(". Received: 'colour'")


@pytest.mark.parametrize("route", [*DATA_ROUTES, PAGE])
@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "OPTIONS", "DELETE"])
def test_other_methods_are_refused(app: LogdirApp, route: str, method: str) -> None:
    response = app.get(route, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if method != "HEAD":
        assert sentence(response) == f"Method must be GET. Received: {method}"


@pytest.mark.parametrize("route", KEPT_ROUTES)
def test_known_answer_is_not_sent_again(
    app: LogdirApp, route: str, caplog: pytest.LogCaptureFixture
) -> None:
    etag = app.get(route).headers["ETag"]
    response = app.get(route, headers={"If-None-Match": etag})
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == etag
    assert "Content-Length" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    # TensorBoard warns of answers without type.
    assert caplog.messages == []


@pytest.mark.parametrize("route", KEPT_ROUTES)
def test_answer_changes_its_etag_with_the_data(
    app: LogdirApp, route: str, grow: Grow
) -> None:
    etag = app.get(route).headers["ETag"]
    grow("some", l2=2e-4)
    app.reload()
    response = app.get(route, headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert response.headers["ETag"] != etag


def test_answer_about_other_runs_keeps_its_etag(app: LogdirApp, grow: Grow) -> None:
    route = f"series?runs={identifier('none')}"
    etag = app.get(route).headers["ETag"]
    grow("some", l2=2e-4)
    app.reload()
    assert app.get(route, headers={"If-None-Match": etag}).status_code == 304


def test_answer_changes_its_etag_with_the_baseline(app: LogdirApp, grow: Grow) -> None:
    route = f"series?runs={identifier('some')}&relative=baseline"
    etag = app.get(route).headers["ETag"]
    grow("none")
    app.reload()
    assert app.get(route).headers["ETag"] != etag


def test_overview_changes_its_etag_when_a_run_ends(
    app: LogdirApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    etags, growing = [], []
    for now_s in (1010.0, 2000.0):
        monkeypatch.setattr(
            "tb_wdnorm.serve.routes.time.time", lambda now_s=now_s: now_s
        )
        etags.append(app.get("overview").headers["ETag"])
        growing.append([run["growing"] for run in overview(app)["runs"]])
    assert growing == [[True, True], [False, False]]
    assert etags[0] != etags[1]


def test_parameters_are_part_of_the_etag(app: LogdirApp) -> None:
    asked = ["series", "series?columns=max", "series?columns=max&raw=true", "snapshot"]
    etags = {app.get(route).headers["ETag"] for route in asked}
    assert len(etags) == len(asked)


def test_order_of_parameters_does_not_matter(app: LogdirApp) -> None:
    one, other = (
        app.get(f"series?{query}").headers["ETag"]
        for query in ("raw=true&columns=max", "columns=max&raw=true")
    )
    assert one == other


def test_bad_parameter_of_a_known_answer_is_refused(app: LogdirApp) -> None:
    response = app.get("series?max_points=1", headers={"If-None-Match": "*"})
    assert response.status_code == 400


def test_client_that_knows_no_gzip_gets_none(app: LogdirApp) -> None:
    headers = {"Accept-Encoding": "identity"}
    response = app.get("overview", headers=headers)
    assert "Content-Encoding" not in response.headers
    assert json.loads(response.data) == overview(app)


def test_frames_that_do_not_fit_are_answered_all_the_same(logdir: Path) -> None:
    small, large = LogdirApp(logdir, wdnorm_cache_mb=0), LogdirApp(logdir)
    for route in ("series", "series?seeds=merge", "snapshot", "distributions"):
        assert small.get(route).data == large.get(route).data


def test_runs_are_added_and_deleted(
    app: LogdirApp, logdir: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    write_run(logdir, make_run("more", l2=2e-3))
    app.reload()
    assert run_names(app) == ["none", "some", "more"]
    shutil.rmtree(logdir / "some")
    assert run_names(LogdirApp(logdir)) == ["none", "more"]


def test_too_many_values_are_refused(
    app: LogdirApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of 2 runs, 2 kernels, 3 frames.
    monkeypatch.setattr(query, "MAX_VALUES", 12)
    assert app.get("series").status_code == 200
    assert app.get("series?columns=mean,max&since=1").status_code == 200
    for more in ("columns=mean,max", "seeds=merge"):
        response = app.get(f"series?{more}")
        assert response.status_code == 400
        assert sentence(response).startswith(
            "Invalid argument: `runs`, `kernels`, `columns` and `max_points` must ask "
            "for at most 12 values together. Received: "
        )


@pytest.mark.parametrize(
    ("route", "n_values"),
    [
        ("snapshot?columns=mean,max,min,std", 16),
        ("distributions", 140),
        ("distributions?steps=0,1", 280),
    ],
)
def test_too_many_values_at_moments_are_refused(
    app: LogdirApp, monkeypatch: pytest.MonkeyPatch, route: str, n_values: int
) -> None:
    monkeypatch.setattr(query, "MAX_VALUES", n_values)
    assert app.get(route).status_code == 200
    monkeypatch.setattr(query, "MAX_VALUES", n_values - 1)
    assert sentence(app.get(route)).endswith(f"Received: {n_values}")


def test_series_relative_to_the_baseline_of_the_overview(app: LogdirApp) -> None:
    asked = f"series?runs={identifier('some')}&relative=baseline"
    by_default = app.framed(asked).array("values")
    of_none = app.framed(f"{asked}&baseline={identifier('none')}").array("values")
    of_itself = app.framed(f"{asked}&baseline={identifier('some')}").array("values")
    np.testing.assert_array_equal(by_default, of_none)
    np.testing.assert_array_equal(of_itself, np.ones_like(of_itself))


def test_series_since_a_step_of_each_run(app: LogdirApp) -> None:
    got = app.framed("series?since=2,0")
    assert got.array("step", run=0).tolist() == []
    assert got.array("step", run=1).tolist() == [1, 2]


def test_series_of_seeds(
    app: LogdirApp, logdir: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    write_run(logdir, make_run("some more", [0, 1], "x", "y", l2=2e-4))
    app.reload()
    got = app.framed("series?seeds=merge")
    assert [run["runs"] for run in got.header["runs"]] == [
        [identifier("none")],
        [identifier("some"), identifier("some more")],
    ]
    assert got.array("n_runs", run=1).tolist() == [2, 2, 1]


def test_kernels_together_are_named_as_they_were_asked_for(app: LogdirApp) -> None:
    kernels = f"{identifier('y')}.{identifier('x')},{identifier('x')}"
    for route in ("series", "snapshot", "distributions"):
        header = app.framed(f"{route}?kernels={kernels}").header
        assert header["kernels"] == kernels.split(",")


@pytest.mark.parametrize(
    ("asked", "content_type", "lines"),
    [
        ("", "text/csv; charset=utf-8", csv_lines),
        ("?format=csv", "text/csv; charset=utf-8", csv_lines),
        ("?format=json", "application/json", json_lines),
    ],
)
def test_export_is_the_table_of_the_command(
    app: LogdirApp,
    logdir: Path,
    asked: str,
    content_type: str,
    lines: Callable[[Iterable[RunFrames]], Iterable[str]],
) -> None:
    response = app.get(f"export{asked}")
    assert response.text == "".join(lines(read_logdir(logdir).values()))
    assert response.content_type == content_type
    extension = asked.rpartition("=")[2] or "csv"
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="kernel_norms.{extension}"'
    )


def test_export_of_a_run_and_a_kernel(app: LogdirApp) -> None:
    asked = f"export?runs={identifier('some')}&kernels={identifier('y')}"
    rows = [line.split(",") for line in app.get(asked).text.splitlines()[1:]]
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("some", "0", "y"),
        ("some", "1", "y"),
        ("some", "2", "y"),
    ]


def test_export_is_sent_in_pieces(
    app: LogdirApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = app.get("export").data
    monkeypatch.setattr(server, "_CHUNK_BYTES", 100)
    pieces = list(app.get("export").iter_encoded())
    assert len(pieces) > 5
    assert b"".join(pieces) == whole


def test_export_that_is_read_slowly_holds_up_nobody(
    logdir: Path,
    grow: Grow,
    make_run: MakeRun,
    write_run: WriteRun,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, l2 in (("more", 2e-3), ("most", 2e-2)):
        write_run(logdir, make_run(name, [0, 1, 2], "x", "y", l2=l2))
    app = LogdirApp(logdir)
    monkeypatch.setattr(server, "_CHUNK_BYTES", 1)
    export = app.get("export").iter_encoded()
    lines = [next(export), next(export)]
    grow("none")
    grow("most", l2=2e-2)
    app.reload()
    for route in KEPT_ROUTES:
        assert app.get(route).status_code == 200
    lines += export
    # The last run was read after it had grown.
    assert [line.split(b",")[:2] for line in lines[1::2]] == [
        *([b"none", step] for step in (b"0", b"1", b"2")),
        *([b"some", step] for step in (b"0", b"1", b"2")),
        *([b"more", step] for step in (b"0", b"1", b"2")),
        *([b"most", step] for step in (b"0", b"1", b"2", b"3")),
    ]


class FailingProvider(MemoryProvider):
    """A provider of one run, which it cannot read."""

    def __init__(self, error: Exception, *, lists: bool = True) -> None:
        content = encode_info(RunInfo((), "l2", "none"))
        super().__init__({"deleted": {"tag": MemoryTag(content, [])}})
        self._error = error
        self._lists = lists

    def list_tensors(self, ctx: Any, **options: Any) -> Any:
        if not self._lists:
            raise self._error
        return super().list_tensors(ctx, **options)

    def list_runs(self, ctx: Any, **options: Any) -> Any:
        if not self._lists:
            raise self._error
        return super().list_runs(ctx, **options)

    def read_tensors(self, ctx: Any, **_: Any) -> Any:
        raise self._error


@pytest.mark.parametrize(
    "error", [errors.NotFoundError("deleted"), RuntimeError("deadline"), KeyError("a")]
)
def test_run_that_cannot_be_read_is_left_out(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    app = App(FailingProvider(error))
    for _ in range(3):
        assert run_names(app) == []
    assert caplog.record_tuples == [
        (
            "tb_wdnorm.serve.run_reader",
            logging.WARNING,
            f"tb_wdnorm: left out of run 'deleted', tag 'tag': {error!r}.",
        )
    ]


def test_refusal_of_the_provider_is_passed_on() -> None:
    error = errors.PermissionDeniedError("not your experiment")
    response = App(FailingProvider(error, lists=False)).get("overview")
    assert response.status_code == 403
    assert sentence(response) == "Permission denied: not your experiment"


def test_failure_of_the_provider_is_a_sentence() -> None:
    error = RuntimeError("the data server has died")
    response = App(FailingProvider(error, lists=False)).get("series")
    assert response.status_code == 503
    assert sentence(response) == (
        "TensorBoard cannot list its tensors: RuntimeError('the data server has died')"
    )


def test_run_that_cannot_be_listed_leaves_the_others(
    logdir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    value = Summary.Value(tag="no tensor")
    value.metadata.data_class = DATA_CLASS_TENSOR
    value.metadata.plugin_data.plugin_name = "wdnorm"
    (logdir / "bad").mkdir()
    writer = RecordWriter((logdir / "bad" / "events.out.tfevents.1").open("wb"))
    writer.write(Event(summary=Summary(value=[value])).SerializeToString())
    writer.close()
    app = LogdirApp(logdir)
    for _ in range(3):
        assert run_names(app) == ["none", "some"]
    message = (
        "tb_wdnorm: left out run 'bad': TensorBoard cannot list its tensors: "
        "KeyError('no tensor')."
    )
    assert caplog.messages == [message]


def test_experiment_is_any_text(app: LogdirApp) -> None:
    for number in range(40):
        assert app.get("overview", experiment=f"x{number}").status_code == 200


def cache_flag(*argv: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    KernelNormsLoader().define_flags(parser)
    return int(parser.parse_args(argv).wdnorm_cache_mb)


def test_cache_has_512_mb_by_default() -> None:
    assert cache_flag() == 512


@pytest.mark.parametrize("megabytes", [0, 1, 4096])
def test_cache_has_what_the_user_says(megabytes: int) -> None:
    assert cache_flag(f"--wdnorm_cache_mb={megabytes}") == megabytes


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "", "9" * 10])
def test_other_size_of_the_cache_is_an_error(text: str) -> None:
    with pytest.raises(argparse.ArgumentError) as raised:
        cache_flag(f"--wdnorm_cache_mb={text}")
    assert str(raised.value) == (
        "argument --wdnorm_cache_mb: must be a whole number of MB, 0 or more. "
        f"Received: {text!r}"
    )


def test_plugin_loads_without_flags(logdir: Path) -> None:
    assert isinstance(KernelNormsLoader().load(TBContext()), KernelNormsPlugin)
