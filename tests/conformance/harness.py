"""How a conformance call is written: a named read with what its typed answer must have.

Owns the vocabulary of the tables (`lists`, `gets`, `refuses`, `Call`) and the checks of values.
Knows no operation, no estate and no process.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Callable, NamedTuple

from azure.core.exceptions import HttpResponseError

# How many items of a list are compared between a page of two and the whole list.
COMPARED = 6


# What the estate says of operations it does not have.
ABSENT = {"InvalidResourceType", "InvalidResourceNamespace", "NotFound",
          "MissingApiVersionParameter"}


def is_absent(error: HttpResponseError) -> bool:
    """Whether the estate does not have the operation at all."""
    code = error.error.code if error.error is not None else ""
    return code in ABSENT or error.status_code in (404, 405)


class Call(NamedTuple):
    """One check: the operation of the reference, what is done with it, and how."""

    operation: str
    kind: str
    run: Callable[[Any], None]

    @property
    def name(self) -> str:
        return f"{self.operation} ({self.kind})"


class Nothing(Exception):
    """The list that should have given the example has nothing in it."""


def lists(operation: str, call: Callable, /, least: int = 1, paged: bool = True,
          **attributes: Any) -> list[Call]:
    """Drains a list, and follows its pages on an estate that has two items on each.

    `paged=False` is for operations whose answer Azure never cuts into pages.
    """

    def whole(az: Any) -> None:
        items = list(call(az))
        if len(items) < least:
            raise Nothing(f"{len(items)} items, {least} expected")
        check_all(items, attributes)

    def followed(az: Any) -> None:
        expected = [identity(item) for item in take(call(az), COMPARED)]
        pages = call(az.paged)
        got: list[str] = []
        count = 0
        for page in pages.by_page():
            items = list(page)
            assert len(items) <= 2, f"{len(items)} items on a page of 2"
            got.extend(identity(item) for item in items)
            count += 1
            if len(got) >= COMPARED:
                break
        got = got[:COMPARED]
        assert got == expected, f"the pages give {got}, the list {expected}"
        assert len(expected) <= 2 or count > 1, "one page of two holds more than two"

    calls = [Call(operation, "list", whole)]
    return [*calls, Call(operation, "page", followed)] if paged else calls


def gets(operation: str, call: Callable, /, kind: str = "get", **attributes: Any) -> list[Call]:
    """Reads one answer."""

    def run(az: Any) -> None:
        check_all([call(az)], attributes)

    return [Call(operation, kind, run)]


def refuses(operation: str, call: Callable, /, status: int = 404, code: str = "") -> list[Call]:
    """Expects an error with ARM's envelope: the SDK reads its code."""

    def run(az: Any) -> None:
        try:
            answer = call(az)
            if hasattr(answer, "by_page"):
                answer = list(answer)
        except HttpResponseError as error:
            known = error.error.code if error.error is not None else ""
            if known in ABSENT and (status != error.status_code or code not in ("", known)):
                raise
            assert error.status_code == status, f"{error.status_code}, {status} expected: {error}"
            assert error.error is not None, "no error envelope that the SDK can read"
            assert error.error.code, "an error without a code"
            assert error.error.message, "an error without a message"
            assert not code or error.error.code == code, f"{error.error.code}, {code} expected"
            return
        raise AssertionError(f"answered {answer!r}, an error {status} expected")

    return [Call(operation, f"error {status}", run)]


def take(items: Any, count: int) -> list:
    """The first items of a list, without asking for pages that are not needed."""
    out = []
    for item in items:
        out.append(item)
        if len(out) == count:
            break
    return out


def first(items: Any) -> Any:
    """The first item; `Nothing` where there is none."""
    for item in items:
        return item
    raise Nothing("an empty list, where an example was sought")


def segment(resource_id: str, word: str) -> str:
    """What follows `word` in a resource id."""
    parts = resource_id.split("/")
    lower = [part.lower() for part in parts]
    return parts[lower.index(word.lower()) + 1]


def scope_of(resource_id: str) -> str:
    """The resource an extension resource stands on."""
    return resource_id[: resource_id.lower().rindex("/providers/")]


def identity(item: Any) -> str:
    """What tells an item from the others of its list."""
    for name in ("id", "subscription_id", "tenant_id", "event_data_id", "name", "resource_id",
                 "policy_assignment_id"):
        value = item.get(name) if isinstance(item, dict) else getattr(item, name, None)
        if value:
            return str(value)
    return str(item)


def check_all(items: list, attributes: dict[str, Any]) -> None:
    """Checks attributes written `a__b=what`: in each item; with `_` at the end, in some item."""
    for path, expected in attributes.items():
        optional = path.endswith("_")
        names = path.rstrip("_").split("__")
        found = 0
        for item in items:
            value = look(item, names)
            if value is None and optional:
                continue
            found += 1
            problem = unlike(value, expected)
            assert not problem, f"{path}: {problem} in {identity(item)}"
        assert found or not items, f"{path}: absent from all {len(items)} items"


def look(item: Any, names: list[str]) -> Any:
    """Follows attributes, keys and, with `first`, the first element of a list."""
    for name in names:
        if item is None:
            return None
        if name == "first":
            item = next(iter(item), None)
        elif isinstance(item, dict) and name in item:
            item = item[name]
        elif getattr(item, name, None) is None and isinstance(item, Mapping):
            # A model the SDK could not narrow to its subtype keeps the names of the wire.
            item = item.get(name)
        else:
            item = getattr(item, name, None)
    return item


def unlike(value: Any, expected: Any) -> str:
    """What is wrong with a value; empty if nothing."""
    plain = getattr(value, "value", value) if isinstance(value, str) else value
    if isinstance(expected, (set, frozenset)):
        return "" if plain in expected else f"{plain!r} is none of {sorted(map(str, expected))}"
    if expected is float:
        good = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    elif expected is int:
        good = isinstance(value, int) and not isinstance(value, bool)
    elif expected in (str, list):
        good = isinstance(value, expected) and bool(value)
    elif expected in (bool, dict, datetime, timedelta):
        good = isinstance(value, expected)
    elif callable(expected):
        return "" if expected(value) else f"{value!r} is not as it should be"
    else:
        return "" if plain == expected else f"{plain!r}, {expected!r} expected"
    return "" if good else f"{value!r} is no {expected.__name__}"
