"""Oddities of a scene, found without a browser, each with the call that fixes it."""

from sessions_app.scene.checks.checking import MOST, View, find, worst
from sessions_app.scene.checks.findings import Finding, Oddity
from sessions_app.scene.checks.lighting import Lighting
from sessions_app.scene.checks.surroundings import Surroundings

__all__ = ["MOST", "Finding", "Lighting", "Oddity", "Surroundings", "View", "find", "worst"]
