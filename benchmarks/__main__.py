"""Measures what frames and answers cost; prints the results as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks import (
    frame_bytes,
    frame_time,
    machine,
    page_time,
    server_bytes,
    server_memory,
    server_time,
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
    "Server: all means of 10 runs × 300 steps × 100 kernels": (
        server_time.against_one_tensor_per_kernel
    ),
    "Server: bytes on the wire for 20 runs × 500 steps × 54 kernels": (
        server_bytes.page
    ),
    "Server: 100 runs × 500 steps × 200 kernels (1.76 GB of frames)": (
        server_memory.many_runs
    ),
    "Server: all means by number of runs, steps and kernels": server_time.by_size,
    "Page: 20 runs × 54 kernels × 500 steps, in headless Chromium": page_time.page,
    "Beside it: TensorBoard's own histograms": page_time.histograms,
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
