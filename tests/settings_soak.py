"""The settings with a clock that the soak moves, and with the faults that it plants."""

from tests.settings_moving import *
from tests.settings_moving import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.soak.apps.Soak"]
