"""The counting settings, where `requestState` and idle transports live for a second only."""

from tests.settings_counting import *  # noqa: F403
from tests.settings_counting import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.support.impatient.Impatient"]
