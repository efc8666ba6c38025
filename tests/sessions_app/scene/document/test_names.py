"""Which names objects get."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.directions import COMPASS_NAMES
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.names import (
    MAX_NAME_LENGTH,
    PLACE_NAMES,
    is_reserved,
    key_of,
    require_renamable,
)
from sessions_app.scene.document.naming import Names
from sessions_app.scene.document.targets import Target, Targets
from sessions_app.scene.errors import InvalidValueError


def names(*taken: str) -> Names:
    return Names(Index({f"o{number}": {"name": name} for number, name in enumerate(taken, 1)}))


@pytest.mark.parametrize(
    ("wished", "given_name"),
    [
        ("lamp", "lamp"),
        ("  tall   lamp ", "tall lamp"),
        ("chair", "chair 4"),
        ("Chair", "Chair 4"),
        ("chair 2", "chair 4"),
        ("chair 9", "chair 9"),
        ("floor", "floor 2"),
        ("World", "World 2"),
        ("north-east", "north-east 2"),
        ("o17", "o17 2"),
        ("lamp[3]", "lamp 3"),
        ("lamp*", "lamp"),
        ("# lamp", "lamp"),
        ("lamp #2", "lamp #2"),
        ("tab\there", "tab here"),
        ("стол", "стол"),
        ("", "box"),
        ("[*]", "box"),
        ("\u200d", "box"),
    ],
)
def test_a_name_is_kept_where_it_can_be_a_handle(wished: str, given_name: str) -> None:
    assert names("chair", "chair 2", "CHAIR 3").give(wished, "box") == given_name


def test_every_compass_name_is_reserved_and_what_only_begins_like_one_is_not() -> None:
    assert all(is_reserved(name) and is_reserved(name.upper()) for name in COMPASS_NAMES)
    assert all(map(is_reserved, PLACE_NAMES))
    assert not any(map(is_reserved, ("northern light", "eastwood", "o17b", "floors", "ox")))


@pytest.mark.parametrize("wrong", ["x" * (MAX_NAME_LENGTH + 1), "two\nlines", "two\u2028lines"])
def test_a_name_that_is_too_long_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidValueError, match="at most 64"):
        names().give(wrong, "box")


def test_the_longest_name_is_cut_for_its_number() -> None:
    longest = "x" * MAX_NAME_LENGTH
    assert names(longest).give(longest, "box") == "x" * (MAX_NAME_LENGTH - 2) + " 2"


def test_names_of_the_studio_stay() -> None:
    for fixed in ("model", "key", "Fill"):
        with pytest.raises(InvalidValueError, match="cannot be renamed"):
            require_renamable(fixed)
    require_renamable("model 2")


def test_a_freed_name_can_be_given_again() -> None:
    known = names("chair")
    assert [known.give("chair", "box") for _ in range(3)] == ["chair 2", "chair 3", "chair 4"]
    known.free("chair 3")
    assert known.give("chair", "box") == "chair 3"
    known.free("chair")
    assert known.give("chair", "box") == "chair"


_wishes = st.text("aAß o12[]*#ﬁe\u0301\u200d\x00\n", max_size=6) | st.text(max_size=3)


@settings(deadline=None)
@given(st.lists(_wishes, max_size=8))
def test_each_object_can_be_called_by_the_name_that_it_got(wishes: list[str]) -> None:
    known, objects = names(), {}
    for number, wished in enumerate(wishes, 1):
        try:
            name = known.give(wished, "box")
        except InvalidValueError:
            assert len(wished.splitlines()) > 1
            continue
        assert 1 <= len(name) <= MAX_NAME_LENGTH
        objects[f"o{number}"] = {"name": name, "kind": "box"}
    assert len({key_of(entity["name"]) for entity in objects.values()}) == len(objects)
    targets = Targets(Index(objects))
    for each, entity in objects.items():
        assert targets.find(entity["name"]) == [Target(each)]
