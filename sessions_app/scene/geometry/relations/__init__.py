"""What stands on, beside, inside or around what: the positions that a relation asks for."""

from sessions_app.scene.geometry.relations.placing import (
    RELATIONS,
    Placed,
    Placement,
    apply_placed,
    place,
)
from sessions_app.scene.geometry.relations.walls import hangs_on

__all__ = ["RELATIONS", "Placed", "Placement", "apply_placed", "hangs_on", "place"]
