"""Where stored tensors come from: TensorBoard's data provider, or another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from tensorboard.context import RequestContext
from tensorboard.data import provider as tb

from tb_wdnorm.wire import PLUGIN_NAME

# More than any sampling leaves; the provider wants a number.
_ALL = 2**31 - 1


class TagState(NamedTuple):
    """A tag, and how far it has been written; differs once there is more.

    Attributes:
        max_step: Largest step.
        max_wall_time_s: Latest wall time, seconds since the Unix epoch.
        content: The tag's metadata.
    """

    max_step: int
    max_wall_time_s: float
    content: bytes


class TensorSource(Protocol):
    """This plugin's tensors of one experiment."""

    @property
    def experiment_id(self) -> str:
        """Name of the experiment; empty where there is only one."""

    def list_tags(self) -> Mapping[str, Mapping[str, TagState]]:
        """Returns the state of each tag, by run and tag."""

    def read(self, run: str, tag: str) -> Sequence[tb.TensorDatum]:
        """Returns the tensors of a tag, in any order.

        Raises:
            TypeError: If they are damaged.
            ValueError: If they are damaged.
        """


class ProviderTensors(NamedTuple):
    """The tensors that a data provider has.

    Attributes:
        provider: TensorBoard's.
        ctx: Context of the request to answer.
        experiment_id: Name of the experiment.
    """

    provider: tb.DataProvider
    ctx: RequestContext
    experiment_id: str

    def list_tags(self) -> Mapping[str, Mapping[str, TagState]]:
        """Returns the state of each tag, by run and tag."""
        listing = self.provider.list_tensors(
            self.ctx, experiment_id=self.experiment_id, plugin_name=PLUGIN_NAME
        )
        return {
            run: {
                tag: TagState(
                    series.max_step, series.max_wall_time, series.plugin_content
                )
                for tag, series in tags.items()
            }
            for run, tags in listing.items()
        }

    def read(self, run: str, tag: str) -> Sequence[tb.TensorDatum]:
        """Returns what TensorBoard's sampling has left of a tag's tensors."""
        data = self.provider.read_tensors(
            self.ctx,
            experiment_id=self.experiment_id,
            plugin_name=PLUGIN_NAME,
            downsample=_ALL,
            run_tag_filter=tb.RunTagFilter(runs=[run], tags=[tag]),
        )
        tensors: Sequence[tb.TensorDatum] = data.get(run, {}).get(tag, ())
        return tensors
