"""Is my weight decay working? Channel norms of kernels, in TensorBoard.

Importing this package imports no deep-learning framework.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tb_wdnorm.analysis import analyze
    from tb_wdnorm.serve.logdir import read_logdir
    from tb_wdnorm.write.keras_callback import KernelNormCallback
    from tb_wdnorm.write.writer import KernelNormWriter

__version__ = "0.1.0"

__all__ = ["KernelNormCallback", "KernelNormWriter", "analyze", "read_logdir"]

_HOMES = {
    "KernelNormCallback": "tb_wdnorm.write.keras_callback",
    "KernelNormWriter": "tb_wdnorm.write.writer",
    "analyze": "tb_wdnorm.analysis",
    "read_logdir": "tb_wdnorm.serve.logdir",
}


def __getattr__(name: str) -> Any:
    if name == "summary":
        return importlib.import_module("tb_wdnorm.summary")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        if error.name != "keras":
            raise
        raise ImportError(
            f"{name} needs Keras 3 and one of its back ends. "
            "To install it with TensorFlow: pip install 'tb-wdnorm[tf]'"
        ) from error


def __dir__() -> list[str]:
    return [*globals(), *_HOMES, "summary"]
