"""What items of calls say about props: which one, in which form, and what follows from that."""

from collections.abc import Mapping, Sequence
from typing import Any

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.operations.items import surface_of
from sessions_app.scene.props.catalog import Meant, find_prop, nearest_props
from sessions_app.scene.props.recipes import Recipe, props

PROP = "prop"
# How many times as long as wide is what has a long side.
_LONG = 1.5


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


def require_props(named: Mapping[str, str]) -> None:
    """Refuse all props that there are not in one answer.

    Args:
        named: what items call props, by path.

    Raises:
        InvalidValueError: some are not known.
    """
    unknown = {path: text for path, text in named.items() if find_prop(text) is None}
    if not unknown:
        return
    near = dict.fromkeys(name for text in unknown.values() for name in nearest_props(text))
    hint = f" Nearest: {', '.join(near)}." if near else ""
    what = ", ".join(dict.fromkeys(map(quoted, unknown.values())))
    raise InvalidValueError(
        f"{', '.join(f'`{path}`' for path in unknown)}: there is no prop {what}.{hint} There are:"
        f" {', '.join(props())}. Anything else: build it of a group and other kinds."
    )


def recipe_of(meant: Meant) -> Recipe:
    """Return the recipe of a prop that is known."""
    return props()[meant.prop].recipe(meant.form)


def is_sideways(size: Sequence[float], recipe: Recipe) -> bool:
    """Whether a size has the long side across of what is long the other way: a car 4 m wide.

    So models write it who mean the world's axes. A little wider than long is asked for on purpose.
    """
    (width, _, depth), (usual_width, _, usual_depth) = size, recipe.size
    if usual_width > usual_depth:
        width, depth, usual_width, usual_depth = depth, width, usual_depth, usual_width
    return width >= _LONG * depth and usual_depth >= _LONG * usual_width


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
    if text is None:
        known = ", ".join(props())
        raise InvalidValueError(f"`{path}` is missing: which one it is, of {known}.")
    require_props({path: text})
    return find_prop(text) or Meant(text)
