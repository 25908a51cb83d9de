"""What is constant about kernels known by name and shape, without a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tb_wdnorm.core.frames import Decay, KernelInfo, RunInfo, distinct_decays
from tb_wdnorm.core.norm_kinds import as_norm
from tb_wdnorm.write.patterns import Names
from tb_wdnorm.write.selection import Candidate, KernelOptions

# Of all calls, of which there is one per step: to warn once is enough.
_warned: set[str] = set()


def describe(
    shapes: Mapping[str, Sequence[int]],
    options: KernelOptions,
    *,
    decay: Decay | Mapping[str, Decay] | None,
    label: str | None,
) -> RunInfo:
    """Describes kernels by their names and shapes.

    A name such as `encoder/dense/kernel` or `encoder.0.weight` is read as a
    layer's name, a separator and the array's role within the layer; one without
    a separator is both. By default the role is the group, and the last axis is
    that of the channels.

    Args:
        shapes: Shape of each kernel, by its name.
        options: How they are grouped and measured.
        decay: Weight decay of all kernels, or by name; none of the others.
        label: The run's weight decay in words; made from `decay` if None.

    Raises:
        ValueError: If there is no kernel, if a kernel has no axis or no channel,
            if `decay` names another one, or if a kernel lacks an axis that it
            is to keep.
    """
    if not shapes:
        raise ValueError("`kernels` must hold one kernel or more. Received: none")
    candidates = [_candidate(name, shape) for name, shape in shapes.items()]
    chosen = replace(options, _warned=_warned).choose(candidates)
    decays = _decays(shapes, decay)
    kernels = tuple(replace(info, decay=decays[info.path]) for _, info in chosen)
    for kernel in kernels:
        if kernel.n_channels == 0:
            raise ValueError(
                "`kernels` must have one channel or more. "
                f"Received: {kernel.path!r} of shape {list(kernel.shape)}"
            )
    if label is None:
        label = " | ".join(decay.label for decay in distinct_decays(kernels))
    return RunInfo(kernels, norm=as_norm(options.norm).name, label=label)


def _candidate(name: str, shape: Sequence[int]) -> Candidate:
    if not shape:
        raise ValueError(
            f"`kernels` must be arrays of rank 1 or more. Received: {name!r} of rank 0"
        )
    role = re.split(r"[/.]", name)[-1]
    layer_path = name[: -len(role) - 1]
    layer = layer_path.rpartition("/")[2] or name
    info = KernelInfo(
        path=name,
        layer=layer,
        layer_class="",
        role=role,
        shape=tuple(shape),
        channel_axes=(len(shape) - 1,),
        group=role,
    )
    return Candidate(info, Names(paths=(name,), layers=(layer, layer_path)))


def _decays(
    names: Iterable[str], decay: Decay | Mapping[str, Decay] | None
) -> dict[str, Decay]:
    """The decay of each kernel."""
    if not isinstance(decay, Mapping):
        return dict.fromkeys(names, decay or Decay())
    decays = {name: decay.get(name, Decay()) for name in names}
    unknown = [name for name in decay if name not in decays]
    if unknown:
        raise ValueError(
            f"`decay` must name kernels: {', '.join(decays)}. "
            f"Received: {', '.join(unknown)}"
        )
    return decays
