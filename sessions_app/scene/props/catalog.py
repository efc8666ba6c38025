"""Find props by what people call them."""

import difflib
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from sessions_app.scene.props.recipes import Prop, props

_SEPARATORS = re.compile(r"[\W_]+")
_LONGEST = 40
_NEAREST = 6


class Meant(NamedTuple):
    """A prop, and its form where the word says that, too: a pine is a tree."""

    prop: str
    form: str = ""


def find_prop(text: str) -> Meant | None:
    """Return what a word means: the name of a prop or of a form, or another word for one."""
    key = _key(text)
    known = _words()
    return known.get(key) or known.get(key.removesuffix("s"))


def nearest_props(text: str) -> list[str]:
    """Return the names of props whose words are like this one, the nearest first."""
    key = _key(text)
    known = _words()
    within = [word for word in known if key and (key in word or word in key.split())]
    near = difflib.get_close_matches(key, known, n=_NEAREST, cutoff=0.6)
    return list(dict.fromkeys(known[word].prop for word in (*within, *near)))[:_NEAREST]


def search_props(text: str) -> list[Prop]:
    """Return the props with a word that has this text in it, in order; all for no text."""
    key = _key(text)
    found = {meant.prop for word, meant in _words().items() if key in word}
    return [prop for prop in props().values() if prop.name in found]


def _key(text: str) -> str:
    return _SEPARATORS.sub(" ", text[:_LONGEST]).strip().lower()


@cache
def _words() -> dict[str, Meant]:
    """What each word means; a name comes before a form, and that before other words."""
    known: dict[str, Meant] = {}
    for each in (_names(), _form_words(), _other_words()):
        for word, meant in each:
            known.setdefault(_key(word), meant)
    return known


def _names() -> Iterator[tuple[str, Meant]]:
    return ((name, Meant(name)) for name in props())


def _form_words() -> Iterator[tuple[str, Meant]]:
    for prop in props().values():
        for form, recipe in prop.forms.items():
            for word in (*recipe.words, f"{form} {prop.name}"):
                yield word, Meant(prop.name, form)


def _other_words() -> Iterator[tuple[str, Meant]]:
    """Yield the words for props; one that names a form means that: a cooking pot is no pan."""
    for prop in props().values():
        for word in prop.words:
            form = next((each for each in prop.form_names if each in word.split()), "")
            yield word, Meant(prop.name, form)
