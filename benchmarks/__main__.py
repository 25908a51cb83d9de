"""Measures what frames cost and prints the results as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks import (
    frame_bytes,
    frame_time,
    machine,
    start_time,
    training_time,
)
from benchmarks.measurement import Row

_SECTIONS: Mapping[str, Callable[[], list[Row]]] = {
    "Machine": machine.describe,
    "A frame of ResNet-50 (54 kernels, 25.5 million weights)": (
        frame_time.against_alternatives
    ),
    "Bytes per frame of ResNet-50": frame_bytes.bytes_per_frame,
    "Training the demo's autoencoder": training_time.overhead,
    "Start": start_time.start,
    "Frames by size of the model": frame_time.by_size,
}

_MET = {None: "", True: "yes", False: "**no**"}


def main() -> None:
    """Runs all benchmarks."""
    for title, measure in _SECTIONS.items():
        rows = [*measure(), machine.load_average()]
        print(f"\n### {title}\n")
        print("| | measured: median (quartiles) | target | met |")
        print("|---|---|---|---|")
        for row in rows:
            print(f"| {row.what} | {row.measured} | {row.target} | {_MET[row.met]} |")
        print(end="", flush=True)


if __name__ == "__main__":
    main()
