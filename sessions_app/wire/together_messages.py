"""The messages by which the pages of a scene show each other who is there and what they look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from sessions_app.wire.message_parts import OwnId, PageMessage, Triple, dump

MAX_SELECTED = 50


@dataclass(frozen=True, slots=True)
class Person:
    """A page's person, as all pages of its scene may know them."""

    id: str
    number: int
    name: str


class SetName(PageMessage):
    """What the page's person is called from now on; empty for nothing."""

    type: Literal["setName"]
    name: Annotated[str, Field(max_length=80)]


class ShowSelection(PageMessage):
    """What the page's person has selected by now, for the other pages."""

    type: Literal["showSelection"]
    objects: Annotated[list[OwnId], Field(max_length=MAX_SELECTED)]


class AskView(PageMessage):
    """Asks from where another person looks: once, or until it asks otherwise.

    Without a person it asks for nothing more.
    """

    type: Literal["askView"]
    person: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None
    follows: StrictBool = False


class ShowView(PageMessage):
    """From where the page's person looks, for those who asked; in the world, in meters."""

    type: Literal["showView"]
    position: Triple
    aim: Triple


def others_selection(person_id: str, objects: Sequence[str]) -> str:
    """Build what somebody has selected; nothing where they have left."""
    return dump({"type": "othersSelection", "person": person_id, "objects": objects})


def view_wanted(wanted: Literal["once", "follow", "none"]) -> str:
    """Build whether a page shows its view to others: now, whenever it changes, or no more."""
    return dump({"type": "viewWanted", "wanted": wanted})


def others_view(person_id: str, view: ShowView) -> str:
    members = {"position": view.position, "aim": view.aim}
    return dump({"type": "othersView", "person": person_id, **members})
