"""A model that a test plays: behind the addresses that agents believe to be a provider's."""

from tests.support.scripted.dialects import Offered, Shown
from tests.support.scripted.model import ScriptedModel, scripted_model

__all__ = ["Offered", "ScriptedModel", "Shown", "scripted_model"]
