"""The counting settings, where some waits take other times (tests/support/times.py)."""

from tests.settings_counting import *
from tests.settings_counting import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.support.times.Times"]
