"""The refusals of files; each message says what to do."""

from sessions_app.scene.errors import SceneError


class AssetRefusedError(SceneError):
    """The file is none that can be drawn, or asks for too much."""

    code = "asset_refused"
    advice = "Nothing was changed: try another address, or another file, exported as one GLB."


class AssetLimitError(SceneError):
    """The file, or all files of the scene or the server, would be too large or too many."""

    code = "asset_limit"
    advice = (
        "Use one that is there already, or a smaller one; those that neither the scene nor its"
        " history needs are removed by themselves."
    )


class AssetUnknownError(SceneError):
    """The scene has no such file, or has it no longer."""

    code = "asset_unknown"

    def __init__(self) -> None:
        super().__init__("This scene has no such file any more: send it again.")


class CheckerMissingError(SceneError):
    """This server has no Node.js, with which it would check models."""

    code = "checker_missing"

    def __init__(self) -> None:
        super().__init__(
            "This server cannot take models in: it has no Node.js to check them with. Whoever runs"
            " it can install Node.js 20 or later, or run `make models`, and start it again"
            " (docs/operations.md, Models)."
        )
