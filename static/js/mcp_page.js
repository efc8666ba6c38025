/** The page at `/mcp`: its copy buttons. */

import { connectCopyButtons } from "./ui/copy_buttons.js";

connectCopyButtons();
