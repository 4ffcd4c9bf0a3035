"""Orders from the basket to the end, many beside each other."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from threading import Lock, Thread
from time import monotonic, sleep
from traceback import format_exc

from django.db import connections

from frontend.storefront.visit import basket_of_token
from marketplace.shop.order.models import Order
from payouts.models import Settlement
from tests.benchmarks.load import Answer
from tests.benchmarks.orders import GUEST
from tests.crashes.acts import Acts
from tests.crashes.people import Person, at_once
from tests.journeys.steps import DECLINED, VISA
from vendors.models import VendorOrder

# `yield` is "I come back later".
Later = Iterator[None]
_AGAIN = 1.5
_PATIENT_LOOKS = 15
_STILL_HERE = (VendorOrder.State.TO_SHIP, VendorOrder.State.PARTLY_SHIPPED)
_WAYS = {"pays": 84, "declined": 4, "leaves": 5, "gives up": 4, "both": 3}
_FATES = {
    "received": 34,
    "released": 5,
    "shipped": 16,
    "in two": 10,
    "rest refused": 5,
    "cancelled": 10,
    "refused": 8,
    "damaged": 4,
    "raced": 4,
    "forgotten": 4,
}


@dataclass
class Life:
    """One order, all of its turns drawn from its own dice."""

    number: int
    acts: Acts
    dice: Random
    parcels: Iterator[int] = field(default_factory=partial(count, 1))

    def live(self) -> Later:
        """Buy, and see each seller's part to its end."""
        order = yield from self._buys()
        if order is None:
            return
        parts = VendorOrder.objects.filter(order=order).order_by("pk")
        for pk in parts.values_list("pk", flat=True):
            yield from self._follow(pk)

    # --- buying ---

    def _buys(self) -> Generator[None, None, Order | None]:
        me = self.acts.person()
        form = self._fills_basket(me)
        answer = self._orders(me, form)
        assert answer.status == 302, f"order {self.number}: {answer.status}"
        assert "/c/pay/" in answer.location or "/checkout/return/" in answer.location, (
            f"order {self.number} was refused: {answer.location}"
        )
        basket_id = basket_of_token(form["basket"])
        self.acts.diary.purchases[basket_id] = int(form["seen"])
        order = Order.objects.get(basket_id=basket_id)
        way = self._draw(_WAYS)
        if way == "leaves":
            return None
        if way == "gives up":
            self._gives_up(me, order)
            return None
        yield from self._pays(me, order, answer, way)
        while order.status == Order.PENDING:
            yield
            order.refresh_from_db(fields=["status"])
        return order if order.status == Order.PAID else None

    def _fills_basket(self, me: Person) -> dict[str, str]:
        offers = self.acts.town.offers
        for offer in self.dice.sample(offers, self.dice.choice([1, 2, 2, 3])):
            pieces = self.dice.choice([1, 1, 2, 3])
            wish = {"offer": offer.public_id, "quantity": pieces}
            me.sends("/basket/add/", wish)
        fields = me.looks("/checkout/").fields()
        email = f"guest-{self.number}@example.org"
        return {
            **GUEST,
            "email": email,
            "basket": fields["basket"],
            "seen": fields["seen"],
        }

    def _orders(self, me: Person, form: dict[str, str]) -> Answer:
        if self.dice.random() > 0.1:
            return me.sends("/checkout/", form)
        # Two clicks, or two tabs.
        twin = Person(me.address, dict(me.cookies), troubles=me.troubles)
        answers: list[Answer] = []
        at_once(
            lambda: answers.append(me.sends("/checkout/", form)),
            lambda: answers.append(twin.sends("/checkout/", form)),
        )
        return answers[0]

    def _pays(self, me: Person, order: Order, answer: Answer, way: str) -> Later:
        to_pay = f"/checkout/return/{order.public_id}/?to=pay"
        while "/c/pay/" not in answer.location:
            yield
            answer = me.looks(to_pay)
            order.refresh_from_db(fields=["status"])
            if order.status != Order.PENDING:
                return
        session = answer.location.rpartition("/c/pay/")[2]
        if way == "declined":
            self._pays_with(session, order, DECLINED)
        if way == "both":
            at_once(
                lambda: self._pays_with(session, order, VISA),
                lambda: self._gives_up(me, order),
            )
            return
        self._pays_with(session, order, VISA)
        if self.dice.random() < 0.5:
            yield
            me.looks(f"/checkout/return/{order.public_id}/")

    def _pays_with(self, session: str, order: Order, card: str) -> None:
        outcome = self.acts.town.sandbox.post(f"pay/{session}", card=card)["outcome"]
        self.acts.diary.outcomes[order.pk] = outcome

    def _gives_up(self, me: Person, order: Order) -> None:
        me.sends(f"/checkout/cancel/{order.public_id}/", {})

    # --- what becomes of a part ---

    def _follow(self, pk: int) -> Later:
        fate = self._draw(_FATES)
        part = self._part(pk)
        self._perhaps_moves_money(part, 0.08)
        yield
        self._sends_or_not(fate, pk)
        yield
        self._perhaps_moves_money(part, 0.08)
        yield
        arrives = {"received": self.acts.receives, "released": self.acts.releases}
        arrives |= {"in two": self.acts.receives, "rest refused": self.acts.receives}
        if fate in arrives:
            arrives[fate](part)
            yield from self._waits_for_transfer(part)
            self._perhaps_moves_money(part, 0.2)

    def _sends_or_not(self, fate: str, pk: int) -> None:
        acts, part = self.acts, self._part(pk)
        doing: dict[str, Callable[[], object]] = {
            "in two": lambda: self._sends_in_two(pk, is_rest_refused=False),
            "rest refused": lambda: self._sends_in_two(pk, is_rest_refused=True),
            "cancelled": lambda: acts.cancels(part),
            "refused": lambda: acts.refuses(part, "cannot_deliver"),
            "damaged": lambda: acts.refuses(part, "damaged"),
            "raced": lambda: at_once(
                lambda: acts.cancels(part), lambda: self._sends(pk)
            ),
            "forgotten": lambda: None,
        }
        doing.get(fate, lambda: self._sends(pk))()

    def _sends(self, pk: int, pieces: dict[int, int] | None = None) -> None:
        self.acts.ships(self._part(pk), self._tracking_number(), pieces)

    def _sends_in_two(self, pk: int, *, is_rest_refused: bool) -> None:
        lines = list(self._part(pk).lines.all())
        first = {line.pk: line.left_to_ship // 2 for line in lines}
        if not any(first.values()):
            first[lines[0].pk] = lines[0].left_to_ship
        self._sends(pk, first)
        part = self._part(pk)
        if part.state in _STILL_HERE:
            if is_rest_refused:
                self.acts.refuses(part, "cannot_deliver")
            else:
                self._sends(pk)

    def _perhaps_moves_money(self, part: VendorOrder, chance: float) -> None:
        if self.dice.random() > chance:
            return
        if self.dice.random() < 0.25:
            self.acts.gives(part, self.dice)
            return
        by_seller = self.dice.random() < 0.3
        self.acts.refunds(part, self.dice, by_seller=by_seller)
        if self.dice.random() < 0.2:
            ours, theirs = (Random(self.dice.random()) for _ in range(2))
            at_once(
                lambda: self.acts.refunds(part, ours, by_seller=False),
                lambda: self.acts.refunds(part, theirs, by_seller=True),
            )

    def _waits_for_transfer(self, part: VendorOrder) -> Later:
        if self.dice.random() < 0.5:
            return
        sent = Settlement.objects.filter(
            vendor_order_id=part.pk, transferred_at__isnull=False
        )
        for _ in range(_PATIENT_LOOKS):
            if sent.exists():
                return
            yield

    def _part(self, pk: int) -> VendorOrder:
        return VendorOrder.objects.select_related("order", "vendor").get(pk=pk)

    def _tracking_number(self) -> str:
        return f"3232{self.number:08d}{next(self.parcels):04d}"

    def _draw(self, weights: dict[str, int]) -> str:
        return self.dice.choices(list(weights), list(weights.values()))[0]


@dataclass
class Crowd:
    """Lives beside each other: so many hands, and at most so many begun at a time."""

    hands: int
    most_at_once: int
    failures: list[str]
    ended: int = 0

    def live(self, lives: list[Life]) -> None:
        """See all lives to their ends."""
        self._unborn = deque(lives)
        self._waiting: list[tuple[float, int, Later]] = []
        self._begun, self._lock = 0, Lock()
        # Daemons: when the test is stopped, nobody waits for a site that is gone.
        threads = [Thread(target=self._work, daemon=True) for _ in range(self.hands)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self) -> None:
        try:
            while not self._is_over():
                found = self._next()
                if found is None:
                    sleep(0.05)
                else:
                    self._step(*found)
        finally:
            connections.close_all()

    def _is_over(self) -> bool:
        return not self._unborn and self._begun == 0

    def _next(self) -> tuple[int, Later] | None:
        with self._lock:
            if self._waiting and self._waiting[0][0] <= monotonic():
                return heappop(self._waiting)[1:]
            if self._unborn and self._begun < self.most_at_once:
                life = self._unborn.popleft()
                self._begun += 1
                return life.number, life.live()
        return None

    def _step(self, number: int, life: Later) -> None:
        try:
            next(life)
        except StopIteration:
            self._end()
        except Exception:  # noqa: BLE001 (told by the test, with the life's number)
            self.failures.append(f"life {number}: {format_exc()}")
            self._end()
        else:
            with self._lock:
                heappush(self._waiting, (monotonic() + _AGAIN, number, life))

    def _end(self) -> None:
        with self._lock:
            self._begun -= 1
            self.ended += 1
