"""The little market of one scenario: its people, its time, its worker, its Stripe."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.test import RequestFactory
from django.urls import ResolverMatch, resolve

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.db.models import Outbox
from marketplace.db.wake import asleep
from marketplace.jobs import nightly, sweeps
from marketplace.jobs.tasks import drain
from marketplace.jobs.topics import MESSAGES
from marketplace.scenarios.breaking import BreakingGateway
from marketplace.scenarios.forging import sent_again
from marketplace.scenarios.given import Given, OrderGiven
from marketplace.scenarios.mailbox import Letter, Mailbox
from marketplace.scenarios.stripe import Stripe
from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.order.models import Order
from marketplace.shop.promotions.models import Promotion
from payouts.gateway import using
from payouts.months import month_of
from payouts.selectors.books import is_due
from payouts.services import commands, documents, inbox, payment
from vendors.models import Vendor, VendorOrder

# Mails are counted, not sent; search has no part in money.
_NOT_DONE = frozenset({"mail", "search.index"})
_SWEEPS: tuple[Callable[[datetime], object], ...] = (
    sweeps.payments,
    sweeps.receipts,
    sweeps.releases,
    sweeps.long_holds,
    sweeps.points,
)
# Each round does what the one before led to; more than this is a circle.
_ROUNDS = 50


class UnknownNameError(RefusedError):
    """A step names somebody or something that was not given."""

    code = "scenario.name"


@dataclass
class Post:
    """What becomes of Stripe's webhooks until a step says otherwise."""

    drop: int = 0
    copies: int = 1
    is_reversed: bool = False
    kept: list[Letter] = field(default_factory=list)


@dataclass
class World:
    """What steps act on. Time stands still unless a step moves it."""

    given: Given
    stripe: Stripe
    mailbox: Mailbox
    now: datetime
    gateway: BreakingGateway
    buyer: User | None = None
    operators: dict[str, User] = field(default_factory=dict)
    sellers: dict[str, Vendor] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    promotions: dict[str, Promotion] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    post: Post = field(default_factory=Post)
    mails: dict[str, int] = field(default_factory=dict)
    # What operators have made last: a batch, a run; each adjustment with its seller.
    latest: dict[str, int] = field(default_factory=dict)
    adjustments: list[tuple[int, int]] = field(default_factory=list)
    # Documents are issued where somebody looks at them.
    issues_documents: bool = False

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let the product meet this Stripe, this time and no other worker."""
        with using(self.gateway), clock.stopped_at(self.now), asleep():
            yield

    def advance(self, by: timedelta) -> None:
        """Let time pass, at Stripe too; what falls due there happens.

        Stripe's clock runs on while a scenario is played: each move sets it right.
        """
        self.now += by
        if (to := int(self.now.timestamp())) > self.stripe.told("clock")["now"]:
            self.stripe.control("clock", to=to)

    # --- who and what --------------------------------------------------------

    def order_given(self, name: str) -> OrderGiven:
        """Return what an order holds; the only one needs no name."""
        orders = {order.name: order for order in self.given.orders}
        if not name and len(orders) == 1:
            return self.given.orders[0]
        return _named("order", name, orders)

    def order(self, name: str) -> Order:
        """Return a placed order.

        Raises UnknownNameError if it is not placed.
        """
        return _named("placed order", self.order_given(name).name, self.orders)

    def seller(self, name: str) -> Vendor:
        """Return a seller; the only one needs no name."""
        if not name and len(self.sellers) == 1:
            return next(iter(self.sellers.values()))
        return _named("seller", name, self.sellers)

    def category(self, name: str) -> Category:
        """Return a category."""
        return _named("category", name, self.categories)

    def product(self, name: str) -> Product:
        """Return a product; one that no line names is called "Thing"."""
        return _named("product", name, self.products)

    def seller_name(self, vendor_id: int | None) -> str:
        """Return how the scenario calls a seller."""
        names = {vendor.pk: name for name, vendor in self.sellers.items()}
        return names.get(vendor_id or 0, "")

    def order_name(self, order_id: int | None) -> str:
        """Return how the scenario calls a placed order."""
        names = {order.pk: name for name, order in self.orders.items()}
        return names.get(order_id or 0, "")

    def part(self, order: str, seller: str) -> VendorOrder:
        """Return a seller's part of an order, read anew."""
        parts = self.parts(order)
        if seller or parts.count() > 1:
            parts = parts.filter(vendor=self.seller(seller))
        found = parts.first()
        if found is None:
            raise UnknownNameError(f'"{seller}" has no part in this order.')
        return found

    def parts(self, order: str) -> QuerySet[VendorOrder]:
        """Return the sellers' parts of an order."""
        placed = self.order(order)
        return VendorOrder.objects.filter(order=placed).order_by("pk")

    def rank_of(self, vendor: Vendor) -> str:
        """Return the rank that a seller was given."""
        ranks = {seller.name: seller.rank for seller in self.given.sellers}
        return ranks.get(vendor.name, "regular")

    def account_of(self, seller: str) -> str:
        """Return a seller's account at Stripe."""
        found = self.accounts()
        name = self.seller(seller).name
        if name not in found:
            raise UnknownNameError(f'"{name}" has no account at Stripe.')
        return found[name]

    def accounts(self) -> dict[str, str]:
        """Return the account of each seller whom Stripe pays, in their order."""
        rows = Vendor.objects.filter(payout_account__stripe_account_id__isnull=False)
        found = dict(rows.values_list("name", "payout_account__stripe_account_id"))
        return {name: str(found[name]) for name in self.sellers if name in found}

    def charge_of(self, order: str) -> str:
        """Return the charge that paid an order."""
        attempt = payment.latest_attempt(order_id=self.order(order).pk)
        if attempt is None or not attempt.charge_id:
            raise UnknownNameError("No card has paid this order.")
        return str(attempt.charge_id)

    @property
    def operator_id(self) -> int:
        """Return who acts for the platform."""
        return self.person("first")

    def person(self, by: str) -> int:
        """Return the first or the second operator."""
        return int(_named("operator", by, self.operators).pk)

    # --- the worker ----------------------------------------------------------

    def work(self) -> None:
        """Do what the worker would: webhooks in, commands out, messages, sweeps."""
        for _round in range(_ROUNDS):
            while self._work_once():
                continue
            for sweep in _SWEEPS:
                sweep(self.now)
            while self.issues_documents and documents.issue_due(now=self.now):
                continue
            self._count_mails()
            if not self._is_something_due():
                return
        raise RuntimeError("The worker never comes to an end.")

    def _work_once(self) -> int:
        self.take_post()
        done = inbox.process_inbox(now=self.now)
        done += commands.run_due_commands(now=self.now)
        self._count_mails()
        topics = self._due().values_list("topic", flat=True)
        return done + sum(drain(topic, self.now) for topic in {*topics} & {*MESSAGES})

    def _is_something_due(self) -> bool:
        return self._due().exclude(topic__in=_NOT_DONE).exists() or is_due(now=self.now)

    def _due(self) -> QuerySet[Outbox]:
        return Outbox.objects.filter(available_at__lte=self.now)

    def _count_mails(self) -> None:
        for message in Outbox.objects.filter(topic__in=_NOT_DONE):
            kind = str(message.payload.get("kind", message.topic))
            self.mails[kind] = self.mails.get(kind, 0) + 1
            message.delete()

    def take_post(self) -> None:
        """Let Stripe's webhooks in, in the way that steps have asked for."""
        self.stripe.control("deliveries/drain", timeout=10)
        letters = self.mailbox.empty()
        self.post.kept += letters
        if self.post.is_reversed:
            letters.reverse()
        for letter in letters:
            if self.post.drop:
                self.post.drop -= 1
                continue
            for _copy in range(self.post.copies):
                self.receive(letter)

    def receive_again(self) -> None:
        """Let every webhook so far come in once more, as Stripe's dashboard can."""
        at = int(time.time())
        for letter in list(self.post.kept):
            self.receive(sent_again(letter, at=at))

    def receive(self, letter: Letter) -> int:
        """Post a webhook to the product's own address; return the answer's status."""
        request = RequestFactory().post(
            letter.path,
            data=letter.body,
            content_type="application/json",
            headers={"Stripe-Signature": letter.signature},
        )
        found = _view_of(letter.path)
        answer = found.func(request, *found.args, **found.kwargs)
        return int(answer.status_code)

    def top_up(self, amount: int) -> None:
        """Send money of the platform's own to Stripe."""
        self.stripe.post(
            "/v1/topups",
            amount=amount,
            currency=self.given.currency.lower(),
            description="Own funds",
        )

    def reconcile(self) -> None:
        """Do the nightly comparison of the books with Stripe's."""
        nightly.reconcile(self.now)

    def close_month(self) -> None:
        """Let the month end, and do what is done in the night after it."""
        noon = month_of(self.now).ends + timedelta(hours=12)
        self.advance(noon - self.now)
        with self.in_force():
            self.work()
            nightly.close_months(self.now)
            nightly.documents(self.now)


@cache
def _view_of(path: str) -> ResolverMatch:
    return resolve(path)


def _named(what: str, name: str, known: dict[str, Any]) -> Any:
    if name not in known:
        told = ", ".join(f'"{each}"' for each in known) or "none"
        raise UnknownNameError(f'There is no {what} "{name}"; there is {told}.')
    return known[name]


def beginning(stripe: Stripe) -> datetime:
    """Move a sandbox that was just reset to the next noon, and return that moment.

    Balances leave for the bank at midnight: a scenario of some minutes crosses none.
    """
    at = datetime.fromtimestamp(stripe.told("clock")["now"], tz=UTC)
    noon = (at + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    stripe.control("clock", advance=int((noon - at).total_seconds()))
    return noon
