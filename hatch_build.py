"""Wheel hook: builds the hub's pages before hatchling packs them."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):
    """Runs the same builder as scripts/setup; an editable install leaves the pages to setup."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "scripts" / "lib"))
        import front_end  # noqa: PLC0415 # found only through the path above

        front_end.build(Path(self.root))
