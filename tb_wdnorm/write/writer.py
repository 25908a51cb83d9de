"""From a Keras model to an event file."""

from __future__ import annotations

import math
import numbers
import os
import weakref
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING

from tb_wdnorm.core.frames import RunInfo, format_coefficient
from tb_wdnorm.core.norm_kinds import NormFunction
from tb_wdnorm.wire import DEFAULT_NAME, FrameEncoder
from tb_wdnorm.write.background_log import BackgroundLog
from tb_wdnorm.write.event_file import EventFile
from tb_wdnorm.write.patterns import Pattern, Patterns
from tb_wdnorm.write.selection import Axes, KernelOptions, NoKernelError, Target
from tb_wdnorm.write.tf_chief import is_chief

if TYPE_CHECKING:
    import keras

    from tb_wdnorm.write.keras_progress import ModelProgress


class KernelNormWriter:
    """Writes the channel norms of a Keras model's kernels.

    For a training loop of one's own; `model.fit` has `KernelNormCallback`.
    Computing and writing happen in a thread. What goes wrong there is one
    warning: a full disk ends the log, not the training.

    Example:

        with tb_wdnorm.KernelNormWriter("logs/wd=2e-4", model) as norms:
            norms.write(0)
            for step, (x, y) in enumerate(batches, start=1):
                model.train_on_batch(x, y)
                norms.write(step)

    Args:
        logdir: Directory of this run, one below what `tensorboard --logdir`
            shows. Created if need be.
        model: A built `keras.Model`. Its trainable variables of rank ≥ 2 are
            tracked. In a multi-worker training, only the chief writes.
        include: Patterns of the kernels to track. Defaults to all. Patterns and
            the options up to `norm` are described at
            `tb_wdnorm.write.selection.KernelOptions`.
        exclude: Patterns of kernels not to track.
        groups: Pattern → name of the group that a kernel is shown with.
        targets: Group or pattern → wanted norm, or range (low, high).
        channel_axes: Pattern → axes along which a kernel's channels lie.
        split_gates: Whether LSTM and GRU kernels are tracked gate by gate.
        norm: `"l2"` (default), `"l1"`, `"linf"`, `"rms"` or a function.
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
        TypeError: If `model` is no Keras model.
        ValueError: If `model` is not built or has no kernel, or if another
            argument is out of its range.
        OSError: If `logdir` cannot be written to.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        model: keras.Model,
        *,
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
        check_options(
            weight_decay=weight_decay,
            name=name,
            scalars=scalars,
            histograms=histograms,
            flush_secs=flush_secs,
        )
        self._kernel_options = KernelOptions(
            include, exclude, groups, targets, channel_axes, split_gates, norm
        )
        self._model = model
        self._weight_decay = weight_decay
        self._tags = FrameEncoder(
            RunInfo((), "", ""), name=name, scalars=scalars, histograms=histograms
        )
        self._has_kernels = True
        self._seen: tuple[int, ...] = ()
        self._log_shrink: dict[int, float] = {}
        self._track()
        self._log: BackgroundLog | None = None
        if is_chief(model.trainable_variables):
            self._log = BackgroundLog(EventFile(logdir), flush_secs)
            # Whoever forgets `close` loses nothing: this runs at exit too.
            weakref.finalize(self, self._log.close)

    def write(self, step: int | None = None, *, epoch: float = math.nan) -> None:
        """Writes a frame of the weights as they are now.

        Nothing is written while all kernels are frozen; see `refresh`.

        Args:
            step: Number of updates so far, not negative; by default what the
                model's optimizer has counted. A step that is not above the last
                one replaces what was written from there on, as when a training
                is resumed from a checkpoint.
            epoch: Epochs trained so far, fractional; NaN if there are none.

        Raises:
            ValueError: If `step` is negative.
        """
        if step is not None and step < 0:
            raise ValueError(f"`step` must not be negative. Received: {step}")
        if self._log is None or not self._has_kernels:
            return
        frame = self._frames.take(step, epoch)
        self._log.write(self._frames.finish, frame, self._frames.n_bytes)

    def refresh(self) -> None:
        """Looks which kernels the model has now.

        To be called after layers were added, frozen or unfrozen. If that changed
        the kernels, the run goes on under a new tag, to which TensorBoard's tab
        and `read_logdir` join the old one. Where no kernel is left, the run
        pauses until another call finds one.

        Raises:
            ValueError: If a kernel lacks an axis of `channel_axes`.
        """
        seen = self._see()
        if seen == self._seen:
            self.progress.refresh()
            return
        self.flush()
        if self._has_kernels:
            self._log_shrink |= self.progress.log_shrink()
        try:
            self._track()
            self._has_kernels = True
        except NoKernelError:
            # What is frozen does not shrink, but the steps are still counted.
            self._has_kernels = False
            self._seen = seen

    @property
    def progress(self) -> ModelProgress:
        """What the optimizer has done so far."""
        return self._frames.progress

    @property
    def busy_s(self) -> float:
        """Seconds of a processor that the thread has spent on frames so far."""
        return 0.0 if self._log is None else self._log.busy_s

    def flush(self) -> None:
        """Waits until all frames written so far are on the disk."""
        if self._log is not None:
            self._log.flush()

    def close(self) -> None:
        """Writes what is left and closes the file. May be called again."""
        if self._log is not None:
            self._log.close()

    def __enter__(self) -> KernelNormWriter:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _see(self) -> tuple[int, ...]:
        """What is trained now, and by which optimizers."""
        from tb_wdnorm.write.keras_decay import optimizer_for, optimizers_of

        variables = self._model.trainable_variables
        optimizers = optimizers_of(self._model)
        updating = [optimizer_for(variable, optimizers) for variable in variables]
        return tuple(map(id, (*variables, *updating)))

    def _track(self) -> None:
        # Here, so that reading and serving logs never load a framework.
        from tb_wdnorm.write.keras_frames import ModelFrames
        from tb_wdnorm.write.keras_model import track

        tracked = track(self._model, self._kernel_options)
        self._seen = self._see()
        info = _labelled(tracked.info, self._weight_decay)
        encoder = replace(self._tags, info=info)
        # Ids of what the model has no more may be used again.
        ids = set(map(id, self._model.variables))
        self._log_shrink = {
            key: value for key, value in self._log_shrink.items() if key in ids
        }
        self._frames = ModelFrames(tracked, encoder, self._log_shrink)


def check_options(
    *,
    weight_decay: float | str | None,
    name: str,
    scalars: bool,
    histograms: bool,
    flush_secs: float,
) -> None:
    """Checks the options that the writer and the callback share.

    Raises:
        ValueError: If one is out of its range.
    """
    if isinstance(weight_decay, numbers.Real) and not isinstance(weight_decay, bool):
        valid = 0 <= weight_decay < math.inf
    else:
        valid = weight_decay is None or (
            isinstance(weight_decay, str) and weight_decay != ""
        )
    if not valid:
        raise ValueError(
            "`weight_decay` must be a number, finite and not negative, or words. "
            f"Received: {weight_decay!r}"
        )
    for option, value in (("scalars", scalars), ("histograms", histograms)):
        if not isinstance(value, bool):
            raise ValueError(f"`{option}` must be True or False. Received: {value!r}")
    if not isinstance(name, str) or not name or name != name.strip("/"):
        raise ValueError(
            "`name` must be a tag that neither begins nor ends with '/'. "
            f"Received: {name!r}"
        )
    if not isinstance(flush_secs, numbers.Real) or not flush_secs > 0:
        raise ValueError(
            f"`flush_secs` must be a number above 0. Received: {flush_secs!r}"
        )


def _labelled(info: RunInfo, weight_decay: float | str | None) -> RunInfo:
    if weight_decay is None:
        return info
    if isinstance(weight_decay, str):
        return replace(info, label=weight_decay)
    label = (
        f"weight_decay={format_coefficient(weight_decay)}" if weight_decay else "none"
    )
    return replace(info, label=label, strength=float(weight_decay))
