"""The command `tb-wdnorm`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tb_wdnorm import __version__
from tb_wdnorm.cli import main
from tb_wdnorm.core.export import csv_lines, json_lines
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.logdir import read_logdir

MakeRun = Callable[..., RunFrames]
WriteRun = Callable[[Path, RunFrames], Path]

COMMAND = [sys.executable, "-c", "import sys, tb_wdnorm.cli as c; sys.exit(c.main())"]


@pytest.fixture
def logdir(tmp_path: Path, make_run: MakeRun, write_run: WriteRun) -> Path:
    """Logs of two runs."""
    for name, l2 in (("wd=0", 0.0), ("wd=2e-4", 2e-4)):
        write_run(tmp_path / "logs", make_run(name, [0, 1], "a/kernel", l2=l2))
    return tmp_path / "logs"


def usage_error(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What the command says last about arguments that it refuses."""
    with pytest.raises(SystemExit) as raised:
        main(argv)
    assert raised.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_export_writes_csv_to_standard_output(
    logdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(logdir)]) == 0
    # Text mode made of each CRLF what the terminal wants.
    lines = capsys.readouterr().out.splitlines()
    table = csv_lines(read_logdir(logdir).values())
    assert lines == [line.removesuffix("\r\n") for line in table]


def test_export_writes_json_to_standard_output(
    logdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(logdir), "--format", "json"]) == 0
    table = json_lines(read_logdir(logdir).values())
    assert capsys.readouterr().out == "".join(table)


@pytest.mark.parametrize(
    ("format_name", "lines"), [("csv", csv_lines), ("json", json_lines)]
)
def test_export_writes_a_file(
    logdir: Path,
    tmp_path: Path,
    format_name: str,
    lines: Callable[..., list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "table"
    assert main(["export", str(logdir), "--format", format_name, "-o", str(path)]) == 0
    table = "".join(lines(read_logdir(logdir).values()))
    assert path.read_bytes() == table.encode()
    assert capsys.readouterr().out == ""


def test_exported_rows_are_run_by_run(
    logdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", str(logdir)])
    rows = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert [(row["run"], row["step"]) for row in rows] == [
        ("wd=0", "0"),
        ("wd=0", "1"),
        ("wd=2e-4", "0"),
        ("wd=2e-4", "1"),
    ]


def test_exported_json_has_edges(
    logdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", str(logdir), "--format", "json"])
    rows = json.loads(capsys.readouterr().out)
    assert [len(row["edges"]) for row in rows] == [33] * 4


def test_export_of_a_missing_directory_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing")
    assert main(["export", missing]) == 1
    captured = capsys.readouterr()
    assert captured.err == (
        f"tb-wdnorm: `logdir` must be a directory. Received: {missing!r}\n"
    )
    assert captured.out == ""


def test_export_of_a_directory_without_frames_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        "tb-wdnorm: LOGDIR must have a run that KernelNormCallback or KernelNormWriter "
        f"wrote. Received: {str(tmp_path)!r}, which has none\n"
    )


def test_export_to_a_file_that_cannot_be_written_is_an_error(
    logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "missing" / "table.csv")
    assert main(["export", str(logdir), "-o", path]) == 1
    assert capsys.readouterr().err == (
        f"tb-wdnorm: [Errno 2] No such file or directory: {path!r}\n"
    )


def test_reader_of_a_pipe_may_stop_early(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    # More than a pipe holds.
    write_run(tmp_path, make_run("a", range(1000), "x/kernel"))
    command = subprocess.Popen(
        [*COMMAND, "export", tmp_path, "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout is not None
    assert command.stderr is not None
    with command.stderr:
        with command.stdout:
            command.stdout.readline()
        assert command.stderr.read() == b""
    assert command.wait() == 1


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--version"])
    assert raised.value.code == 0
    assert capsys.readouterr().out == f"{__version__}\n"


def test_no_command_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert usage_error(capsys) == (
        "tb-wdnorm: error: the following arguments are required: COMMAND"
    )


def test_unknown_format_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    message = usage_error(capsys, "export", "logs", "--format", "xml")
    # How the choices are quoted depends on Python's version.
    assert message.startswith(
        "tb-wdnorm export: error: argument --format: invalid choice: 'xml' "
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", ""),
        ("0,,1", ""),
        ("2e-4,strong", "strong"),
        ("-1", "-1"),
        ("0,nan", "nan"),
        ("inf", "inf"),
        ("1e999", "1e999"),
    ],
)
def test_weight_decay_that_is_no_coefficient_is_an_error(
    capsys: pytest.CaptureFixture[str], text: str, number: str
) -> None:
    assert usage_error(capsys, "demo", f"--weight-decays={text}") == (
        "tb-wdnorm demo: error: argument --weight-decays: must be numbers, 0 or more, "
        f"joined by commas. Received: {number!r} in {text!r}"
    )


@pytest.mark.parametrize("text", ["0,0", "2e-4,0.0002", "0, 0.0"])
def test_weight_decays_that_are_equal_are_an_error(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert usage_error(capsys, "demo", f"--weight-decays={text}") == (
        "tb-wdnorm demo: error: argument --weight-decays: must be distinct. "
        f"Received: {text!r}"
    )


@pytest.mark.parametrize("option", ["--epochs", "--batches"])
@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", ""])
def test_count_that_is_not_positive_is_an_error(
    capsys: pytest.CaptureFixture[str], option: str, text: str
) -> None:
    assert usage_error(capsys, "demo", f"{option}={text}") == (
        f"tb-wdnorm demo: error: argument {option}: must be a whole number, 1 or "
        f"more. Received: {text!r}"
    )


def test_demo_without_serving_says_how_to_see_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logdir = str(tmp_path / "logs")
    sizes = ["--weight-decays", "2e-4", "--epochs", "1", "--batches", "1"]
    assert main(["demo", "--logdir", logdir, "--no-serve", *sizes]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"To see it: tensorboard --logdir {logdir}"
    assert list(read_logdir(logdir)) == ["wd=2e-4"]


def test_demo_into_a_file_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    path.touch()
    sizes = ["--weight-decays", "0", "--epochs", "1", "--batches", "1"]
    assert main(["demo", "--logdir", str(path), "--no-serve", *sizes]) == 1
    assert capsys.readouterr().err.startswith(
        "tb-wdnorm: `logdir` must be a directory that can be created. "
        f"Received: {str(path / 'wd=0')!r} ("
    )
