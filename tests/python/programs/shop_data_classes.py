"""A small shop: data classes, enums, decimals, exceptions of its own."""
from __future__ import annotations

import enum
from collections import Counter, defaultdict
from dataclasses import asdict, astuple, dataclass, field, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, total_ordering


class Unit(enum.Enum):
    PIECE = "pc"
    KILO = "kg"

    def __str__(self):
        return self.value


class Status(enum.IntFlag):
    NONE = 0
    NEW = 1
    SALE = 2
    LAST = 4


class StockError(Exception):
    def __init__(self, item, wanted):
        super().__init__(f"{item.name}: wanted {wanted}, have {item.stock}")
        self.item, self.wanted = item, wanted


@total_ordering
@dataclass(frozen=True)
class Price:
    amount: Decimal
    currency: str = "EUR"

    def __add__(self, other):
        if not isinstance(other, Price):
            return NotImplemented
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} + {other.currency}")
        return replace(self, amount=self.amount + other.amount)

    def __radd__(self, other):
        return self if other == 0 else NotImplemented

    def __mul__(self, n):
        return Price((self.amount * n).quantize(Decimal("0.01"), ROUND_HALF_UP), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other):
        return self.amount < other.amount

    def __format__(self, spec):
        return format(f"{self.amount:,.2f} {self.currency}", spec)


@dataclass(order=True)
class Item:
    sort_key: tuple = field(init=False, repr=False)
    name: str
    price: Price = field(compare=False)
    stock: int = field(default=0, compare=False)
    unit: Unit = field(default=Unit.PIECE, compare=False)
    tags: set[str] = field(default_factory=set, compare=False, repr=False)
    status: Status = field(default=Status.NONE, compare=False, kw_only=True)

    def __post_init__(self):
        self.sort_key = (self.name.casefold(),)

    def take(self, n):
        if n > self.stock:
            raise StockError(self, n)
        self.stock -= n
        return self.price * n

    @cached_property
    def label(self):
        return f"{self.name:<12}|{self.stock:>4} {self.unit!s:<3}|{self.price:>14}"


items = [
    Item("Widget", Price(Decimal("3.995")), 10, tags={"metal"}),
    Item("apple", Price(Decimal("2.5")), 120, Unit.KILO, {"food", "fresh"}, status=Status.SALE | Status.NEW),
    Item("Lamp", Price(Decimal("1234.5")), 1, status=Status.LAST),
]
for item in sorted(items):
    print(item.label, item.status)
print(items[1])
print(sum((i.price * i.stock for i in items), start=0))
by_tag = defaultdict(list)
for i in items:
    for t in sorted(i.tags) or ["-"]:
        by_tag[t].append(i.name)
print(dict(by_tag), Counter(len(i.name) for i in items).most_common())
try:
    print(f"{items[0].take(4):*^20}")
    items[2].take(2)
except StockError as e:
    print(type(e).__name__, e, e.item.name, e.wanted, e.args)
try:
    items[0].price + Price(Decimal(1), "USD")
except ValueError as e:
    print("ValueError:", e)
try:
    items[0].price.amount = 3
except Exception as e:
    print(type(e).__name__, e)
try:
    Item("x")
except TypeError as e:
    print(e)
print([f.name for f in fields(Item)], astuple(items[0].price), asdict(items[2])["status"])
print(Status(5), list(Status), Status.NEW in Status(3), ~Status.NEW, Unit("kg"), Unit.PIECE.name)
try:
    Unit("x")
except ValueError as e:
    print(e)
print(max(items, key=lambda i: i.price).name, items[0] < items[1], Price(Decimal(1)) <= Price(Decimal(1)))
items[0].price + "x"
