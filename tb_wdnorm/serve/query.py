"""Query strings to arguments, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tensorboard.errors import InvalidArgumentError

from tb_wdnorm.core.frames import COLUMNS, RunFrames
from tb_wdnorm.serve.routes import identifier, kernels_of

DEFAULT_MAX_POINTS = 500
# Two would leave the first or the last frame no point of its own.
_MAX_POINTS = range(3, 10_001)
_MAX_STEPS = 64
_STEPS = range(2**63)
_SHOWN_CHARACTERS = 80


def runs(args: Mapping[str, str], available: Sequence[RunFrames]) -> list[RunFrames]:
    """Reads `runs`; all that are available by default.

    Raises:
        InvalidArgumentError: If an id is not that of a run.
    """
    by_id = {identifier(run.name): run for run in available}
    return [by_id[i] for i in _choice(args, "runs", "id of a run", by_id, by_id)]


def kernels(args: Mapping[str, str], chosen: Sequence[RunFrames]) -> list[str]:
    """Reads `kernels`, as paths; all of the chosen runs by default.

    Raises:
        InvalidArgumentError: If an id is not that of a kernel of these runs.
    """
    by_id = {identifier(path): path for path in kernels_of(chosen)}
    return [by_id[i] for i in _choice(args, "kernels", "id of a kernel", by_id, by_id)]


def columns(args: Mapping[str, str]) -> list[str]:
    """Reads `columns`; the mean by default.

    Raises:
        InvalidArgumentError: If one is not the name of a column.
    """
    requirement = f"one of {', '.join(COLUMNS)}"
    return _choice(args, "columns", requirement, COLUMNS, ["mean"])


def max_points(args: Mapping[str, str]) -> int:
    """Reads `max_points`.

    Raises:
        InvalidArgumentError: If it is no whole number in its range.
    """
    text = args.get("max_points")
    if text is None:
        return DEFAULT_MAX_POINTS
    return _whole_number("max_points", text, _MAX_POINTS)


def steps(args: Mapping[str, str]) -> list[int]:
    """Reads `steps`; none by default.

    Raises:
        InvalidArgumentError: If there are too many, or one is no whole number.
    """
    wanted = _list(args, "steps") or []
    if len(wanted) > _MAX_STEPS:
        raise InvalidArgumentError(
            f"`steps` must be at most {_MAX_STEPS} numbers. Received: {len(wanted)}"
        )
    return [_whole_number("steps", text, _STEPS) for text in wanted]


def _choice(
    args: Mapping[str, str],
    name: str,
    requirement: str,
    allowed: Iterable[str],
    default: Iterable[str],
) -> list[str]:
    wanted = _list(args, name)
    if wanted is None:
        return list(default)
    known = set(allowed)
    for value in wanted:
        if value not in known:
            raise InvalidArgumentError(
                f"`{name}` must be a list of which each is {requirement}. "
                f"Received: {_shown(value)}"
            )
    return list(dict.fromkeys(wanted))


def _list(args: Mapping[str, str], name: str) -> list[str] | None:
    text = args.get(name)
    return None if text is None else text.split(",")


def _whole_number(name: str, text: str, allowed: range) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 20:
        number = int(text)
        if number in allowed:
            return number
    raise InvalidArgumentError(
        f"`{name}` must be a whole number from {allowed[0]} to {allowed[-1]}. "
        f"Received: {_shown(text)}"
    )


def _shown(text: str) -> str:
    if len(text) > _SHOWN_CHARACTERS:
        text = text[:_SHOWN_CHARACTERS] + "…"
    return repr(text)
