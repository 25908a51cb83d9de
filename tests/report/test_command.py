"""The command `tb-wdnorm report`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import tb_wdnorm
from tb_wdnorm.cli import main
from tb_wdnorm.core.frames import Decay, RunFrames
from tests.core.judged_runs import STEPS, judged_run

WriteRun = Callable[[Path, RunFrames], Path]


@pytest.fixture
def logdir(tmp_path: Path, write_run: WriteRun) -> Path:
    """Logs of runs without decay, and with decay that works and is too strong."""
    for name, l2, norm in (("no", 0.0, 1.1), ("some", 0.1, 0.75), ("much", 1.0, 1e-4)):
        means = np.interp(STEPS, [0, 500], [1, norm])
        fraction = float("nan") if l2 else 0.0
        run = judged_run(name, means, decay=Decay(l2=l2), fraction=fraction)
        write_run(tmp_path / "logs", run)
    return tmp_path / "logs"


def usage_error(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    with pytest.raises(SystemExit) as raised:
        main(["report", "logs", *argv])
    assert raised.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


def reported(
    capsys: pytest.CaptureFixture[str], logdir: Path, *argv: str
) -> dict[str, str]:
    """Verdicts by run, as JSON has them."""
    assert main(["report", str(logdir), "--format", "json", *argv]) == 0
    findings = json.loads(capsys.readouterr().out)
    return {
        run["name"]: run["groups"][0]["verdict"]["name"] for run in findings["runs"]
    }


def test_verdicts(capsys: pytest.CaptureFixture[str], logdir: Path) -> None:
    assert reported(capsys, logdir) == {
        "no": "no decay",
        "some": "working",
        "much": "too strong",
    }


def test_terminal_json_and_python_say_the_same(
    capsys: pytest.CaptureFixture[str], logdir: Path
) -> None:
    findings = tb_wdnorm.analyze(logdir)
    main(["report", str(logdir), "--format", "json"])
    assert json.loads(capsys.readouterr().out) == findings.as_dict()
    main(["report", str(logdir)])
    # Lines are broken at spaces.
    words = " ".join(capsys.readouterr().out.split())
    for run in findings.runs:
        assert run.kernels[0].sentence in words


def test_runs_are_chosen_and_the_baseline_stays(
    capsys: pytest.CaptureFixture[str], logdir: Path
) -> None:
    assert reported(capsys, logdir, "--runs", "so") == {
        "no": "no decay",
        "some": "working",
    }


def test_baseline_is_chosen(capsys: pytest.CaptureFixture[str], logdir: Path) -> None:
    assert reported(capsys, logdir, "--runs", "much", "--baseline", "some") == {
        "some": "not enough data",
        "much": "too strong",
    }


@pytest.mark.parametrize(
    ("target", "verdict"),
    [("Dense=0.7,0.8", "working"), ("Dense=0.5", "too weak")],
)
def test_target(
    capsys: pytest.CaptureFixture[str], logdir: Path, target: str, verdict: str
) -> None:
    assert reported(capsys, logdir, "--target", target)["some"] == verdict


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [("diverged", 0), ("diverged,too-strong", 1), ("no-decay", 1)],
)
def test_exit_status(logdir: Path, verdicts: str, status: int) -> None:
    assert main(["report", str(logdir), "--fail-on", verdicts]) == status


def test_failing_kernels_are_named(
    capsys: pytest.CaptureFixture[str], logdir: Path
) -> None:
    main(["report", str(logdir), "--fail-on", "too-strong"])
    assert capsys.readouterr().err == (
        "tb-wdnorm: much: a/kernel: too strong. Norm 0.0001 ± 1e-6, more than 99 % "
        "below the run without decay; 100 % of its channels are almost 0.\n"
    )


@pytest.mark.parametrize(
    ("format_name", "beginning"),
    [
        ("text", "Baseline: no.\n"),
        ("markdown", "## Weight decay\n"),
        ("json", "{\n"),
        ("html", "<!doctype html>"),
    ],
)
def test_report_is_written_to_a_file(
    logdir: Path,
    tmp_path: Path,
    format_name: str,
    beginning: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "report"
    main(["report", str(logdir), "--format", format_name, "-o", str(path)])
    assert path.read_text("utf-8").startswith(beginning)
    assert capsys.readouterr().out == ""


def test_watching_ends_with_the_verdict(
    tmp_path: Path, write_run: WriteRun, logdir: Path
) -> None:
    (tmp_path / "live").mkdir()
    program = "import sys, tb_wdnorm.cli as c; sys.exit(c.main())"
    command = [sys.executable, "-u", "-c", program, "report", str(tmp_path / "live")]
    options = ["--watch", "0.2", "--fail-on", "diverged"]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline() == f"No run in {tmp_path / 'live'} yet.\n"
        write_run(tmp_path / "live", judged_run("r", [1.0, 2.0, np.nan]))
        assert watching.wait(timeout=60) == 1


def test_watching_goes_on_when_the_directory_cannot_be_read_for_a_time(
    tmp_path: Path, write_run: WriteRun
) -> None:
    live, away = tmp_path / "live", tmp_path / "away"
    live.mkdir()
    program = "import sys, tb_wdnorm.cli as c; sys.exit(c.main())"
    command = [sys.executable, "-u", "-c", program, "report", str(live)]
    with subprocess.Popen(
        [*command, "--watch", "0.2", "--fail-on", "diverged"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        assert watching.stdout.readline() == f"No run in {live} yet.\n"
        live.rename(away)
        assert watching.stderr.readline() == (
            f"tb-wdnorm: `logdir` must be a directory. Received: '{live}'; "
            "trying again\n"
        )
        write_run(away, judged_run("r", [1.0, 2.0, np.nan]))
        away.rename(live)
        assert watching.wait(timeout=60) == 1


def test_no_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["report", str(tmp_path), "--runs", "x"]) == 1
    assert capsys.readouterr().err == (
        "tb-wdnorm: LOGDIR must have a run that KernelNormCallback or KernelNormWriter "
        f"wrote and --runs matches. Received: {str(tmp_path)!r}, which has none\n"
    )


def test_pattern_that_is_none(capsys: pytest.CaptureFixture[str], logdir: Path) -> None:
    assert main(["report", str(logdir), "--runs", "("]) == 1
    assert capsys.readouterr().err == (
        "tb-wdnorm: `runs` must be a regular expression. Received: '(' (missing ), "
        "unterminated subpattern at position 0)\n"
    )


@pytest.mark.parametrize(
    "target", ["Dense", "=1", "Dense=x", "a=2,1", "a=-1", "a=1,2,3"]
)
def test_malformed_target(capsys: pytest.CaptureFixture[str], target: str) -> None:
    assert usage_error(capsys, "--target", target) == (
        "tb-wdnorm report: error: argument --target: must be GROUP=NORM or "
        f"GROUP=LOW,HIGH with 0 ≤ LOW ≤ HIGH. Received: {target!r}"
    )


@pytest.mark.parametrize("seconds", ["0", "-1", "x", "inf"])
def test_malformed_seconds(capsys: pytest.CaptureFixture[str], seconds: str) -> None:
    assert usage_error(capsys, f"--watch={seconds}") == (
        "tb-wdnorm report: error: argument --watch: must be a number of seconds above "
        f"0. Received: {seconds!r}"
    )


def test_unknown_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert usage_error(capsys, "--fail-on", "working,bad") == (
        "tb-wdnorm report: error: argument --fail-on: must be verdicts joined by "
        "commas: diverged, too-strong, outweighed-by-gradients, too-weak, "
        "not-enough-data, too-early-to-judge, working, no-decay. Received: 'bad' in "
        "'working,bad'"
    )


def test_target_of_analyze_may_be_one_number(logdir: Path) -> None:
    findings = tb_wdnorm.analyze(logdir, runs="some", targets={"Dense": 0.75})
    assert findings.runs[-1].kernels[0].target == (0.75, 0.75)
