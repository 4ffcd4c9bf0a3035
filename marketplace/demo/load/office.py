"""What the operators find on their desks: applications, products to look at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from loyalty.rules import NextRule, ask_for_rule
from loyalty.selectors import rule_at
from marketplace.accounts.roles import give_role, take_role
from marketplace.db.models import Outbox
from marketplace.demo import pictures
from marketplace.demo.content.designs import slug
from marketplace.demo.content.numbers import ean
from marketplace.demo.content.reading import read
from marketplace.demo.load.applications import (
    write_applications,
    write_ready_messages,
)
from marketplace.demo.load.people import FINANCE, People
from marketplace.demo.load.shops import Shops
from marketplace.flows.join_market import note_shop
from marketplace.flows.list_product import (
    decide_product,
    propose_change,
    propose_product,
)
from marketplace.flows.tell_sellers import tell_sellers
from marketplace.shop.catalogue.models import Category, Product, ProductClass
from marketplace.shop.tax.models import TaxClass
from support.services.listings import decide_report, report_listing
from vendors.services.announcements import Draft
from vendors.services.families import Choice, propose_family
from vendors.services.offers import OfferTerms
from vendors.services.products import Proposal, Words, resubmit_product

_FIRST_PROPOSAL = 700_310_000


def write_office(shops: Shops, people: People, *, currency: str, now: datetime) -> None:
    """Let something of every state lie on the operators' desks."""
    write_applications(people, now=now)
    write_ready_messages(people, now=now)
    write_proposals(shops, people, currency=currency, now=now)
    write_families(shops, people, currency=currency, now=now)
    write_changes(shops, now=now)
    write_notes(shops, people, now=now)
    write_failures(now=now)
    write_roles(people, now=now)
    write_next_rule(people, currency=currency, now=now)
    write_announcements(people, now=now)


def _write_reports(people: People, now: datetime) -> None:
    """Let two listings be reported: one waits, in one nothing was wrong."""
    buyer = people.by_email["anna@demo.test"]
    for text, product in zip(
        read("people")["reports"], Product.objects.order_by("pk"), strict=False
    ):
        told_at = now - timedelta(hours=text["hours_ago"])
        report = report_listing(
            product_id=product.pk,
            reporter_id=buyer.pk,
            kind=text["kind"],
            text=text["text"],
            now=told_at,
        )
        if text["decision"]:
            decide_report(
                public_id=report.public_id,
                is_founded=False,
                reason=text["decision"],
                operator_id=people.operator.pk,
                now=told_at + timedelta(hours=5),
            )


def write_proposals(
    shops: Shops, people: People, *, currency: str, now: datetime
) -> None:
    """Let sellers propose products: some wait for a moderator, one was sent back."""
    _write_reports(people, now)
    for text in read("proposals")["proposal"]:
        moment = now - timedelta(days=text["days_ago"])
        product = propose_product(
            vendor=shops[text["seller"]],
            proposal=_proposal(text),
            terms=OfferTerms(
                sku=f"{text['seller'][:3].upper()}-P{text['ean']}",
                price_minor=text["price"],
                currency=currency,
                stock=text["stock"],
            ),
            now=moment,
        )
        if "refused" in text:
            decide_product(
                product=product,
                seen=product.version,
                is_approved=False,
                reason=text["refused"],
                operator_id=people.operator.pk,
                now=moment + timedelta(days=1),
            )
        if "mended" in text:
            words = Words(
                title=text["title"],
                description=f"<p>{text['mended']}</p>",
                brand=text["brand"],
                facts=product.facts,
            )
            resubmit_product(
                product=product, words=words, now=moment + timedelta(days=5)
            )


def write_families(
    shops: Shops, people: People, *, currency: str, now: datetime
) -> None:
    """Let a seller propose products in choices: one waits, one was sent back."""
    for text in read("proposals")["family"]:
        moment = now - timedelta(days=text["days_ago"])
        family = propose_family(
            vendor=shops[text["seller"]],
            proposal=_proposal(text),
            choices=[
                _choice(text, number, said, currency=currency)
                for number, said in enumerate(text["choices"], start=1)
            ],
            now=moment,
        )
        if "refused" in text:
            decide_product(
                product=family,
                seen=family.version,
                is_approved=False,
                reason=text["refused"],
                operator_id=people.operator.pk,
                now=moment + timedelta(days=1),
            )


def _choice(
    text: Mapping[str, Any], number: int, said: Mapping[str, Any], *, currency: str
) -> Choice:
    axes = {"colour", "diameter"}
    return Choice(
        values={code: said[code] for code in said if code in axes},
        ean=ean(_FIRST_PROPOSAL + said["ean"]) if "ean" in said else "",
        terms=OfferTerms(
            sku=f"{slug(text['title']).upper()[:12]}-{number}",
            price_minor=said["price"],
            currency=currency,
            stock=said["stock"],
        ),
    )


def _proposal(text: Mapping[str, Any]) -> Proposal:
    """Return a product as its seller describes it, on a shelf of the demo."""
    path = text["category"]
    return Proposal(
        title=text["title"],
        description=f"<p>{text['description']}</p>",
        brand=text["brand"],
        ean=ean(_FIRST_PROPOSAL + text["ean"]) if "ean" in text else "",
        product_class=ProductClass.objects.get(name=" / ".join(path[-2:])),
        category=Category.objects.get(full_slug="/".join(slug(one) for one in path)),
        tax_class=TaxClass.STANDARD,
        facts=text["facts"],
        pictures=[_picture(text)],
    )


def write_changes(shops: Shops, *, now: datetime) -> None:
    """Let sellers change what is on sale: it sells on while somebody looks at it."""
    for text in read("proposals")["change"]:
        shop = shops[text["seller"]]
        product = (
            Product.objects.filter(stockrecords__partner=shop.partner_id)
            .filter(is_public=True, images__isnull=False)
            .order_by("pk")
            .first()
        )
        if product is None:
            continue
        Product.objects.filter(pk=product.pk).update(submitted_by=shop.partner_id)
        propose_change(
            product=product,
            words=Words(
                title=f"{product.title}{text['title_ends']}",
                description=f"{product.description}<p>{text['text_ends']}</p>",
                brand=product.brand,
                facts=product.facts,
            ),
            user_id=shop.members.get(role="owner").user_id,
            now=now - timedelta(days=text["days_ago"]),
        )


def write_notes(shops: Shops, people: People, *, now: datetime) -> None:
    """Let operators write down what they know of shops."""
    for text in read("proposals")["note"]:
        note_shop(
            vendor=shops[text["seller"]],
            text=text["text"],
            operator_id=people.by_email[text["by"]].pk,
            now=now - timedelta(days=text["days_ago"]),
        )


def write_failures(*, now: datetime) -> None:
    """Let a mail server have put one mail off: it goes out by itself in an hour."""
    product = Product.objects.exclude(review_reason="").order_by("pk").last()
    if product is not None:
        Outbox.objects.create(
            topic="mail",
            key=f"product.decided:{product.public_id}",
            payload={"kind": "product_decided", "product": product.pk},
            created_at=now - timedelta(minutes=40),
            available_at=now + timedelta(hours=1),
            attempts=6,
            error="SMTPRecipientsRefused(451, b'4.7.1 Greylisted, try again later')",
        )


def write_announcements(people: People, *, now: datetime) -> None:
    """Let all sellers be told something: now, before, and on days to come."""
    for text in read("people")["announcements"]:
        first, last = ((now + timedelta(days=days)).date() for days in text["days"])
        tell_sellers(
            draft=Draft(
                kind=text["kind"],
                title=text["title"],
                text=text["text"],
                starts_on=first,
                ends_on=last,
            ),
            operator_id=people.operator.pk,
            now=now + timedelta(days=min(0, text["days"][0])),
        )


def write_roles(people: People, *, now: datetime) -> None:
    """Let operators have been given and lost roles, with the reasons in the log."""
    for text in read("people")["roles"]:
        person = people.by_email[text["email"]]
        said = {
            "role": text["role"],
            "reason": text["reason"],
            "operator_id": people.operator.pk,
            "now": now - timedelta(days=text["days_ago"]),
        }
        if text.get("is_taken"):
            take_role(user_id=person.pk, **said)
        else:
            give_role(email=person.email, **said)


def write_next_rule(people: People, *, currency: str, now: datetime) -> None:
    """Let finance have asked for another rule of points; somebody else publishes it."""
    rule = rule_at(currency, now=now)
    if rule is None:
        return
    ask_for_rule(
        rule=NextRule(
            currency=currency,
            earn_bps=rule.earn_bps * 3 // 2,
            spend_share_bps=5000,
            lives_days=365,
            tiers=tuple(
                replace(tier, earn_bps=tier.earn_bps * 3 // 2) for tier in rule.tiers
            ),
            tier_days=rule.tier_days,
            valid_from=now + timedelta(days=30),
        ),
        reason="More for whoever comes back, and a year to spend it.",
        operator_id=people.by_email[FINANCE].pk,
        now=now - timedelta(hours=20),
    )


def _picture(text: Mapping[str, Any]) -> "ContentFile[bytes]":
    name = slug(text["title"])
    drawn = pictures.product_picture(text["family"], f"{name}:{text['look']}/1")
    return ContentFile(drawn.encode(), name=f"{name}.svg")
