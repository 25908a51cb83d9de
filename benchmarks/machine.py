"""What the benchmarks ran on."""

from __future__ import annotations

import os
import platform
from importlib import metadata

from benchmarks.measurement import Row

_PACKAGES = ("tensorflow", "keras", "numpy", "tensorboard", "tb-wdnorm")


def describe() -> list[Row]:
    """Returns the machine's size and the versions that matter."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    return [
        Row("processor", f"{_processor()}, {os.cpu_count()} cores"),
        Row("memory", f"{memory:.0f} GiB"),
        Row("system", f"{platform.system()} {platform.machine()}"),
        Row("versions", ", ".join([f"Python {platform.python_version()}", *versions])),
    ]


def load_average() -> Row:
    """Returns how busy the machine is; above its cores, timings are noisy."""
    return Row("load average (1 minute)", f"{os.getloadavg()[0]:.2f}")


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
