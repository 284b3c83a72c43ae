"""Disjoint sets of names that know which names must stay apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg.resolve.names import Name


class Sets:
    """The smallest member stands for its set. A union that would join two names kept apart does not happen."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._parent = {name: name for name in names}
        self._members = {name: [name] for name in self._parent}
        self._apart: dict[Name, set[Name]] = defaultdict(set)

    def find(self, name: Name) -> Name:
        path = []
        while (up := self._parent[name]) != name:
            path.append(name)
            name = up
        for one in path:
            self._parent[one] = name
        return name

    def same(self, a: Name, b: Name) -> bool:
        return self.find(a) == self.find(b)

    def members(self, name: Name) -> list[Name]:
        """All names of the set that `name` is in."""
        return self._members[self.find(name)]

    def keep_apart(self, a: Name, b: Name) -> None:
        """From now on; what has been joined stays joined."""
        if a != b:
            self._apart[a].add(b)
            self._apart[b].add(a)

    def barred(self, a: Name, b: Name) -> bool:
        """Whether the sets of the two hold names that must stay apart."""
        few, many = sorted((self.members(a), self.members(b)), key=len)
        roots = {self.find(other) for name in few for other in self._apart.get(name, ())}
        return self.find(many[0]) in roots

    def union(self, a: Name, b: Name) -> bool:
        """Whether the two were apart and are one now."""
        low, high = sorted((self.find(a), self.find(b)))
        if low == high or self.barred(low, high):
            return False
        self._parent[high] = low
        self._members[low] += self._members.pop(high)
        return True
