"""Where stored tensors come from: TensorBoard's data provider, or another."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from tensorboard.context import RequestContext
from tensorboard.data import provider as tb
from tensorboard.errors import PublicError

from tb_wdnorm.wire import PLUGIN_NAME

_logger = logging.getLogger(__name__)

# Half of what TensorBoard takes from its data server in one answer.
_MAX_BYTES = 128 * 2**20
# More frames of a run than this are rarely kept; a sample of fewer is worse than
# reading tags one by one.
_MANY = 5000
# Roughly what a tensor has beside its numbers.
_TENSOR_OVERHEAD_BYTES = 64


class TagState(NamedTuple):
    """A tag, and how far it has been written; differs once there is more.

    Attributes:
        max_step: Largest step; None where there is no tensor.
        max_wall_time_s: Latest wall time, seconds since the Unix epoch; None
            where there is no tensor.
        content: The tag's metadata.
    """

    max_step: int | None
    max_wall_time_s: float | None
    content: bytes


class SourceError(Exception):
    """Tensors that cannot be read now, but perhaps another time."""


class UnavailableError(PublicError):
    """TensorBoard cannot read its data; the answer is a 503."""

    http_code = 503


class TensorSource(Protocol):
    """This plugin's tensors of one experiment."""

    @property
    def experiment_id(self) -> str:
        """Name of the experiment; empty where there is only one."""

    def list_tags(self) -> Mapping[str, Mapping[str, TagState]]:
        """Returns the state of each tag, by run and tag.

        Raises:
            PublicError: If they cannot be listed; the message is for the user.
        """

    def read(
        self, run: str, tag: str, tensor_bytes: int, /
    ) -> Sequence[tb.TensorDatum]:
        """Returns the tensors of a tag, in any order.

        Args:
            run: Name of the run.
            tag: Name of the tag.
            tensor_bytes: What one of the tensors has. A source whose answers
                are limited returns a sample of as many as are allowed.

        Raises:
            SourceError: If they cannot be read now.
            TypeError: If they are damaged.
            ValueError: If they are damaged.
        """

    def read_together(
        self, run: str, tensor_bytes: Mapping[str, int], /
    ) -> Mapping[str, Sequence[tb.TensorDatum]] | None:
        """Returns the tensors of several tags, which takes less time.

        Args:
            run: Name of the run.
            tensor_bytes: By tag, what one of the tensors has.

        Returns:
            By tag; None if they are to be read one by one, because there may be
            too many, or because one of them cannot be read.
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
        """Returns the state of each tag, by run and tag.

        Raises:
            PublicError: What the provider says, or `UnavailableError`.
        """
        try:
            return self._list_tags()
        except PublicError:
            raise
        # A provider may be anyone's, and its errors anything.
        except Exception as error:
            return self._list_run_by_run(error)

    def read(self, run: str, tag: str, tensor_bytes: int) -> Sequence[tb.TensorDatum]:
        """Returns what TensorBoard's sampling has left of a tag's tensors.

        Raises:
            SourceError: If the provider fails, because the run was deleted, say.
            TypeError: If a tensor is damaged.
            ValueError: If a tensor is damaged.
        """
        try:
            data = self._read_tensors(run, {tag: tensor_bytes})
        except (TypeError, ValueError):
            raise
        except Exception as error:
            match error:
                case KeyError(args=(int(number),)):
                    # TensorBoard looks a tensor's type up by its number.
                    raise ValueError(f"no tensor has the type {number}") from error
            raise SourceError(f"{error!r}") from error
        return data[tag]

    def read_together(
        self, run: str, tensor_bytes: Mapping[str, int]
    ) -> Mapping[str, Sequence[tb.TensorDatum]] | None:
        """Returns the tensors of several tags; None if one cannot be read."""
        if _most(tensor_bytes) < _MANY:
            return None
        try:
            return self._read_tensors(run, tensor_bytes)
        # Read one by one, each has an error of its own.
        except Exception:
            return None

    def _read_tensors(
        self, run: str, tensor_bytes: Mapping[str, int]
    ) -> dict[str, Sequence[tb.TensorDatum]]:
        data = self.provider.read_tensors(
            self.ctx,
            experiment_id=self.experiment_id,
            plugin_name=PLUGIN_NAME,
            downsample=max(1, _most(tensor_bytes)),
            run_tag_filter=tb.RunTagFilter(runs=[run], tags=list(tensor_bytes)),
        )
        found = data.get(run, {})
        return {tag: found.get(tag, ()) for tag in tensor_bytes}

    def _list_tags(
        self, runs: Sequence[str] | None = None
    ) -> dict[str, dict[str, TagState]]:
        listing = self.provider.list_tensors(
            self.ctx,
            experiment_id=self.experiment_id,
            plugin_name=PLUGIN_NAME,
            run_tag_filter=tb.RunTagFilter(runs=runs),
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

    def _list_run_by_run(self, cause: Exception) -> dict[str, dict[str, TagState]]:
        """Lists all runs but those that cannot be listed.

        TensorBoard's Python reader lists nothing at all if one tag has no tensor.
        """
        try:
            runs = self.provider.list_runs(self.ctx, experiment_id=self.experiment_id)
        except Exception as error:
            raise UnavailableError(
                f"TensorBoard cannot list its tensors: {cause!r:.300}"
            ) from error
        listing: dict[str, dict[str, TagState]] = {}
        for run in runs:
            listing |= self._list_run(run.run_name)
        return listing

    def _list_run(self, run: str) -> dict[str, dict[str, TagState]]:
        try:
            return self._list_tags([run])
        except Exception as error:
            _warn_of_run(run, repr(error))
            return {}


@functools.lru_cache(maxsize=1000)
def _warn_of_run(run: str, error: str) -> None:
    """Warns of what it has not warned of lately."""
    _logger.warning(
        "tb_wdnorm: left out run %.300r: TensorBoard cannot list its tensors: %.300s.",
        run,
        error,
    )


def _most(tensor_bytes: Mapping[str, int]) -> int:
    """How many tensors of each tag fit into an answer."""
    return _MAX_BYTES // sum(n + _TENSOR_OVERHEAD_BYTES for n in tensor_bytes.values())
