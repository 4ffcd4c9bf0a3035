"""What was agreed to at the checkout is what every page and the receipt say later."""

import re
from dataclasses import dataclass

import pytest
from django.template.loader import render_to_string
from django.test import Client

from marketplace.flows.pay_order import pay_order
from marketplace.jobs.mails.buyers import order_confirmed
from marketplace.jobs.mails.plain import plain_text
from marketplace.shop.order.access import key_of
from marketplace.shop.order.models import Order
from marketplace.shop.promotions.models import Promotion
from payouts.gateway import using
from payouts.models import PaymentAttempt
from tests.integration.buying.browsing import add, form_of, order
from tests.integration.buying.market import NOW, Market, capture_payment, give_points
from tests.integration.buying.promotions import (
    make_promotion,
    make_sellers_own,
    make_shared,
)
from tests.integration.buying.test_pages import OnePage
from tests.integration.sale import make_user

AMOUNT = re.compile(r"(−?)€([\d,]+)\.(\d\d)")
LINE = re.compile(r'<li class="(?:line|row line)">.*?</li>', re.DOTALL)
SUM = re.compile(r'class="line__sum[^"]*">(.*?)</div>', re.DOTALL)
PAIR = re.compile(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", re.DOTALL)
TOTALS = ("Total incl. VAT", "To pay", "Total")
PERCENT = Promotion.Benefit.PERCENT
GIFTS = {
    "market": lambda _market: make_promotion("MARKET", amount_minor=555),
    "seller": lambda market: make_sellers_own(
        market.bakery, "SELLER", benefit=PERCENT, bps=1200
    ),
    "shared": lambda market: make_shared(
        "SHARED",
        accepted=[market.bakery, market.bindery],
        asked=[],
        benefit=PERCENT,
        bps=1500,
    ),
    "delivery": lambda _market: make_promotion(
        "POST", benefit=Promotion.Benefit.FREE_SHIPPING
    ),
}
COMBINATIONS = [
    ([], 168),
    (["market"], 0),
    (["seller"], 168),
    (["shared"], 0),
    (["seller", "market"], 168),
    (["shared", "market", "delivery"], 0),
    (["seller", "shared", "market", "delivery"], 168),
]


def amounts_in(html: str) -> list[int]:
    """Return the amounts that a piece of a page says, in cents."""
    words = re.sub(r"<[^>]*>", "", html)
    return [
        int(f"{whole.replace(',', '')}{cents}") * (-1 if sign else 1)
        for sign, whole, cents in AMOUNT.findall(words)
    ]


@dataclass
class Picture:
    """What a page says of an order, in cents."""

    dues: list[int]
    fulls: list[int]
    sums: list[tuple[str, int]]

    @property
    def items(self) -> int:
        return next(minor for title, minor in self.sums if title.startswith("Items"))

    @property
    def total(self) -> int:
        return next(minor for title, minor in self.sums if title in TOTALS)

    @property
    def reckoned(self) -> int:
        """What its sums come to, the total left out."""
        return sum(minor for title, minor in self.sums if title not in TOTALS)


def picture_of(page: str) -> Picture:
    sums = [amounts_in(block) for block in SUM.findall(page)]
    fulls = []
    for block, found in zip(SUM.findall(page), sums, strict=True):
        struck = re.findall(r"<s\b.*?</s>", block, re.DOTALL)
        fulls.append(amounts_in(struck[0])[0] if struck else found[0])
    asides = re.findall(r"<aside.*?</aside>", page, re.DOTALL)
    aside = next(each for each in asides if "<dl" in each)
    pairs = [
        (re.sub(r"<.*", "", title).strip(), *(amounts_in(value) or [0]))
        for title, value in PAIR.findall(aside)
        if "incl. VAT" not in title or "Total" in title
    ]
    return Picture(sorted(found[0] for found in sums), sorted(fulls), pairs)


def gifts_of_lines(page: str) -> list[tuple[int, int]]:
    """Return for each line its full price less its gifts, and what it says is due."""
    found = []
    for line in LINE.findall(page):
        (said,) = SUM.findall(line)
        struck = re.findall(r"<s\b.*?</s>", said, re.DOTALL)
        full = amounts_in(struck[0])[0] if struck else amounts_in(said)[0]
        given = [minor for minor in amounts_in(line) if minor < 0]
        found.append((full + sum(given), amounts_in(said)[0]))
    return found


def receipt_of(placed: Order) -> str:
    (letter,) = order_confirmed(order=placed.pk)
    context = {"subject": letter.subject, **letter.context}
    return plain_text(render_to_string(f"mail/{letter.template}.html", context))


def fill(market: Market, client: Client, gifts: list[str]) -> None:
    add(client, market.loaf, 3)
    add(client, market.jam, 1)
    add(client, market.notebook, 2)
    for gift in gifts:
        made = GIFTS[gift](market)
        client.post("/basket/vouchers/", {"code": made.code, "action": "voucher"})


@pytest.mark.parametrize(("gifts", "points"), COMBINATIONS)
def test_every_page_and_the_receipt_say_what_was_agreed_to_at_the_checkout(
    market: Market, client: Client, gifts: list[str], points: int
):
    anna = make_user("anna")
    give_points(anna, 168)
    client.force_login(anna)
    fill(market, client, gifts)
    basket = client.get("/basket/").content.decode()
    typed = {"points": str(points), "action": "update"}
    checkout = client.post("/checkout/", typed).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', checkout)[1]
    with using(OnePage()):
        order(client, points=str(points), seen=seen)
    placed, attempt = Order.objects.get(), PaymentAttempt.objects.get()
    capture_payment(attempt.pk)
    pay_order(order_id=placed.pk, now=NOW)

    thanks = client.get(f"/checkout/return/{placed.public_id}/").content.decode()
    later = client.get(f"/order/{placed.number}/").content.decode()
    receipt = receipt_of(placed)

    pictures = [picture_of(page) for page in (basket, checkout, thanks, later)]
    agreed = pictures[1]
    assert [each.dues for each in pictures] == [agreed.dues] * 4
    assert [each.fulls for each in pictures] == [[720, 1350, 3300]] * 4
    assert [each.items for each in pictures] == [5370] * 4
    assert [each.reckoned for each in pictures] == [each.total for each in pictures]
    assert [each.total for each in pictures[1:]] == [attempt.amount_minor] * 3
    for page in (basket, thanks, later):
        assert len(gifts_of_lines(page)) == 3
        assert all(is_left == due for is_left, due in gifts_of_lines(page))
    # The VAT is in the total, not another sum.
    said = amounts_in(re.sub(r"incl\. VAT \S+", "", receipt))
    assert all(said.count(due) >= 1 for due in agreed.dues)
    assert said[-1] == attempt.amount_minor
    assert sum(said[said.index(5370) : -1]) == attempt.amount_minor


def test_the_receipt_says_the_price_before_and_after_what_was_given(
    market: Market, client: Client
):
    fill(market, client, ["shared"])
    with using(OnePage()):
        order(client, **form_of(client.get("/checkout/")))

    placed = Order.objects.get()
    receipt = receipt_of(placed)
    page = client.get(f"/order/{key_of(placed)}/").content.decode()

    assert '<h2 class="h3">Not paid</h2>' in page
    assert "€6.12\ninstead of €7.20" in receipt
    assert "−€1.08 Voucher SHARED · From Comptoir and the sellers" in receipt
