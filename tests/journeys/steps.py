"""The steps of a sale, as people take them in their browsers."""

import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import expect

from tests.journeys.people import Person
from tests.journeys.waiting import eventually
from vendors.models import ImportJob, Vendor

VISA = "4242424242424242"
CHALLENGED = "4000002760003184"
DECLINED = "4000000000000002"
TRACKING = "323205128840011723401030"


def opens_shop(seller: Person) -> None:
    """Sign up, begin an application and fill in what an operator must know."""
    seller.signs_up()
    seller.goes_to("/sell/apply/")
    seller.fills(name="Bindery")
    seller.chooses(country="Belgium")
    seller.presses("Begin")
    expect(seller.page).to_have_url(re.compile("/seller/bindery/"))
    seller.goes_to("/seller/bindery/settings/")
    seller.fills(
        legal_name="Bindery BV",
        street="Papierstraat 1",
        postcode="9000",
        city="Gent",
        contact_name="Mieke Peeters",
    )
    seller.chooses(legal_form="Company")
    seller.saves()
    seller.goes_to("/seller/bindery/settings/goods/")
    seller.fills(sells="Hand-bound notebooks")
    seller.saves()


def delivers_to_belgium(seller: Person) -> None:
    """Say where the shop delivers, how, and for how much."""
    seller.goes_to("/seller/bindery/settings/delivery/new/")
    seller.fills(name="Belgium")
    seller.tick(seller.page.get_by_role("checkbox", name="Belgium"))
    seller.saves()
    zone = Vendor.objects.get(handle="bindery").partner.shipping_zones.get()
    seller.goes_to(f"/seller/bindery/settings/delivery/{zone.pk}/new/")
    seller.fills(
        name="Bpost home",
        first_item="4.90",
        next_item="1.00",
        days_min="1",
        days_max="2",
    )
    seller.chooses(carrier="bpost")
    seller.saves()


def becomes_known_to_stripe(seller: Person) -> None:
    """Answer the questions on the payment provider's own pages and come back."""
    seller.goes_to("/seller/bindery/payments/")
    seller.presses("Begin at Stripe")
    expect(seller.page).to_have_url(re.compile("/setup/"), timeout=20_000)
    for _page in range(6):
        if "/setup/" not in seller.page.url:
            break
        for field in seller.page.locator("main input:not([type=hidden])").all():
            if field.is_editable() and not field.input_value():
                seller.type(field, "BE68539007547034")
        with seller.page.expect_navigation():
            seller.press(seller.page.locator("main button[type=submit]").first)
    seller.reads("Stripe can pay you now.")


def lists_notebook(seller: Person) -> None:
    """Describe a new product, its picture and facts, with three pieces at €24.00."""
    seller.goes_to("/seller/bindery/products/new/")
    seller.fills(
        title="Notebook bound in linen",
        description="Sewn by hand, 160 pages, lies flat.",
        fact_pages="160",
        price="24.00",
        stock="3",
        sku="NB-1",
    )
    seller.chooses(category="Ceramics")
    seller.attach(
        seller.field("pictures"),
        {"name": "linen.png", "mimeType": "image/png", "buffer": drawn_square()},
    )
    seller.presses("Send it for review")
    expect(seller.page).not_to_have_url(re.compile("/new/"))


def drawn_square() -> bytes:
    """Return a picture of 600 by 600 pixels."""
    drawn = BytesIO()
    Image.new("RGB", (600, 600), "peru").save(drawn, "PNG")
    return drawn.getvalue()


def imports_sheet(seller: Person, sheet: str) -> None:
    """Send a sheet of offers and wait for its rows."""
    seller.goes_to("/seller/bindery/import/")
    seller.attach(
        seller.field("file"),
        {"name": "spring.csv", "mimeType": "text/csv", "buffer": sheet.encode()},
    )
    seller.presses("Look at this sheet")
    seller.reads("Apply one row")
    seller.presses("Apply one row")
    eventually(lambda: ImportJob.objects.latest("pk").state == ImportJob.State.FINISHED)


def puts_into_basket(buyer: Person, title: str) -> None:
    """Find a thing by its name and put it into the basket."""
    buyer.goes_to("/search?q=" + title.split(maxsplit=1)[0])
    buyer.press(buyer.page.locator("main").get_by_role("link", name=title).first)
    buyer.presses("Add to basket")
    expect(buyer.page.locator("[data-basket] .iconbtn__n")).to_be_visible()


def fills_address(buyer: Person) -> None:
    """Open the checkout and say where the parcels go."""
    buyer.goes_to("/checkout/")
    if buyer.page.locator("[name=email]").count():
        buyer.fills(email=buyer.email)
    buyer.fills(
        name="Anna Maes", street="Kerkstraat 5", postcode="1050", city="Ixelles"
    )


def places_order(buyer: Person) -> None:
    """Press the button of the checkout and come to the payment page."""
    buyer.press(buyer.page.locator("form[data-once] button.btn--primary").last)
    buyer.page.wait_for_url(re.compile("/c/pay/"))


def pays(buyer: Person, card: str = VISA) -> None:
    """Pay with a test card on Stripe's page."""
    buyer.type(buyer.page.locator("#number"), card)
    buyer.press(buyer.page.locator("button.go"))


def is_thanked(buyer: Person) -> None:
    """Come back to the shop and read that it is ordered."""
    buyer.page.wait_for_url(re.compile("/checkout/return/"))
    buyer.reads("Thank you, it is ordered")


def ships(seller: Person, number: str) -> None:
    """Mark an order as shipped with its carrier and number."""
    seller.goes_to(f"/seller/bindery/orders/{number}/")
    seller.fills(tracking_number=TRACKING)
    bpost = seller.field("carrier").locator("option[value=bpost]")
    seller.chooses(carrier=bpost.inner_text())
    seller.presses("Mark as shipped")
    seller.reads(TRACKING)


def finds(buyer: Person, title: str) -> None:
    """Search until a new thing is there: the worker writes its document."""

    def is_there() -> bool:
        buyer.goes_to("/search?q=" + title.split(maxsplit=1)[0])
        return buyer.page.locator("main").get_by_text(title).count() > 0

    eventually(is_there)
