"""A column of values as JSON: the list of them, or what says the same in less room.

A value that stands several times in a row is written once, with how often: ``{"of": [...], "runs": [...]}``; values
that come back elsewhere once, with the place of each: ``{"of": [...], "at": [...]}``; lists with how long each is, and
the items of all, one after the other: ``{"each": [...], "items": [...]}``; and a column that is made of lists which
come back as ``{"lists": [...]}``, whose items it has one after the other. Each of these parts is a column again;
``runs`` without ``of`` repeat 0, 1, 2 and so on.
Knows nothing about what is in a column.
"""

import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, groupby, islice, pairwise
from json.encoder import encode_basestring
from typing import Any, Final

from pytest_claims.base.errors import InputError

_WORTH: Final = 0.8  # of all values: with more of them left another form is hardly shorter
_MOST: Final = 10_000_000  # values of a column: what says more than that is broken


@dataclass(frozen=True, kw_only=True)
class _Values:
    """Values, and each as JSON, which is made once: it says which are alike, and how long they are."""

    values: Sequence[Any]
    texts: Sequence[str]

    @classmethod
    def of(cls, values: Sequence[Any]) -> "_Values":
        return cls(values=values, texts=list(map(_text, values)))

    def at(self, places: Iterable[int]) -> "_Values":
        places = list(places)
        return _Values(values=[self.values[one] for one in places], texts=[self.texts[one] for one in places])


@dataclass(frozen=True, kw_only=True)
class _Form:
    """One way to write a column, and how long it is as text."""

    column: Any
    size: int


def written(values: Sequence[Any], counts: Sequence[int] = ()) -> Any:
    """The shortest form of plain JSON values; of ``counts`` values each the lists may come back."""
    given = _Values.of(values)
    form = _shortest(given)
    if 1 < len(counts) < _WORTH * len(values):
        ends = list(pairwise(accumulate(counts, initial=0)))
        texts = [_of_texts(given.texts[first:end]) for first, end in ends]
        if len(set(texts)) < _WORTH * len(texts):
            lists = _Values(values=[list(values[first:end]) for first, end in ends], texts=texts)
            form = _shorter(form, _of_parts(lists=_shortest(lists)))
    return form.column


def written_runs(counts: Sequence[int]) -> Any:
    """The column that has 0 as often as the first of ``counts`` says, 1 as often as the second, and so on."""
    return {"runs": written(counts)}


def values_of(column: Any) -> list[Any]:
    """The values that :func:`written` was given. Raises InputError for what is no column."""
    try:
        values = _values(column)
    except (KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"a column that cannot be read: {reprlib.repr(column)}") from error
    return values


def _text(value: Any) -> str:
    return _TEXTS.get(type(value), repr)(value)


def _of_texts(texts: Sequence[str]) -> str:
    return f"[{','.join(texts)}]"


def _shortest(given: _Values) -> _Form:
    texts = given.texts
    best = _Form(column=list(given.values), size=sum(map(len, texts)) + len(texts) + 1)
    starts = [next(places) for _, places in groupby(range(len(texts)), key=texts.__getitem__)]
    if len(starts) < _WORTH * len(texts):
        runs = [after - first for first, after in pairwise([*starts, len(texts)])]
        best = _shorter(best, _of_parts(of=_shortest(given.at(starts)), runs=_shortest(_Values.of(runs))))
    firsts = {text: place for place, text in reversed(list(enumerate(texts)))}
    if len(firsts) < _WORTH * len(texts) and not all(type(value) is int for value in given.values):
        return _shorter(best, _indexed(given, sorted(firsts.values())))
    if {type(value) for value in given.values} in ({list}, {list, type(None)}):
        return _shorter(best, _laid_out(given))
    return best


def _indexed(given: _Values, firsts: Sequence[int]) -> _Form:
    different = given.at(firsts)
    places = {text: place for place, text in enumerate(different.texts)}
    at = [places[text] for text in given.texts]
    return _of_parts(of=_shortest(different), at=_Form(column=at, size=sum(map(len, map(str, at))) + len(at) + 1))


def _laid_out(given: _Values) -> _Form:
    """Lists, some of which may be missing, which their length says."""
    lengths = [None if value is None else len(value) for value in given.values]
    items = [item for value in given.values for item in value or ()]
    return _of_parts(each=_shortest(_Values.of(lengths)), items=_shortest(_Values.of(items)))


def _of_parts(**parts: _Form) -> _Form:
    size = sum(len(name) + 4 + part.size for name, part in parts.items()) + 1
    return _Form(column={name: part.column for name, part in parts.items()}, size=size)


def _shorter(one: _Form, other: _Form) -> _Form:
    return other if other.size < one.size else one


def _values(column: Any) -> list[Any]:
    if isinstance(column, list):
        return column
    form = next((part for part in _READ if part in column), "")
    return _READ[form](column)


def _of_lists(column: Mapping[str, Any]) -> list[Any]:
    return list(chain.from_iterable(_values(column["lists"])))


def _of_items(column: Mapping[str, Any]) -> list[Any]:
    items = iter(_values(column["items"]))
    found = [None if size is None else _taken(items, size) for size in _values(column["each"])]
    if any(True for _ in items):
        raise ValueError("more items than lists have")
    return found


def _of_places(column: Mapping[str, Any]) -> list[Any]:
    several = _values(column["of"])
    return [several[_count(place)] for place in _values(column["at"])]


def _of_runs(column: Mapping[str, Any]) -> list[Any]:
    counts = [_count(count) for count in _values(column["runs"])]
    if sum(counts) > _MOST:
        raise ValueError("more values than any column has")
    of: Iterable[Any] = _values(column["of"]) if "of" in column else range(len(counts))
    return [value for value, count in zip(of, counts, strict=True) for _ in range(count)]


def _taken(items: Iterator[Any], size: Any) -> list[Any]:
    found = list(islice(items, _count(size)))
    if len(found) < size:
        raise ValueError("fewer items than lists have")
    return found


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r}, wanted a count")
    return value


_READ: Final[Mapping[str, Callable[[Mapping[str, Any]], list[Any]]]] = {
    "lists": _of_lists,
    "each": _of_items,
    "at": _of_places,
    "runs": _of_runs,
}
_TEXTS: Final[Mapping[type, Callable[[Any], str]]] = {  # what is no number, of which repr is as long as JSON
    list: lambda value: _of_texts(list(map(_text, value))),
    str: encode_basestring,
    type(None): lambda value: "null",
}
