# Claude Code, set up as its section in docs/clients.md says: bash claude_code.sh MCP-URL MODEL-URL
set -e
export ANTHROPIC_BASE_URL="$2" ANTHROPIC_API_KEY=none
export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1
export ENABLE_TOOL_SEARCH=false # else it offers its model a search, and our tools once they are found
claude mcp add --transport http hello3d "$1"
claude mcp list | tee mcp-list.txt
claude --print "Build" --allowedTools mcp__hello3d
