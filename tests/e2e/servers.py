"""The servers of the page's tests: both readers with TensorFlow are in contract/."""

from __future__ import annotations

import functools

from tests import tensorboard_server

MODULE = "tests.tensorboard_without_tensorflow"
running_tensorboard = functools.partial(
    tensorboard_server.running_tensorboard, module=MODULE
)
