"""The program's settings, with a `requestState` that is good for a second only."""

from hello3d.settings import *  # noqa: F403
from hello3d.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.support.impatient.Impatient"]
