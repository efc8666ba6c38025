"""Converts snake_case names of Python to camelCase names of the API, and back."""

import re
from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers


def camel_case(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


class WireSerializer(serializers.Serializer[Any]):
    """Uses camelCase members and refuses unknown ones."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the declared fields by their API names."""
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
    """A `WireSerializer` for the fields of a model."""


class WireFilterSet(filters.FilterSet):  # type: ignore[misc] # it has no types
    """Uses camelCase parameters."""

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        return {camel_case(name): found for name, found in super().get_filters().items()}
