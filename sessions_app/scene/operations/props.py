"""What items of calls say about props: which one, in which form, and what follows from that."""

from collections.abc import Mapping
from typing import Any

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.operations.items import surface_of
from sessions_app.scene.props.catalog import Meant, find_prop, nearest_props
from sessions_app.scene.props.recipes import Recipe, props

PROP = "prop"


def prop_in(given: Mapping[str, Any], path: str, before: Mapping[str, Any] | None = None) -> Meant:
    """Return the prop and the form that an item names.

    Args:
        given: its arguments by name.
        path: of the item.
        before: the prop as it is; None for a new one.

    Raises:
        InvalidValueError: there is no such prop, or it has no such form.
    """
    meant = Meant(before[PROP], before.get("form", "")) if before else None
    if PROP in given or meant is None:
        meant = _named(given.get(PROP), f"{path}.prop")
    if "form" not in given:
        return meant
    forms = props()[meant.prop].form_names
    wished = given["form"].strip().lower().replace(" ", "_")
    if wished not in forms:
        there = f"it has {', '.join(forms)}" if forms else "it has but one: leave it out"
        raise InvalidValueError(
            f"`{path}.form`: the prop {meant.prop} has no form {quoted(given['form'])}: {there}."
        )
    return Meant(meant.prop, wished)


def recipe_of(meant: Meant) -> Recipe:
    """Return the recipe of a prop that is known."""
    return props()[meant.prop].recipe(meant.form)


def members_of(meant: Meant) -> dict[str, str]:
    """Return the members that say which prop an object is; the usual form is not stored."""
    usual = props()[meant.prop].form_names[:1]
    named = {PROP: meant.prop, "form": meant.form}
    return named if meant.form and meant.form not in usual else {PROP: meant.prop}


def material_of(recipe: Recipe) -> dict[str, Any]:
    """Return the material that a prop has if none is given."""
    preset = {"preset": recipe.preset} if recipe.preset else {}
    return surface_of({}, {**preset, "color": recipe.color})


def _named(text: str | None, path: str) -> Meant:
    known = ", ".join(props())
    if text is None:
        raise InvalidValueError(f"`{path}` is missing: which one it is, of {known}.")
    meant = find_prop(text)
    if meant is not None:
        return meant
    near = nearest_props(text)
    hint = f" Nearest: {', '.join(near)}." if near else ""
    raise InvalidValueError(
        f"`{path}`: there is no prop {quoted(text)}.{hint} There are: {known}. Anything else: build"
        " it of a group and other kinds."
    )
