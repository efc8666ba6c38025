"""Plants a fault in a worker: with tests/settings_soak.py."""

import os

from django.apps import AppConfig


class Soak(AppConfig):
    name = "tests.soak"
    label = "soak"

    def ready(self) -> None:
        from tests.soak import faults

        if fault := os.environ.get("SOAK_FAULT"):
            faults.FAULTS[fault]()
