# Gemini CLI, set up as its section in docs/clients.md says: bash gemini_cli.sh MCP-URL MODEL-URL
set -e
export GOOGLE_GEMINI_BASE_URL="$2" GEMINI_CLI_TRUST_WORKSPACE=true
mkdir -p "$HOME/.gemini"
cat > "$HOME/.gemini/settings.json" << END
{
  "general": {"disableAutoUpdate": true, "disableUpdateNag": true},
  "privacy": {"usageStatisticsEnabled": false},
  "security": {"auth": {"selectedType": "gemini-api-key"}}
}
END
gemini mcp add --scope user --transport http hello3d "$1"
gemini mcp list 2>&1 | tee mcp-list.txt
gemini --prompt "Build" --approval-mode yolo --model gemini-2.5-pro
