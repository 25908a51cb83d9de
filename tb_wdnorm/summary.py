"""Channel norms as summaries, for training without Keras' `fit`.

Importing this module imports no framework; `kernel_norms` needs TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tb_wdnorm.core.frames import Decay
from tb_wdnorm.write.numpy_summary import kernel_norms_pb

if TYPE_CHECKING:
    from tb_wdnorm.write.tf_summary import kernel_norms

__all__ = ["Decay", "kernel_norms", "kernel_norms_pb"]


def __getattr__(name: str) -> Any:
    if name != "kernel_norms":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return importlib.import_module("tb_wdnorm.write.tf_summary").kernel_norms
    except ModuleNotFoundError as error:
        if error.name != "tensorflow":
            raise
        raise ImportError(
            "kernel_norms needs TensorFlow. To install it: "
            "pip install 'tb-wdnorm[tf]'. kernel_norms_pb needs none"
        ) from error


def __dir__() -> list[str]:
    return [*globals(), "kernel_norms"]
