"""Serializers of request and response bodies."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from sessions_app.api.wire import WireModelSerializer, WireSerializer
from sessions_app.models import (
    Pairing,
    Preferences,
    SceneRevision,
    SceneSession,
    Share,
    ToolCall,
)
from sessions_app.models.shares import SHARED_CHOICES
from sessions_app.routing import Rule
from sessions_app.scene.document import STARTS
from sessions_app.sessions.shares import MAX_NAME
from sessions_app.wire.page_messages import MOST_SECONDS

KEY_PREFIX_LENGTH = 8
ROUTED_RULES = (Rule.OWNED, Rule.NEWEST, Rule.OLDEST, Rule.MOST_ACTIVE, Rule.NONE)


class SessionSerializer(WireModelSerializer):
    """A session, with only the first 8 characters of its edit key."""

    key_prefix = serializers.SerializerMethodField()
    owner = serializers.CharField(
        source="owner.username", read_only=True, default=None, allow_null=True
    )
    browsers = serializers.IntegerField(min_value=0, help_text="How many are connected.")
    last_call_at = serializers.DateTimeField(allow_null=True)
    client_info = serializers.DictField(
        child=serializers.CharField(),
        help_text="What the client that started it says of itself: name, version and more.",
    )
    closed_by = serializers.ChoiceField(choices=SceneSession.Closer.choices, allow_blank=True)

    class Meta:
        model = SceneSession
        fields = (
            "id", "name", "key_prefix", "state", "owner", "opened_by", "client_info", "created_at",
            "changed_at", "last_call_at", "browsers", "revision", "closed_at", "closed_by",
            "closed_because",
        )  # fmt: skip
        read_only_fields = fields

    def get_key_prefix(self, scene_session: SceneSession) -> str:
        return str(scene_session.edit_key)[:KEY_PREFIX_LENGTH]


class LinksSerializer(WireSerializer):
    """The links of a session; null for staff who do not own it."""

    id = serializers.IntegerField(help_text="The internal id, which grants nothing.")
    session_id = serializers.UUIDField(
        allow_null=True, help_text="The edit key: whoever holds it may change the scene."
    )
    browser_url = serializers.URLField(allow_null=True, help_text="The page of the scene.")
    mcp_url = serializers.URLField(allow_null=True, help_text="The address for MCP clients.")


class StartSerializer(WireSerializer):
    """What a new scene begins with."""

    start = serializers.ChoiceField(choices=STARTS, default="studio")


class _Text(serializers.CharField):
    """A text, for which a number does not stand in."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class NewShareSerializer(WireSerializer):
    """A link to make, or what to change of one."""

    role = serializers.ChoiceField(choices=SHARED_CHOICES)
    name = _Text(max_length=MAX_NAME, allow_blank=True, required=False)
    expires_in_seconds = serializers.IntegerField(
        min_value=1,
        max_value=MOST_SECONDS,
        allow_null=True,
        required=False,
        help_text="When it ends by itself, from now on; null is never.",
    )


class ShareSerializer(WireModelSerializer):
    """A link that opens a scene's page in a role."""

    class Meta:
        model = Share
        fields = ("id", "role", "name", "made_at", "expires_at", "used_at")
        read_only_fields = fields


class MadeShareSerializer(WireModelSerializer):
    """A link that was just made."""

    url = serializers.URLField(help_text="The link itself, which is shown this once.")

    class Meta:
        model = Share
        fields = ("id", "role", "name", "made_at", "expires_at", "used_at", "url")
        read_only_fields = fields


class BrowserSerializer(WireModelSerializer):
    connected = serializers.BooleanField(source="is_connected")
    remote_address = serializers.IPAddressField(
        allow_null=True, help_text="For the owner and staff; else null."
    )
    user_agent = serializers.CharField(
        allow_null=True, help_text="For the owner and staff; else null."
    )

    class Meta:
        model = Pairing
        fields = (
            "id", "name", "role", "connected", "visible", "acknowledged_revision", "joined_at",
            "left_at", "close_code", "reconnections", "instance", "remote_address", "user_agent",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return _without_addresses(super().to_representation(instance), self.context)


class ToolCallSerializer(WireModelSerializer):
    user = serializers.CharField(
        source="user.username", read_only=True, default=None, allow_null=True
    )
    remote_address = serializers.IPAddressField(
        allow_null=True, help_text="For the owner and staff; else null."
    )
    user_agent = serializers.CharField(
        allow_null=True, help_text="For the owner and staff; else null."
    )

    class Meta:
        model = ToolCall
        fields = (
            "id", "method", "tool", "status", "started_at", "duration_ms", "revision",
            "error_code", "error_message", "resolution_rule", "user", "client_name",
            "client_version", "protocol_version", "instance", "remote_address", "user_agent",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return _without_addresses(super().to_representation(instance), self.context)


def _without_addresses(shown: dict[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """Remove addresses and user agents, except for the owner and staff."""
    if context["shows_addresses"]:
        return shown
    return {**shown, "remoteAddress": None, "userAgent": None}


class CauseSerializer(WireSerializer):
    """The cause of a change."""

    call_id = serializers.CharField(
        allow_null=True, required=False, help_text="Missing where a person changed it at a page."
    )
    edit_id = serializers.CharField(
        required=False, help_text="What the page calls its edit, where a person changed it there."
    )
    tool = serializers.CharField(help_text="The tool, or the operation of the same name.")
    title = serializers.CharField()
    summary = serializers.CharField(help_text="What people are shown, in plain words.")
    told = serializers.CharField(
        required=False, help_text="The summary for models, in numbers, if it differs."
    )
    by = serializers.CharField(
        help_text="What the client calls itself; `person` beside an `editId`."
    )


class RevisionSerializer(WireModelSerializer):
    cause = serializers.SerializerMethodField()

    class Meta:
        model = SceneRevision
        fields = ("revision", "created_at", "cause")
        read_only_fields = fields

    def get_cause(self, revision: SceneRevision) -> CauseSerializer:
        cause: CauseSerializer = json.loads(revision.cause)
        return cause


class SceneSerializer(WireSerializer):
    revision = serializers.IntegerField(min_value=0)
    scene = serializers.DictField(help_text="The scene document.")


class PreferencesSerializer(WireSerializer):
    """A user's preferences; empty means the server's default."""

    theme = serializers.ChoiceField(choices=Preferences.Theme.choices, allow_blank=True)
    strategy = serializers.ChoiceField(
        choices=Preferences.Strategy.choices,
        allow_blank=True,
        source="routing_strategy",
        help_text="Which of several sessions a call means that names none.",
    )


class MeSerializer(PreferencesSerializer):
    """The signed-in user and their preferences."""

    id = serializers.IntegerField(read_only=True)
    username = serializers.CharField(read_only=True)
    is_staff = serializers.BooleanField(read_only=True)


class OwnSessionSerializer(WireSerializer):
    """A session that a call could mean."""

    id = serializers.IntegerField(source="scene_session_id")
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    browsers = serializers.IntegerField(min_value=0, help_text="How many are connected.")


class RoutedCallsSerializer(WireSerializer):
    """How the calls of the last hour were routed, or why not."""

    by_rule = serializers.DictField(child=serializers.IntegerField())
    by_strategy = serializers.DictField(child=serializers.IntegerField())
    misses = serializers.IntegerField()
    ambiguous = serializers.IntegerField()
    refused = serializers.IntegerField()


class RoutingSerializer(WireSerializer):
    """The caller's own session that a call without an id means."""

    server_strategy = serializers.ChoiceField(choices=Preferences.Strategy.choices)
    own_strategy = serializers.ChoiceField(choices=Preferences.Strategy.choices, allow_blank=True)
    strategy = serializers.ChoiceField(
        choices=Preferences.Strategy.choices, help_text="The one of the two that holds."
    )
    rule = serializers.ChoiceField(
        choices=[(rule.value, rule.value) for rule in ROUTED_RULES],
        help_text="Why; `none` where you have no session, or several and are asked which.",
    )
    id = serializers.IntegerField(allow_null=True, help_text="The session that is meant.")
    choices: Any = OwnSessionSerializer(many=True)
    calls: Any = RoutedCallsSerializer(allow_null=True, help_text="Of all people, for staff.")


class CredentialsSerializer(WireSerializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(
        max_length=1000, trim_whitespace=False, style={"input_type": "password"}
    )


class TokenSerializer(WireSerializer):
    token = serializers.CharField(help_text="For `Authorization: Token <token>`.")


class FaultSerializer(WireSerializer):
    name = serializers.CharField(help_text="The member or parameter; empty for all of the body.")
    detail = serializers.CharField()


class ProblemSerializer(WireSerializer):
    """A problem and what to do about it (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="A stable word that programs may branch on.")
    errors: Any = FaultSerializer(many=True, required=False)
    retry_after_seconds = serializers.IntegerField(required=False)
