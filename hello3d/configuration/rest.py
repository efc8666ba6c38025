"""Settings of REST framework and the OpenAPI document; none come from the environment."""

from typing import Any

from hello3d import __version__

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "sessions_app.api.authentication.TokenAuthentication",
        "sessions_app.api.authentication.SceneKeyAuthentication",
        "sessions_app.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["sessions_app.api.throttling.RequestThrottle"],
    "DEFAULT_PARSER_CLASSES": ["sessions_app.api.parsing.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "sessions_app.api.parsing.AlwaysJSON",
    "DEFAULT_FILTER_BACKENDS": ["sessions_app.api.filters.FilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "sessions_app.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Hello3D",
    "DESCRIPTION": "Scene sessions, statistics, routing and preferences over HTTP.",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sessions_app.api.schema.finish",
    ],
    "ENUM_NAME_OVERRIDES": {
        "State": "sessions_app.models.SceneSession.State",
        "OpenedBy": "sessions_app.models.SceneSession.Origin",
        "ClosedBy": "sessions_app.models.SceneSession.Closer",
        "CallStatus": "sessions_app.models.ToolCall.Status",
        "Role": "sessions_app.models.Role",
        "SharedRole": "sessions_app.models.shares.SHARED_CHOICES",
        "Theme": "sessions_app.models.Preferences.Theme",
        "Strategy": "sessions_app.models.Preferences.Strategy",
    },
}
