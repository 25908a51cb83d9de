"""Line charts as SVG, for a page without scripts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 420, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 12, 30

# As on the page: from blue to orange, for every kind of colour vision, grey without
# decay; of lightness that is read on white and on black.
_RAMP = ((68, 84, 214), (140, 70, 190), (202, 56, 148), (226, 92, 92), (230, 128, 20))
_NEUTRAL = "#8a8a8a"


@dataclass(frozen=True)
class Line:
    """A curve of a chart.

    Attributes:
        name: Shown when the pointer is on it.
        colour: Its colour.
        x, y: Its points; the curve is interrupted where `y` is not finite.
        is_dashed: Whether it is the baseline's.
    """

    name: str
    colour: str
    x: Sequence[float]
    y: Sequence[float]
    is_dashed: bool = False


def decay_colours(decays: Mapping[str, float]) -> dict[str, str]:
    """Returns colours of runs by their weight decay, weakest first on the ramp.

    Args:
        decays: Coefficients by name of the run; grey where they are 0.
    """
    present = [math.log(decay) for decay in decays.values() if 0 < decay < math.inf]
    low, high = min(present, default=0.0), max(present, default=0.0)

    def colour(decay: float) -> str:
        if not 0 < decay < math.inf:
            return _NEUTRAL
        share = (math.log(decay) - low) / (high - low) if high > low else 0.5
        at = share * (len(_RAMP) - 1)
        below = min(int(at), len(_RAMP) - 2)
        mixed = (
            round(a + (b - a) * (at - below))
            for a, b in zip(_RAMP[below], _RAMP[below + 1], strict=True)
        )
        return "#" + "".join(f"{channel:02x}" for channel in mixed)

    return {name: colour(decay) for name, decay in decays.items()}


def chart(
    title: str, lines: Sequence[Line], band: tuple[float, float] | None = None
) -> str:
    """Returns a chart of curves over steps, from 0 up, as an SVG element.

    Args:
        title: What it shows, for those who cannot see it.
        lines: The curves, drawn in order.
        band: Range to mark across the chart, if any.
    """
    right = max((x for line in lines for x in line.x), default=0.0) or 1.0
    values = [y for line in lines for y in line.y if math.isfinite(y)]
    values += [bound for bound in band or () if math.isfinite(bound)]
    ticks = _ticks(max(values, default=0.0) or 1.0)
    top = ticks[-1]

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            _LEFT + x / right * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - y / top * (_HEIGHT - _TOP - _BOTTOM),
        )

    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
    ]
    if band is not None:
        (x, y), (end, foot) = at(0, min(band[1], top)), at(right, band[0])
        parts.append(
            f'<rect class="band" x="{x:.1f}" y="{y:.1f}" width="{end - x:.1f}" '
            f'height="{max(1.0, foot - y):.1f}"/>'
        )
    for tick in ticks:
        (x, y), (end, _) = at(0, tick), at(right, tick)
        parts.append(
            f'<path class="grid" d="M{x:.1f} {y:.1f}H{end:.1f}"/>'
            f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
        )
    for tick in _ticks(right):
        if tick <= right:
            x, y = at(tick, 0)
            parts.append(
                f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{tick:g}'
                "</text>"
            )
    for line in lines:
        dashes = ' stroke-dasharray="5 3"' if line.is_dashed else ""
        parts.append(
            f'<path class="line" d="{_path(line, at)}" stroke="{line.colour}"{dashes}>'
            f"<title>{escape(line.name)}</title></path>"
        )
    return "".join([*parts, "</svg>"])


def _path(line: Line, at: Callable[[float, float], tuple[float, float]]) -> str:
    commands = []
    is_new = True
    for x, y in zip(line.x, line.y, strict=True):
        if math.isfinite(y):
            left, down = at(x, y)
            commands.append(f"{'M' if is_new else 'L'}{left:.1f} {down:.1f}")
        is_new = not math.isfinite(y)
    return "".join(commands)


def _ticks(largest: float) -> list[float]:
    """Round numbers from 0 to at or above the largest."""
    rough = largest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    return [i * step for i in range(math.ceil(largest / step - 1e-9) + 1)]
