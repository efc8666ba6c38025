"""Names on the wire: what Python calls snake_case is camelCase there, converted here alone."""

import re
from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers


def camel_case(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


class WireSerializer(serializers.Serializer[Any]):
    """Members are camelCase; one that is not known is refused."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The declared fields under the names that they have on the wire."""
        fields = super().get_fields()
        for name, field in fields.items():
            if isinstance(field, serializers.SerializerMethodField):
                field.method_name = field.method_name or f"get_{name}"
            elif camel_case(name) != name and field.source is None:
                field.source = name
        return {camel_case(name): field for name, field in fields.items()}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                {str(name)[:100]: f"No such member. Known: {known}." for name in sorted(unknown)}
            )
        return super().to_internal_value(data)


class WireModelSerializer(WireSerializer, serializers.ModelSerializer[Any]):
    """The same for the fields of a model."""


class WireFilterSet(filters.FilterSet):  # type: ignore[misc] # it has no types
    """Parameters are camelCase."""

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        return {camel_case(name): found for name, found in super().get_filters().items()}
