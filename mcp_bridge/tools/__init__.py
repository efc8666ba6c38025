"""All tools, in listing order."""

from mcp_bridge.tools.charts import CHART_TOOLS
from mcp_bridge.tools.exports import EXPORT_TOOLS
from mcp_bridge.tools.history import HISTORY_TOOLS
from mcp_bridge.tools.importing import IMPORT_TOOLS
from mcp_bridge.tools.motion import MOTION_TOOLS
from mcp_bridge.tools.objects import OBJECT_TOOLS
from mcp_bridge.tools.patterns import PATTERN_TOOLS
from mcp_bridge.tools.placing import PLACING_TOOLS
from mcp_bridge.tools.registry import ToolRegistry
from mcp_bridge.tools.scenes import SCENE_TOOLS
from mcp_bridge.tools.screenshots import SCREENSHOT_TOOLS
from mcp_bridge.tools.sessions import SESSION_TOOLS
from mcp_bridge.tools.studio import STUDIO_TOOLS
from mcp_bridge.tools.studio_group import STUDIO_GROUP_TOOLS

TOOLS = ToolRegistry(
    SESSION_TOOLS,
    SCENE_TOOLS,
    SCREENSHOT_TOOLS,
    OBJECT_TOOLS,
    IMPORT_TOOLS,
    PATTERN_TOOLS,
    CHART_TOOLS,
    PLACING_TOOLS,
    MOTION_TOOLS,
    HISTORY_TOOLS,
    EXPORT_TOOLS,
    STUDIO_TOOLS,
    STUDIO_GROUP_TOOLS,
)
