"""Classes with captured methods: inheritance, super, abstract methods, dataclasses, metaclasses, nesting."""
# run:
# run: with size=7 name=other

import abc
import copy
import dataclasses

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(size=100, own="part")
ex = Experiment("inheritance", ingredients=[part])
ex.add_config(size=3, name="base", rate=0.1)


class Base(abc.ABC):
    @ex.capture
    def __init__(self, size, name="default"):
        self.size = size
        self.name = name

    @abc.abstractmethod
    def build(self):
        """Build."""

    @ex.capture
    def describe(self, rate, suffix=""):
        return [type(self).__name__, self.size, self.name, rate, suffix]

    @ex.capture
    def __call__(self, size, factor=1):
        return size * factor

    @ex.capture
    def __getitem__(self, index, size):
        return [index, size]

    @ex.capture
    def __enter__(self, name):
        return name

    def __exit__(self, *exception):
        return False


class Child(Base):
    @ex.capture
    def __init__(self, rate, own=None):
        super().__init__(name="child")
        self.rate = rate
        self.own = own

    @part.capture
    def build(self, size, own):
        return [self.size, size, own]

    @ex.capture
    def describe(self, rate):
        return ["child", super().describe(suffix="!"), rate]


class Grandchild(Child):
    def __init__(self):
        super().__init__(own="grand")

    class Nested:
        @ex.capture
        def method(self, size):
            return size


@dataclasses.dataclass
class Data:
    value: int = 0

    @ex.capture
    def scaled(self, size):
        return self.value * size


class WithNew:
    @ex.capture
    def __new__(cls, size):
        created = super().__new__(cls)
        created.size = size
        return created


@ex.automain
def main():
    child, grandchild = Child(), Grandchild()
    with child as entered:
        pass
    method = child.describe
    child.replaced = child.build
    tell(
        abstract=outcome(Base)["raises"][0],
        child=[child.size, child.rate, child.own, child.build(), child.describe()],
        grandchild=[grandchild.name, grandchild.own, grandchild.describe(rate=5), Grandchild.Nested().method()],
        special=[child(), child(factor=2), child[4], entered],
        bound=[method(), child.replaced(), Base.describe(child), Child.build(child, 1)],
        data=[Data(2).scaled(), Data().scaled(size=5), dataclasses.replace(Data(1), value=3).scaled()],
        new=[WithNew().size, outcome(WithNew, size=9).get("returns", WithNew()).size],
        copied=copy.copy(child).describe(),
        positional=[Base.__call__(child, 5), outcome(child.describe, 1, 2)["raises"][0]],
    )
