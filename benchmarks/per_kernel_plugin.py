"""The alternative to frames: one tensor per kernel and step.

`python -m benchmarks.per_kernel_plugin` is `tensorboard` with a plugin that
reads such tensors and answers with the mean of each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from tensorboard import default, plugin_util, program
from tensorboard.backend import http_util
from tensorboard.compat.proto import summary_pb2, tensor_pb2, types_pb2
from tensorboard.data import provider as tb
from tensorboard.plugins import base_plugin
from werkzeug import Request, Response

from benchmarks.synthetic_runs import describe, frames, write_last
from tb_wdnorm.core.frames import column_index
from tb_wdnorm.write.event_file import EventFile

PLUGIN_NAME = "per_kernel"

_ALL = 2**31 - 1


class PerKernelPlugin(base_plugin.TBPlugin):
    """Serves the means of all kernels of all runs as one answer."""

    plugin_name = PLUGIN_NAME

    def __init__(self, context: base_plugin.TBContext) -> None:
        self._provider = context.data_provider

    def is_active(self) -> bool:
        """Returns False: there is no page."""
        return False

    def get_plugin_apps(self) -> Mapping[str, Callable[..., Any]]:
        """Returns the only route."""
        return {"/means": Request.application(self._serve_means)}

    def _serve_means(self, request: Request) -> Response:
        ctx = plugin_util.context(request.environ)
        asked = {
            "experiment_id": plugin_util.experiment_id(request.environ),
            "plugin_name": PLUGIN_NAME,
        }
        means = []
        for run, tags in self._provider.list_tensors(ctx, **asked).items():
            data = self._provider.read_tensors(
                ctx,
                **asked,
                downsample=_ALL,
                run_tag_filter=tb.RunTagFilter(runs=[run], tags=list(tags)),
            )
            column = column_index("mean")
            means += [[d.numpy[column] for d in data[run][tag]] for tag in tags]
        content = np.array(means, np.float32).tobytes()
        response: Response = http_util.Respond(
            request, content, "application/octet-stream"
        )
        return response


def write_runs_per_kernel(
    logdir: str, n_runs: int, n_frames: int, n_kernels: int
) -> None:
    """Writes the numbers of `synthetic_runs.write_runs` with a tag for each kernel."""
    metadata = summary_pb2.SummaryMetadata(
        plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name=PLUGIN_NAME),
        data_class=summary_pb2.DATA_CLASS_TENSOR,
    )
    for number in range(n_runs):
        info = describe(n_kernels, l2=number * 1e-4)
        file = EventFile(os.path.join(logdir, str(number)))
        for frame in frames(info, n_frames, seed=number):
            values = [
                summary_pb2.Summary.Value(
                    tag=f"channel_norms/{kernel.path}",
                    tensor=_tensor(row),
                    metadata=None if frame.step else metadata,
                )
                for kernel, row in zip(info.kernels, frame.values, strict=True)
            ]
            file.write(summary_pb2.Summary(value=values), frame.step, frame.wall_time_s)
        write_last(file)
        file.close()


def _tensor(row: np.ndarray) -> tensor_pb2.TensorProto:
    tensor = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_FLOAT, tensor_content=row.astype("<f4").tobytes()
    )
    tensor.tensor_shape.dim.add(size=len(row))
    return tensor


def main() -> None:
    """Runs `tensorboard` with this plugin beside the others."""
    tensorboard = program.TensorBoard([*default.get_plugins(), PerKernelPlugin])
    tensorboard.configure(sys.argv)
    sys.exit(tensorboard.main())


if __name__ == "__main__":
    main()
