"""The settings with times of the test, and with a channel layer that loses messages."""

from tests.settings_times import *

CHANNEL_LAYERS = {"default": {"BACKEND": "tests.support.layers.DroppingLayer"}}
