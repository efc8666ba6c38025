"""The program's settings, with a channel layer that loses messages."""

from hello3d.settings import *  # noqa: F403

CHANNEL_LAYERS = {"default": {"BACKEND": "tests.support.layers.DroppingLayer"}}
