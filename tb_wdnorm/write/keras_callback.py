"""The drop-in callback for `model.fit`."""

from __future__ import annotations

import functools
import logging
import math
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar, cast

import keras

from tb_wdnorm.core.norm_kinds import NormFunction
from tb_wdnorm.wire import DEFAULT_NAME
from tb_wdnorm.write.cadence import Cadence, UpdateFreq, check_cadence
from tb_wdnorm.write.event_file import make_directory
from tb_wdnorm.write.keras_backend import BACKEND
from tb_wdnorm.write.keras_decay import is_use_known, optimizers_of
from tb_wdnorm.write.keras_interrupt import call_on_interrupt, end_interrupted
from tb_wdnorm.write.patterns import Pattern, Patterns
from tb_wdnorm.write.selection import Axes, KernelOptions, Target
from tb_wdnorm.write.writer import KernelNormWriter, check_options

_logger = logging.getLogger(__name__)

_Hook = TypeVar("_Hook", bound=Callable[..., None])


def _harmless(hook: _Hook) -> _Hook:
    """Makes a hook of the callback turn an error into one warning.

    Whatever goes wrong in logging, the training must go on.
    """

    @functools.wraps(hook)
    def guarded(callback: KernelNormCallback, *args: Any, **kwargs: Any) -> None:
        if callback.failed:
            return
        try:
            hook(callback, *args, **kwargs)
        except Exception as error:
            callback.failed = True
            _logger.warning(
                "tb_wdnorm: no more channel norms are logged, the training goes "
                "on. %s: %s",
                type(error).__name__,
                error,
            )

    return cast(_Hook, guarded)


class KernelNormCallback(keras.callbacks.Callback):
    """Writes the channel norms of a model's kernels while it is trained.

    The first frame is written before any update, the last one after the last,
    also when the training is interrupted or fails. (A model that Keras builds
    with the first batch has its first frame after that, and so has one that is
    trained by several optimizers, which show by then what they update.) Steps are the
    optimizer's `iterations`, so that a training resumed from a checkpoint goes
    on where it was; epochs are fractional.

    Attributes:
        failed: Whether an error in logging has ended it; there was a warning.

    Example:

        model.fit(x, y, callbacks=[tb_wdnorm.KernelNormCallback("logs/wd=2e-4")])

    Args:
        log_dir: Directory of this run, one below what `tensorboard --logdir`
            shows. Created if need be.
        update_freq: `"batch"`, `"epoch"`, a number of batches, or `"auto"`: some
            500 frames over a `fit` whose length is known, else ever fewer, and
            never more than `max_overhead` allows. Defaults to `"auto"`.
        max_overhead: Share of the training time that frames may take under
            `"auto"`, counting the thread that writes them. Defaults to 0.01.
        include, exclude, groups, targets, channel_axes, split_gates, norm: Which
            kernels are tracked and how; see `KernelNormWriter`.
        weight_decay: Overrides what the run is called by: a number, or words.
            Defaults to what the model's regularizers and optimizer say.
        name: Beginning of the tags. Defaults to `"kernel_norms"`.
        scalars: Whether each kernel's mean and max norm are written as ordinary
            scalars too, for TensorBoard's Time Series dashboard. Defaults to
            `True`.
        histograms: Whether each kernel's channel norms are written as ordinary
            histograms too. Defaults to `False`.
        flush_secs: Seconds after which a frame is on the disk at the latest.
            Defaults to 10.

    Raises:
        ValueError: If an argument is out of its range.
        OSError: If `log_dir` cannot be written to.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        *,
        update_freq: UpdateFreq = "auto",
        max_overhead: float = 0.01,
        include: Patterns | None = None,
        exclude: Patterns | None = None,
        groups: Mapping[Pattern, str] | None = None,
        targets: Mapping[Pattern, Target] | None = None,
        channel_axes: Mapping[Pattern, Axes] | None = None,
        split_gates: bool = False,
        norm: str | NormFunction = "l2",
        weight_decay: float | str | None = None,
        name: str = DEFAULT_NAME,
        scalars: bool = True,
        histograms: bool = False,
        flush_secs: float = 10,
    ) -> None:
        super().__init__()
        check_cadence(update_freq, max_overhead)
        options: dict[str, Any] = {
            "weight_decay": weight_decay,
            "name": name,
            "scalars": scalars,
            "histograms": histograms,
            "flush_secs": flush_secs,
        }
        check_options(**options)
        kernel_options: dict[str, Any] = {
            "include": include,
            "exclude": exclude,
            "groups": groups,
            "targets": targets,
            "channel_axes": channel_axes,
            "split_gates": split_gates,
            "norm": norm,
        }
        KernelOptions(**kernel_options)  # raises here what is wrong with them
        self.failed = False
        self._writer: KernelNormWriter | None = None
        self._update_freq = update_freq
        self._max_overhead = max_overhead
        self._open_writer: Callable[[keras.Model], KernelNormWriter]
        self._open_writer = functools.partial(
            KernelNormWriter,
            make_directory(log_dir),
            **options,
            **kernel_options,
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "KernelNormCallback cannot be pickled or copied: it belongs to one "
            "process and one event file. Make a new one with the same arguments"
        )

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        # One that was interrupted unnoticed, of this callback or another.
        self._end(interrupted=True)
        end_interrupted(self.model)
        # Another `fit` is another chance.
        self.failed = False
        self._forget_interrupts: Callable[[], None] = lambda: None
        self._epoch = math.nan
        self._steps = self.params.get("steps") or sys.maxsize
        self._batches_per_epoch = self.params.get("steps") or math.nan
        self._begin_batches()
        self._began_s = time.perf_counter()
        self._waited_s = 0.0

    @_harmless
    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch
        # Not in `on_train_begin`, which does not know the first epoch's number.
        if self._writer is None:
            if self.model.built and is_use_known(optimizers_of(self.model)):
                self._begin()
        else:
            self._sync()
            self._writer.refresh()

    @_harmless
    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        # A scheduler that is listed after this callback has set the rate since.
        if self._writer is not None and self._batch == 0:
            self._writer.progress.refresh()

    @_harmless
    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        self._batch = batch + 1
        # Between two frames this is all: each line here delays every batch.
        if self._batch >= self._due_batch:
            self._look()

    @_harmless
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._count()
        # Where the length was unknown, it is now.
        self._batches_per_epoch = self._counted or math.nan
        self._epoch = epoch + 1
        self._begin_batches()
        if self._writer is not None:
            self._look(epoch_ended=True)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self._end()

    def _begin(self) -> None:
        self._sync()
        self._writer = self._open_writer(self.model)
        epochs, batches = self.params.get("epochs"), self.params.get("steps")
        known = epochs is not None and batches is not None
        self._cadence = Cadence(
            self._update_freq,
            self._writer.progress.step,
            n_steps=(epochs - int(self._epoch)) * batches if known else None,
            max_overhead=self._max_overhead,
        )
        # The last frame is due also when the training ends otherwise.
        end = functools.partial(self._end, interrupted=True)
        self._forget_interrupts = call_on_interrupt(self.model, end)
        self._write()

    def _begin_batches(self) -> None:
        """Begins to count an epoch's batches.

        `_batch` is how many Keras says there were, of which `_counted` were
        counted; until `_due_batch` nothing needs to be done.
        """
        self._batch = self._counted = 0
        self._due_batch: float = 0

    def _count(self) -> None:
        # Of several batches per execution the last may have fewer than Keras says.
        n_trained = min(self._batch, self._steps)
        if self._writer is not None:
            self._writer.progress.note_batches(n_trained - self._counted)
        self._counted = n_trained

    def _look(self, *, epoch_ended: bool = False) -> None:
        """Writes a frame if one is due, and finds out when to look again."""
        self._count()
        if self._writer is None:
            self._begin()
            return
        progress = self._writer.progress
        if self._cadence.is_due(
            progress.step,
            epoch_ended=epoch_ended,
            elapsed_s=time.perf_counter() - self._began_s,
            spent_s=self._waited_s + self._writer.busy_s,
        ):
            self._write()
        until_due = progress.batches_until(self._cadence.next_step)
        self._due_batch = self._counted + until_due

    def _end(self, *, interrupted: bool = False) -> None:
        """Writes the last frame and closes the file, unless that is done."""
        if self._writer is not None:
            self._write_last(interrupted=interrupted)
            self._forget_interrupts()
            self._writer.close()
            self._writer = None

    @_harmless
    def _write_last(self, *, interrupted: bool) -> None:
        if self._writer is not None:
            self._count()
            step = self._writer.progress.step
            if interrupted:
                self._sync()
                # Another callback may have raised before this one was told.
                step = max(step, self._writer.progress.look_up_step())
            if self._cadence.is_missing(step):
                self._write()

    def _write(self) -> None:
        if self._writer is not None:
            began_s = time.perf_counter()
            self._sync()
            share = self._counted / self._batches_per_epoch if self._counted else 0
            self._writer.write(epoch=self._epoch + share)
            self._waited_s += time.perf_counter() - began_s

    def _sync(self) -> None:
        # Within an epoch JAX' weights live outside of the model's variables.
        if BACKEND == "jax":
            self.model.jax_state_sync()
