"""The command `tb-wdnorm`."""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
from collections.abc import Sequence

from tb_wdnorm import __version__
from tb_wdnorm.core.export import csv_lines, json_lines
from tb_wdnorm.output import open_output
from tb_wdnorm.report import command as report
from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.serve.plugin import TAB_NAME

_FORMATS = {"csv": csv_lines, "json": json_lines}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        argv: Arguments without the program's name; those of the process by
            default.

    Returns:
        The exit status: 0, or 1 with a sentence on standard error.
    """
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except BrokenPipeError:
        # The reader of a pipe, `head` say, has seen enough. Nothing may be
        # flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, ValueError, ImportError) as error:
        print(f"tb-wdnorm: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tb-wdnorm", description="Is my weight decay working?"
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser(
        "demo", help="train a sweep of weight decay and show it in TensorBoard"
    )
    demo.add_argument(
        "--logdir", default="wdnorm-demo", help="where to log (default: %(default)s)"
    )
    demo.add_argument(
        "--weight-decays",
        type=_weight_decays,
        default="0,2e-4,2e-3,2e-2",
        metavar="W,W,…",
        help="coefficients of the L2 penalty to compare (default: %(default)s)",
    )
    demo.add_argument("--epochs", type=_positive, default=5, help="(default: 5)")
    demo.add_argument(
        "--batches", type=_positive, default=200, help="per epoch (default: 200)"
    )
    demo.add_argument(
        "--no-serve", action="store_true", help="do not start TensorBoard at the end"
    )
    demo.add_argument(
        "--port", type=int, help="of TensorBoard (default: 6006, or the next free one)"
    )
    demo.set_defaults(run=_demo)

    export = commands.add_parser(
        "export", help="write the frames of a log directory as a table"
    )
    export.add_argument("logdir", metavar="LOGDIR")
    export.add_argument(
        "--format",
        choices=_FORMATS,
        default="csv",
        help="json has the histogram edges, too (default: %(default)s)",
    )
    export.add_argument(
        "-o", "--output", metavar="FILE", help="(default: standard output)"
    )
    export.set_defaults(run=_export)
    report.add_to(commands)
    return parser


def _demo(arguments: argparse.Namespace) -> int:
    # TensorFlow reports every accelerator that it does not find.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        from tb_wdnorm.demo import train
    except ModuleNotFoundError as error:
        raise ImportError(
            f"the demo trains with Keras, and {error.name!r} is not installed. "
            "To install it: pip install 'tb-wdnorm[tf]'"
        ) from error

    train(
        arguments.logdir,
        arguments.weight_decays,
        epochs=arguments.epochs,
        batches=arguments.batches,
    )
    if arguments.no_serve:
        print(f"\nTo see it: tensorboard --logdir {arguments.logdir}")
        return 0
    print(f"\nTensorBoard starts; the tab is called {TAB_NAME}.", flush=True)
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", arguments.logdir]
    if arguments.port is not None:
        command += ["--port", str(arguments.port)]
    return subprocess.run(command, check=False).returncode


def _export(arguments: argparse.Namespace) -> int:
    runs = read_logdir(arguments.logdir)
    if not runs:
        raise ValueError(
            f"LOGDIR must have a run that KernelNormCallback or KernelNormWriter "
            f"wrote. Received: {arguments.logdir!r}, which has none"
        )
    with open_output(arguments.output) as file:
        file.writelines(_FORMATS[arguments.format](runs.values()))
    return 0


def _weight_decays(text: str) -> list[str]:
    """Checks numbers but keeps them as written: they name the runs."""
    numbers = [part.strip() for part in text.split(",")]
    for number in numbers:
        try:
            valid = math.isfinite(float(number)) and float(number) >= 0
        except ValueError:
            valid = False
        if not valid:
            raise argparse.ArgumentTypeError(
                "must be numbers, 0 or more, joined by commas. "
                f"Received: {number!r} in {text!r}"
            )
    if len({float(number) for number in numbers}) < len(numbers):
        raise argparse.ArgumentTypeError(f"must be distinct. Received: {text!r}")
    return numbers


def _positive(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"must be a whole number, 1 or more. Received: {text!r}"
    )
