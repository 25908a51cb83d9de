"""Query strings to arguments, checked.

Every function that reads a parameter raises `InvalidArgumentError` unless the
value is as `http_api.md` says, with a sentence that names the parameter, what it
must be and what was received.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast, get_args

from tensorboard.errors import InvalidArgumentError
from werkzeug.datastructures import MultiDict

from tb_wdnorm.core.frames import COLUMNS
from tb_wdnorm.serve.store import ListedRun, Listing
from tb_wdnorm.serve.view import KernelItem, Relative

DEFAULT_MAX_POINTS = 500
MAX_VALUES = 50_000_000
"""How many numbers may be asked for at once."""

# Two would leave the first or the last frame no point of its own.
_MAX_POINTS = range(3, 10_001)
_MAX_STEPS = 64
_STEPS = range(2**63)
_SHOWN_CHARACTERS = 80


def parameters(args: MultiDict[str, str], known: Collection[str]) -> Mapping[str, str]:
    """Reads the parameters of a route, each of which may be given once.

    Args:
        args: The query string.
        known: Names of the parameters that there are.
    """
    for name, values in args.lists():
        if name not in known:
            requirement = f"of {', '.join(known)}" if known else "left out here"
            raise InvalidArgumentError(
                f"Parameters must be {requirement}. Received: {_shown(name)}"
            )
        if len(values) > 1:
            raise InvalidArgumentError(
                f"`{name}` must be given once. Received: {len(values)} times"
            )
    return args.to_dict()


def runs(args: Mapping[str, str], listing: Listing) -> Sequence[ListedRun]:
    """Reads `runs`; all that there are by default."""
    if "runs" not in args:
        return listing.runs()
    wanted = list(dict.fromkeys(args["runs"].split(",")))
    found = []
    for run_id, run in zip(wanted, listing.find(wanted), strict=True):
        if run is None:
            raise _refused("runs", "ids of runs, joined by commas", run_id)
        found.append(run)
    return found


def baseline(args: Mapping[str, str], listing: Listing) -> ListedRun | None:
    """Reads `baseline`; None by default."""
    if "baseline" not in args:
        return None
    (run,) = listing.find([args["baseline"]])
    if run is None:
        raise _refused("baseline", "the id of a run", args["baseline"])
    return run


def relative(args: Mapping[str, str]) -> Relative:
    """Reads `relative`; `none` by default."""
    return cast(Relative, choice(args, "relative", get_args(Relative)))


def kernels(
    args: Mapping[str, str], chosen: Iterable[ListedRun]
) -> Sequence[KernelItem]:
    """Reads `kernels`; all of the chosen runs, one by one, by default."""
    path_by_id: dict[str, str] = {}
    for run in chosen:
        path_by_id |= zip(run.summary.kernel_ids, run.summary.paths, strict=True)
    if "kernels" not in args:
        return [KernelItem(text, (path,)) for text, path in path_by_id.items()]
    items = []
    for text in dict.fromkeys(args["kernels"].split(",")):
        members = dict.fromkeys(text.split("."))
        for member in members:
            if member not in path_by_id:
                raise _refused(
                    "kernels",
                    "ids of kernels of these runs, joined by commas, or by dots "
                    "where they are put together",
                    member,
                )
        items.append(KernelItem(text, tuple(path_by_id[m] for m in members)))
    return items


def columns(args: Mapping[str, str]) -> Sequence[str]:
    """Reads `columns`; the mean by default."""
    wanted = list(dict.fromkeys(args.get("columns", "mean").split(",")))
    for column in wanted:
        if column not in COLUMNS:
            requirement = f"columns joined by commas, of {', '.join(COLUMNS)}"
            raise _refused("columns", requirement, column)
    return wanted


def max_points(args: Mapping[str, str]) -> int:
    """Reads `max_points`."""
    if "max_points" not in args:
        return DEFAULT_MAX_POINTS
    return _whole_number("max_points", args["max_points"], _MAX_POINTS)


def since(args: Mapping[str, str], n_runs: int) -> Sequence[int | None]:
    """Reads `since` for each of some runs; None where all frames are wanted."""
    if "since" not in args:
        return [None] * n_runs
    texts = args["since"].split(",")
    if len(texts) not in {1, n_runs}:
        raise InvalidArgumentError(
            f"`since` must be one number, or one for each of the {n_runs} runs. "
            f"Received: {len(texts)} numbers"
        )
    steps = [_whole_number("since", text, _STEPS) for text in texts]
    return steps if len(steps) == n_runs else steps * n_runs


def step(args: Mapping[str, str]) -> int | None:
    """Reads `step`; None by default, for the last."""
    return _whole_number("step", args["step"], _STEPS) if "step" in args else None


def steps(args: Mapping[str, str]) -> Sequence[int]:
    """Reads `steps`; none by default, for the last."""
    wanted = args["steps"].split(",") if "steps" in args else []
    if len(wanted) > _MAX_STEPS:
        raise InvalidArgumentError(
            f"`steps` must be at most {_MAX_STEPS} numbers. Received: {len(wanted)}"
        )
    return [_whole_number("steps", text, _STEPS) for text in wanted]


def choice(args: Mapping[str, str], name: str, allowed: Sequence[str]) -> str:
    """Reads a parameter that is one of a few words; the first by default."""
    value = args.get(name, allowed[0])
    if value not in allowed:
        raise _refused(name, f"one of {', '.join(allowed)}", value)
    return value


def check_size(n_values: int, lower: str) -> None:
    """Checks how many numbers are asked for.

    Args:
        n_values: How many.
        lower: The parameters to choose less with.
    """
    if n_values > MAX_VALUES:
        raise InvalidArgumentError(
            f"{lower} must ask for at most {MAX_VALUES} values together. "
            f"Received: {n_values}"
        )


def _whole_number(name: str, text: str, allowed: range) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 20:
        number = int(text)
        if number in allowed:
            return number
    requirement = f"a whole number from {allowed[0]} to {allowed[-1]}"
    raise _refused(name, requirement, text)


def _refused(name: str, requirement: str, value: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"`{name}` must be {requirement}. Received: {_shown(value)}"
    )


def _shown(text: str) -> str:
    if len(text) > _SHOWN_CHARACTERS:
        text = text[:_SHOWN_CHARACTERS] + "…"
    return repr(text)
