# Codex, set up as its section in docs/clients.md says: bash codex.sh MCP-URL MODEL-URL
set -e
mkdir -p "$HOME/.codex"
cat > "$HOME/.codex/config.toml" << END
model = "scripted"
model_provider = "scripted"
approval_policy = "never"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.scripted]
name = "scripted"
base_url = "$2/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
END
codex mcp add hello3d --url "$1"
codex mcp list | tee mcp-list.txt
codex exec --skip-git-repo-check "Build"
