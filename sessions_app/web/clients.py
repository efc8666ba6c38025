"""How each AI client is connected to an MCP address: the one place that pages take this from.

docs/clients.md says the same at more length.
"""

import base64
import json
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from sessions_app.web import origins

_NAME = "hello3d"


@dataclass(frozen=True, slots=True)
class Way:
    """How one AI client is connected to one address.

    `steps` come before the one text to copy (a command, a configuration or the address), `then`
    after it. `link` is the client's own deep link, which does the same in one press.
    """

    slug: str
    name: str
    steps: tuple[str, ...]
    copied: str
    then: tuple[str, ...] = ()
    link: str = ""


def ways(mcp_url: str, *, signs_in: bool) -> tuple[Way, ...]:
    """Return how each client is connected to `mcp_url`, the best known clients first."""
    return (
        _claude_code(mcp_url),
        _claude(mcp_url, signs_in=signs_in),
        _chatgpt(mcp_url, signs_in=signs_in),
        _cursor(mcp_url),
        _vs_code(mcp_url),
        _gemini(mcp_url),
        _codex(mcp_url),
        _other(mcp_url, signs_in=signs_in),
    )


def _claude_code(url: str) -> Way:
    return Way(
        "claude-code",
        "Claude Code",
        ("In a terminal, in the folder where you start Claude Code:",),
        f"claude mcp add --transport http {_NAME} {url}",
        (
            f"If it says that {_NAME} exists already, from another scene, run"
            f" “claude mcp remove {_NAME}” first.",
        ),
    )


def _claude(url: str, *, signs_in: bool) -> Way:
    if origins.is_public(url):
        sign_in = " Claude then asks you to sign in here." if signs_in else ""
        return Way(
            "claude",
            "Claude",
            (
                "On the web or in Claude Desktop: Customize → Connectors → “+” → “Add custom"
                " connector”. In a team or enterprise, an owner adds it first.",
                "Name it Hello3D, and paste this address:",
            ),
            url,
            (f"In a conversation, switch it on: “+” → Connectors.{sign_in}",),
        )
    bridge = ["-y", "mcp-remote", url]
    if not url.startswith("https:") and not origins.is_loopback(url):
        bridge.append("--allow-http")
    return Way(
        "claude",
        "Claude",
        (
            "Claude Desktop reaches this server through a bridge, which needs Node.js. Open"
            " Settings → Developer → Edit Config, and add this to claude_desktop_config.json:",
        ),
        json.dumps({"mcpServers": {_NAME: {"command": "npx", "args": bridge}}}),
        (
            "Then quit Claude Desktop and start it again.",
            f"{_out_of_reach('Claude on the web', url)} {_how_to_reach(url)}",
        ),
    )


def _chatgpt(url: str, *, signs_in: bool) -> Way:
    if not origins.is_public(url):
        return Way(
            "chatgpt",
            "ChatGPT",
            (
                f"{_out_of_reach('ChatGPT', url)} Give it a public https address, for example with"
                " a tunnel of Cloudflare:",
            ),
            _tunnel(url),
            (
                "Start this server again with the setting PUBLIC_ORIGIN as the address that the"
                " tunnel prints, and open that address: this page then has the steps for ChatGPT.",
            ),
        )
    sign_in = "OAuth" if signs_in else "No Authentication"
    return Way(
        "chatgpt",
        "ChatGPT",
        (
            "On the web: Settings → Apps → Advanced settings, and turn on Developer mode, which"
            " your plan or workspace must allow.",
            f"Beside it, press “Create app”. Name it Hello3D, choose “{sign_in}”, and paste this"
            " address:",
        ),
        url,
        (
            "In a conversation, choose Hello3D under Developer mode. ChatGPT asks you before it"
            " changes something.",
        ),
    )


def _cursor(url: str) -> Way:
    config = json.dumps({"url": url}, separators=(",", ":")).encode()
    encoded = quote(base64.b64encode(config).decode(), safe="=")
    return Way(
        "cursor",
        "Cursor",
        ("Press “Add to Cursor”, or add this to .cursor/mcp.json in your project:",),
        json.dumps({"mcpServers": {_NAME: {"url": url}}}),
        link=f"cursor://anysphere.cursor-deeplink/mcp/install?name={_NAME}&config={encoded}",
    )


def _vs_code(url: str) -> Way:
    server = {"name": _NAME, "type": "http", "url": url}
    config = quote(json.dumps(server, separators=(",", ":")), safe="")
    return Way(
        "vs-code",
        "VS Code",
        ("Press “Add to VS Code”, or add this to .vscode/mcp.json in your project:",),
        json.dumps({"servers": {_NAME: {"type": "http", "url": url}}}),
        ("Its chat uses the tools in agent mode.",),
        link=f"vscode:mcp/install?{config}",
    )


def _gemini(url: str) -> Way:
    return Way(
        "gemini-cli",
        "Gemini CLI",
        ("In a terminal:",),
        f"gemini mcp add --scope user --transport http {_NAME} {url}",
        ("Start it in a folder that you have marked as trusted: in others it connects to none.",),
    )


def _codex(url: str) -> Way:
    return Way("codex", "Codex", ("In a terminal:",), f"codex mcp add {_NAME} --url {url}")


def _other(url: str, *, signs_in: bool) -> Way:
    authentication = "OAuth or a bearer token" if signs_in else "no authentication"
    return Way(
        "other",
        "Any other",
        (
            "Add an MCP server of type “Streamable HTTP”, which some call “HTTP”, with"
            f" {authentication} and this address:",
        ),
        url,
    )


def _out_of_reach(client: str, url: str) -> str:
    if origins.is_public(url.replace("http:", "https:", 1)):
        return f"{client} calls from the cloud, and over https only."
    return f"{client} calls from the cloud, and cannot reach {urlsplit(url).hostname}."


def _how_to_reach(url: str) -> str:
    return (
        f"It needs a public https address: open a tunnel, for example with “{_tunnel(url)}”, start"
        " this server again with the setting PUBLIC_ORIGIN as the address that the tunnel prints,"
        " and open that address."
    )


def _tunnel(url: str) -> str:
    parts = urlsplit(url)
    return f"cloudflared tunnel --url {parts.scheme}://{parts.netloc}"
