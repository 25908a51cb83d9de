"""`tensorboard` as it runs where TensorFlow is not installed, which starts at once.

`python -m tests.tensorboard_without_tensorflow` takes the flags of `tensorboard`.
"""

from __future__ import annotations

import sys
import types

from tensorboard.main import run_main

# Where this module exists, TensorBoard does not look for TensorFlow.
_MARK = "tensorboard.compat.notf"

if __name__ == "__main__":
    sys.modules[_MARK] = types.ModuleType(_MARK)
    run_main()
