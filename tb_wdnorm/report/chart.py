"""Line charts as SVG, for a page without scripts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 420, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 12, 30

COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#e69f00",
    "#8a6fd1",
    "#7f7f7f",
)
"""Colours that are told apart without red and green (Okabe & Ito 2008, and two)."""


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
