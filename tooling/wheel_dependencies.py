"""Gives the wheel the lock's exact versions: what was tested is what is installed."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class CustomMetadataHook(MetadataHookInterface):  # type: ignore[misc] # hatchling has no types
    """Named so for hatchling, which looks for it (Hatch, custom metadata hook)."""

    def update(self, metadata: dict[str, Any]) -> None:
        lock = Path(self.root, "requirements.txt").read_text(encoding="utf-8")
        metadata["dependencies"] = [
            line.removesuffix("\\").strip() for line in lock.splitlines() if line[:1].isalnum()
        ]
