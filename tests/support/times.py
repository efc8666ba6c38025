"""Other waits than the program's own in servers of the tests: with tests/settings_times.py."""

import json
import os
from collections.abc import Mapping
from importlib import import_module

from django.apps import AppConfig

from tests.support.waiting import WITHIN_SECONDS

LONGER_THAN_A_TEST = 3.0 * WITHIN_SECONDS


def times(seconds: Mapping[str, float]) -> dict[str, str]:
    """The environment of a server with these times, by module and name.

    What takes minutes happens within a test, and what must not happen in a test does not, however
    busy the machine is.
    """
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings_times"}
    return settings | {"TIMES_OF_THE_TEST": json.dumps(dict(seconds))}


# A store that refused a write is taken for well again much sooner.
FORGETFUL = times({"sessions_app.storage.errors.REFUSED_LATELY_SECONDS": 0.5})


class Times(AppConfig):
    name = "tests.support"
    label = "times"

    def ready(self) -> None:
        for name, seconds in json.loads(os.environ["TIMES_OF_THE_TEST"]).items():
            module, _, constant = name.rpartition(".")
            owner = import_module(module)
            assert isinstance(getattr(owner, constant), int | float), name
            setattr(owner, constant, seconds)
