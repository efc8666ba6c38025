/** The page at `/mcp`: its tabs and copy buttons. */

import { connectClientTabs } from "./ui/client_tabs.js";
import { connectCopyButtons } from "./ui/copy_buttons.js";

connectClientTabs();
connectCopyButtons();
