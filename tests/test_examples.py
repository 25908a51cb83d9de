"""The examples of README.md and docs/writer.md, run as they are written there.

Each block of Python has a test, which finds it by a part of its text. Where a block
makes several callbacks, each of them is an example of its own.
"""

from __future__ import annotations

import ast
import inspect
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import tb_wdnorm
from tb_wdnorm import KernelNormCallback, read_logdir
from tb_wdnorm.core.frames import RunFrames

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, language: str) -> list[str]:
    """The texts of a document's fenced blocks in a language."""
    text = (ROOT / document).read_text("utf-8")
    return [body for name, body in FENCE.findall(text) if name == language]


README, WRITER = blocks("README.md", "python"), blocks("docs/writer.md", "python")

TESTED = [
    (README, "model.fit("),
    (README, "norms.write(0)"),
    (README, "tb_wdnorm.KernelNormCallback(\n"),
    (README, "# tf.summary"),
    (README, 'read_logdir("logs")'),
    (WRITER, "model.fit("),
    (WRITER, "@tf.function"),
    (WRITER, "SummaryWriter"),
]
"""The blocks with a test of their own, by what they are found by."""

OF_CALLBACKS = [
    text for text in WRITER if re.search(r"^KernelNormCallback\(", text, re.MULTILINE)
]
"""The other blocks."""


def block(document: list[str], part: str) -> str:
    """The only block with a part."""
    (found,) = (text for text in document if part in text)
    return found


def run(text: str, **given: Any) -> dict[str, Any]:
    """Runs a program, given some names; returns all names it then has."""
    path = Path("example.py")
    path.write_text(text, "utf-8")
    return runpy.run_path(str(path), given)


@pytest.fixture(autouse=True)
def in_a_directory_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def no_warning(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert caplog.messages == []


@pytest.fixture
def training() -> dict[str, Any]:
    """What examples of training take for granted."""
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(4, name="input"),
            layers.Dense(4, name="bottleneck"),
            layers.Dense(3, name="output"),
        ]
    )
    model.compile("sgd", "mse")
    x, y = np.ones((8, 3)), np.ones((8, 3))
    batches = [(x[:4], y[:4]), (x[4:], y[4:])]
    return {"model": model, "x": x, "y": y, "batches": batches}


def test_every_block_of_python_is_run() -> None:
    found = [block(document, part) for document, part in TESTED] + OF_CALLBACKS
    assert sorted(found) == sorted(README + WRITER)


@pytest.mark.parametrize("document", ["README.md", "docs/writer.md"])
def test_blocks_that_are_not_run_are_commands_of_a_shell(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    languages = [language for language, _ in FENCE.findall(text)]
    assert set(languages) <= {"python", "console"}
    assert text.count("```") == 2 * len(languages)


def test_fit_of_the_readme(training: dict[str, Any]) -> None:
    run(block(README, "model.fit("), **training)
    assert read_logdir("logs")["wd=2e-4"].steps.tolist() == [0, 1]


def test_loop_of_the_readme(training: dict[str, Any]) -> None:
    run(block(README, "norms.write(0)"), tb_wdnorm=tb_wdnorm, **training)
    assert read_logdir("logs")["wd=2e-4"].steps.tolist() == [0, 1, 2]


def test_fit_and_loop_of_the_writers_guide(training: dict[str, Any]) -> None:
    # The loop goes on where the fit ended, at step 1.
    run(block(WRITER, "model.fit("), **training)
    assert read_logdir("logs")["wd=2e-4"].steps.tolist() == [0, 1, 2, 3]


def test_every_option_is_in_the_readme() -> None:
    (statement,) = ast.parse(block(README, "tb_wdnorm.KernelNormCallback(\n")).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    given = [keyword.arg for keyword in statement.value.keywords]
    assert ["log_dir", *given] == list(inspect.signature(KernelNormCallback).parameters)


def test_options_of_the_readme() -> None:
    model = keras.Sequential(
        [
            keras.Input((6, 3)),
            layers.Conv1D(3, 3, name="block1_conv"),
            layers.Conv1D(3, 3, name="block5_conv"),
            layers.Dense(3, name="my_layer"),
            layers.Dense(3, name="adapted"),
            layers.LSTM(2, name="encoder"),
        ]
    )
    model.get_layer("adapted").enable_lora(1)
    model.compile("sgd", "mse", run_eagerly=True)
    text = block(README, "tb_wdnorm.KernelNormCallback(\n")
    logged = fitted(text, model, np.ones((2, 6, 3)), re=re, tb_wdnorm=tb_wdnorm)
    my_layer = ("my_layer/kernel", "Dense", None)
    assert [(k.path, k.group, k.target) for k in logged.info.kernels] == [
        ("block1_conv/kernel", "early", (1, 1)),
        ("block5_conv/kernel", "late", (0.5, 0.8)),
        my_layer,
        *(
            (f"encoder/lstm_cell/{role}/{gate}", f"LSTM/{role}/{gate}", None)
            for role in ("kernel", "recurrent_kernel")
            for gate in "ifco"
        ),
    ]
    assert logged.info.kernels[2].channel_axes == (0,)
    assert (logged.info.norm, logged.info.label) == ("l2", "weight_decay=0.001")


def test_summaries_of_the_readme() -> None:
    kernel = tf.Variable([[3.0, 0.0], [4.0, 5.0]], name="dense/kernel")
    with tf.summary.create_file_writer("logs").as_default():
        run(
            block(README, "# tf.summary"),
            tb_wdnorm=tb_wdnorm,
            variables=[kernel],
            array=kernel.numpy(),
            step=7,
        )
    logged = read_logdir("logs")["."]
    assert (logged.steps.tolist(), logged.paths) == ([7], ("dense/kernel",))
    assert logged.column("max").item() == logged.column("min").item() == 5


def test_numbers_of_the_readme(training: dict[str, Any]) -> None:
    run(block(README, "norms.write(0)"), tb_wdnorm=tb_wdnorm, **training)
    names = {"tb_wdnorm": tb_wdnorm}
    assignment, *expressions = ast.parse(block(README, 'read_logdir("logs")')).body
    names |= run(ast.unparse(assignment), **names)
    steps, paths, means, edges = (
        eval(ast.unparse(expression), names) for expression in expressions
    )
    assert (steps.dtype, steps.shape) == (np.int64, (3,))
    assert paths == ("input/kernel", "bottleneck/kernel", "output/kernel")
    assert (means.dtype, means.shape) == (np.float32, (3, 3))
    assert (edges.dtype, edges.shape) == (np.float32, (3, 3, 33))


def test_tensorflow_without_keras() -> None:
    dense, head = layers.Dense(3), layers.Dense(2)
    dense.build((None, 4))
    head.build((None, 3))
    run(
        block(WRITER, "@tf.function"),
        dense=dense,
        head=head,
        learning_rate=0.5,
        batches=[(tf.ones((1, 4)), tf.ones((1, 2)))] * 25,
    )
    logged = read_logdir("logs")["tensorflow"]
    assert logged.steps.tolist() == [0, 10, 20]
    assert logged.paths == ("dense/kernel", "head/kernel")
    assert [k.n_channels for k in logged.info.kernels] == [3, 2]
    assert logged.info.label == "weight_decay=0.01"
    assert (logged.column("learning_rate") == 0.5).all()


TRAIN_WITH_PYTORCH = """
import torch

model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Linear(3, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
batches = [(torch.ones(1, 4), torch.ones(1, 2))] * 25


def train_step(x, y):
    with torch.no_grad():
        for weight in model.parameters():
            weight.fill_(1.0)
"""


def test_pytorchs_summary_writer() -> None:
    # A process of its own, at whose end the writer is not closed.
    program = TRAIN_WITH_PYTORCH + block(WRITER, "SummaryWriter")
    subprocess.run([sys.executable, "-c", program], check=True)
    logged = read_logdir("logs")["pytorch"]
    assert logged.steps.tolist() == [0, 10, 20]
    assert logged.paths == ("0.weight", "1.weight")
    assert [k.n_channels for k in logged.info.kernels] == [3, 2]
    assert logged.info.label == "weight_decay=0.01"
    assert (logged.column("learning_rate") == 0.5).all()
    roots = np.sqrt(np.array([4, 3], np.float32))
    assert logged.column("mean")[1:].tolist() == [roots.tolist()] * 2


@pytest.fixture(scope="module")
def model() -> Any:
    """A model with kernels for all patterns of the examples."""
    tokens = keras.Input((6,), dtype="int32")
    x = layers.Embedding(10, 4, name="embedding")(tokens)
    x = layers.Conv1D(4, 1, name="stem_conv")(x)
    x = layers.Conv1D(4, 1, name="conv1")(x)
    x = layers.MultiHeadAttention(2, 3, name="attention")(x, x)
    x = layers.LSTM(4, name="lstm")(x)
    x = layers.Dense(4, name="encoder")(x)
    made = keras.Model(tokens, layers.Dense(2, name="head")(x))
    made.compile("sgd", "mse", run_eagerly=True)
    return made


KERNELS = (
    "embedding/embeddings",
    "stem_conv/kernel",
    "conv1/kernel",
    *(
        f"attention/{role}/{variable}"
        for role in ("query", "key", "value")
        for variable in ("kernel", "bias")
    ),
    "attention/attention_output/kernel",
    "lstm/lstm_cell/kernel",
    "lstm/lstm_cell/recurrent_kernel",
    "encoder/kernel",
    "head/kernel",
)


def fitted(text: str, model: Any, x: Any, **given: Any) -> RunFrames:
    """Fits a model with the callback that a text's end makes; returns its run."""
    *statements, expression = ast.parse(text).body
    names = given | run("\n".join(map(ast.unparse, statements)), **given)
    callback = eval(ast.unparse(expression), names)
    y = np.zeros((len(x), *model.output_shape[1:]))
    model.fit(x, y, verbose=0, callbacks=[callback])
    assert not callback.failed
    (logged,) = read_logdir("logs").values()
    assert np.diff(logged.steps).tolist() == [1]
    return logged


Check = Callable[[RunFrames, Any], None]


def kernels_are(*paths: str) -> Check:
    def check(logged: RunFrames, model: Any) -> None:
        assert logged.paths == paths

    return check


def kernels_lack(*parts: str) -> Check:
    return kernels_are(*(k for k in KERNELS if not any(part in k for part in parts)))


def channels_are(path: str, n_channels: int) -> Check:
    def check(logged: RunFrames, model: Any) -> None:
        numbers = {kernel.path: kernel.n_channels for kernel in logged.info.kernels}
        assert numbers[path] == n_channels

    return check


def label_is(label: str) -> Check:
    def check(logged: RunFrames, model: Any) -> None:
        assert logged.info.label == label

    return check


def groups_and_targets(logged: RunFrames, model: Any) -> None:
    described = {k.path: (k.group, k.target) for k in logged.info.kernels}
    assert described["stem_conv/kernel"] == ("stem", (1, 1))
    assert described["attention/query/kernel"] == ("attention scores", None)
    assert described["attention/key/bias"] == ("attention scores", None)
    assert described["attention/value/kernel"] == ("MultiHeadAttention/value", None)
    assert described["head/kernel"] == ("Dense", (0.5, 2))


def spread_of_channels(logged: RunFrames, model: Any) -> None:
    head = keras.ops.convert_to_numpy(model.get_layer("head").kernel)
    assert logged.info.norm == "spread"
    largest = logged.column("max")[-1, logged.paths.index("head/kernel")]
    assert largest == pytest.approx(np.std(head, axis=0).max(), rel=1e-6)


def whole_run(logged: RunFrames, model: Any) -> None:
    assert logged.paths == KERNELS


def tensorboards(logdir: str) -> EventAccumulator:
    accumulator = EventAccumulator(logdir)
    accumulator.Reload()
    return accumulator


def tags_are(**n_expected: int) -> Check:
    def check(logged: RunFrames, model: Any) -> None:
        accumulator = tensorboards("logs/run")
        tags = accumulator.Tags()
        plugins = [
            accumulator.SummaryMetadata(tag).plugin_data.plugin_name
            for tag in tags["tensors"]
        ]
        assert {
            "scalars": len(tags["scalars"]),
            "histograms": plugins.count("histograms") + len(tags["histograms"]),
        } == n_expected

    return check


def tags_begin_with_norms(logged: RunFrames, model: Any) -> None:
    tags = tensorboards("logs/run").Tags()
    beginnings = {tag.partition("/")[0] for tag in tags["scalars"] + tags["tensors"]}
    assert beginnings == {"norms"}


CHECKS: dict[str, Check] = {
    'include="encoder"': kernels_are("encoder/kernel"),
    'include=["conv1", "head/kernel"]': kernels_are("conv1/kernel", "head/kernel"),
    "include=-1": kernels_are("head/kernel"),
    'exclude=["*/bias", "embedding*"]': kernels_lack("/bias", "embedding"),
    'exclude=re.compile(r"/(query|key)/")': kernels_lack("/query/", "/key/"),
    "groups=": groups_and_targets,
    '"embedding": 0': channels_are("embedding/embeddings", 10),
    '"*/query/kernel": 1': channels_are("attention/query/kernel", 2),
    '"head": ()': channels_are("head/kernel", 1),
    "split_gates=True": kernels_are(
        *(f"lstm/lstm_cell/recurrent_kernel/{gate}" for gate in "ifco")
    ),
    "norm=spread": spread_of_channels,
    "update_freq=100": whole_run,
    "max_overhead=0.001": whole_run,
    "weight_decay=1e-3": label_is("weight_decay=0.001"),
    "cosine": label_is("cosine 1e-3 to 0"),
    'name="norms"': tags_begin_with_norms,
    "scalars=False": tags_are(scalars=0, histograms=0),
    "histograms=True": tags_are(scalars=2 * len(KERNELS), histograms=len(KERNELS)),
    "flush_secs=60": whole_run,
}
"""What is seen in the log of each callback, by a part of its text."""


def callbacks_of(text: str) -> Iterator[str]:
    """Yields each call of a block, after the definitions that are there."""
    nodes = ast.parse(text).body
    sources = {node: ast.get_source_segment(text, node) or "" for node in nodes}
    calls = [node for node in nodes if isinstance(node, ast.Expr)]
    definitions = [sources[node] for node in nodes if node not in calls]
    for call in calls:
        yield "\n".join([*definitions, sources[call]])


CALLBACKS = [call for text in OF_CALLBACKS for call in callbacks_of(text)]


@pytest.mark.parametrize("text", CALLBACKS, ids=range(len(CALLBACKS)))
def test_callback_of_the_writers_guide(text: str, model: Any) -> None:
    (check,) = (check for part, check in CHECKS.items() if part in text)
    given = {"KernelNormCallback": KernelNormCallback, "np": np, "re": re}
    check(fitted(text, model, np.ones((2, 6), np.int32), **given), model)


def test_every_check_is_of_a_callback() -> None:
    assert len(CHECKS) == len(CALLBACKS)
