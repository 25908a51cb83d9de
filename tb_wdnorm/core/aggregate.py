"""Kernels put together: the channels of several as if they were one's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import (
    COLUMNS,
    EDGES,
    TRAINING_STATE,
    Decay,
    KernelInfo,
    RunFrames,
    column_index,
    distinct_decays,
)
from tb_wdnorm.core.histogram import merge_edges
from tb_wdnorm.core.norm_kinds import L1, L2, LINF, RMS

_Float32s = npt.NDArray[np.float32]
_Float64s = npt.NDArray[np.float64]

_FIRST_EDGE = column_index(EDGES[0])


def merge_kernels(run: RunFrames, sets: Sequence[Sequence[str]]) -> RunFrames:
    """Returns a run with one row for each set of kernels.

    A set of one kernel is that kernel as it is. A set of several is the
    distribution of all their channels together, in each frame of those members
    that it has. Its `total` is the norm of all weights, NaN if the user gave the
    norm as a function; training state is NaN where members differ in it, and
    edges are if not all of them were read.

    Args:
        run: The run.
        sets: Paths of the members of each set, one or more; each counts once,
            and those that the run does not have are left out.

    Returns:
        The run with a row per set, NaN where no member is left. A set of
        several is called by their sorted paths, joined with ` + `. It has the
        layer, role, group and target that all its members share, and their
        strongest decay.

    Raises:
        ValueError: If a set is empty.
    """
    row = run.info.rows
    shape = (len(run.steps), len(sets), run.values.shape[2])
    values = np.full(shape, np.nan, np.float32)
    kernels = []
    for index, paths in enumerate(sets):
        if not paths:
            raise ValueError(
                f"Each of `sets` must have one kernel or more. Received: {sets!r}"
            )
        rows = [row[path] for path in dict.fromkeys(paths) if path in row]
        members = [run.info.kernels[i] for i in rows]
        kernels.append(_describe(sorted(set(paths)), members))
        if len(members) == 1:
            values[:, index] = run.values[:, rows[0]]
        elif members:
            values[:, index] = _merge(run.values[:, rows], members, run.info.norm)
    return replace(run, info=replace(run.info, kernels=tuple(kernels)), values=values)


def _describe(paths: Sequence[str], members: Sequence[KernelInfo]) -> KernelInfo:
    """What stays the same about a set; `members` are those that the run has."""
    if len(paths) == len(members) == 1:
        return members[0]

    def shared(attribute: str) -> str:
        values = {getattr(member, attribute) for member in members}
        return values.pop() if len(values) == 1 else ""

    targets = {member.target for member in members}
    return KernelInfo(
        path=" + ".join(paths),
        layer=shared("layer"),
        layer_class=shared("layer_class"),
        role=shared("role"),
        shape=(sum(member.n_channels for member in members),),
        channel_axes=(0,),
        group=shared("group"),
        target=targets.pop() if len(targets) == 1 else None,
        decay=distinct_decays(members)[0] if members else Decay(),
    )


def _merge(values: _Float32s, members: Sequence[KernelInfo], norm: str) -> _Float32s:
    """Merges `[frames, members, columns]` to `[frames, columns]`."""
    column = {
        name: values[..., index].astype(np.float64)
        for index, name in enumerate(COLUMNS[:_FIRST_EDGE])
    }
    present = ~np.isnan(column["nonfinite"])
    n_channels = np.array([member.n_channels for member in members])
    n_finite = np.where(present, n_channels - column["nonfinite"], 0)
    n_weights = n_finite * [math.prod(member.shape) for member in members] / n_channels

    merged = np.full((len(values), values.shape[2]), np.nan, np.float64)
    # Beyond float32 and where nothing is finite, the results say so themselves.
    with np.errstate(all="ignore"):
        mean = _mean(column["mean"], n_finite)
        deviations = column["mean"] - mean[:, np.newaxis]
        variance = _mean(column["std"] ** 2 + deviations**2, n_finite)
        statistics = {
            "mean": mean,
            "max": np.fmax.reduce(column["max"], axis=1),
            "min": np.fmin.reduce(column["min"], axis=1),
            "std": np.sqrt(variance),
            "total": _total(column["total"], norm, n_finite, n_weights),
            "nonfinite": np.where(
                present.any(axis=1), np.nansum(column["nonfinite"], axis=1), np.nan
            ),
            **{name: _where_same(column[name], present) for name in TRAINING_STATE},
        }
        for name, series in statistics.items():
            merged[:, column_index(name)] = series
        if values.shape[2] == len(COLUMNS):
            merged[:, _FIRST_EDGE:] = merge_edges(values[..., _FIRST_EDGE:], n_finite)
        return merged.astype(np.float32)


def _mean(values: _Float64s, weights: _Float64s) -> _Float64s:
    """Weighted mean along the last axis; NaN where all weights are 0."""
    weighted = np.where(weights > 0, values * weights, 0)
    return weighted.sum(axis=-1) / weights.sum(axis=-1)


def _total(
    totals: _Float64s, norm: str, n_finite: _Float64s, n_weights: _Float64s
) -> _Float64s:
    """Norm of all members' weights, `[frames]`, from that of each."""
    known = n_finite > 0
    if norm == L2.name:
        total = np.sqrt(np.sum(totals**2, axis=1, where=known))
    elif norm == L1.name:
        total = np.sum(totals, axis=1, where=known)
    elif norm == LINF.name:
        total = np.max(totals, axis=1, where=known, initial=0)
    elif norm == RMS.name:
        total = np.sqrt(_mean(totals**2, n_weights))
    else:
        total = np.full(len(totals), np.nan)
    return np.where(known.any(axis=1), total, np.nan)


def _where_same(values: _Float64s, present: npt.NDArray[np.bool_]) -> _Float64s:
    """The value that all present members share, `[frames]`, else NaN."""
    smallest = np.where(present, values, np.inf).min(axis=1)
    largest = np.where(present, values, -np.inf).max(axis=1)
    return np.where(smallest == largest, smallest, np.nan)
