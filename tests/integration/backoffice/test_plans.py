"""The pages of the commission plans: a draft, its replay, two people, the answers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from marketplace.jobs.tasks import drain
from payouts.models import CommissionList, CommissionPlan, CommissionReplay
from payouts.selectors.commission import newest_list
from payouts.services.commission import PlanInput, add_plan
from payouts.services.drafts import add_to_draft, open_draft
from payouts.terms import Terms
from tests.factories import (
    NOW,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
    seller,
)
from tests.integration.backoffice.conftest import SignedIn, operator
from tests.integration.relative import relative_in
from vendors.models import Member, Vendor

pytestmark = pytest.mark.django_db

PLAN = {
    "name": "Books",
    "percent": "9",
    "include_shipping": "on",
    "is_enabled": "on",
    "reason": "Thin margins",
}


@pytest.fixture
def marc() -> User:
    return operator("finance")


@pytest.fixture
def client(marc: User) -> Client:
    found = Client()
    found.force_login(marc)
    return found


@pytest.fixture
def bindery() -> Vendor:
    return Vendor.objects.get(partner=seller("Bindery"))


@pytest.fixture
def draft(marc: User, bindery: Vendor) -> CommissionList:
    """A draft with a plan of 8 % for one seller."""
    found = open_draft(actor_id=marc.pk, now=NOW)
    plan = PlanInput(name="Books", terms={"": Terms(bps=800)}, vendors=[bindery.pk])
    add_to_draft(draft_id=found.pk, plan=plan, actor_id=marc.pk, now=NOW)
    found.refresh_from_db()
    return found


@pytest.fixture
def books(draft: CommissionList) -> CommissionPlan:
    return draft.plans.get(name="Books")


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def move(client: Client, plan: CommissionPlan, to: str) -> str:
    answer = client.post(
        reverse("office-plan-move", args=[plan.key]), {"to": to, "reason": "Over.\0"}
    )
    return f"{answer.status_code} {answer['Location']}"


@pytest.mark.parametrize("again", ["delete", "up", "down"])
def test_a_plan_that_is_gone_stays_gone(
    books: CommissionPlan, client: Client, again: str
) -> None:
    before = events()

    answers = [move(client, books, to) for to in ("delete", again)]

    page = f"302 {reverse('office-draft')}#plan-{books.key}"
    assert answers == [page, page]
    assert not CommissionPlan.objects.filter(pk=books.pk).exists()
    assert events() == [*before, "commission.draft_changed"]


def test_a_plan_at_the_top_is_not_moved_up(
    books: CommissionPlan, client: Client
) -> None:
    before = events()

    move(client, books, "up")

    assert events() == before


def test_a_plan_that_changed_meanwhile_is_not_overwritten(
    books: CommissionPlan, client: Client, bindery: Vendor
) -> None:
    address = reverse("office-plan", args=[books.key])
    seen = client.get(address).context["form"]["seen"].value()
    saved = {**PLAN, "vendors": bindery.handle, "seen": seen}

    first = client.post(address, {**saved, "percent": "9"})
    second = client.post(address, {**saved, "percent": "7", "name": "Old books"})

    books.refresh_from_db()
    text = second.content.decode()
    assert (first.status_code, second.status_code) == (302, 422)
    assert "Somebody changed this plan meanwhile. Look at it again." in text
    assert 'value="Old books"' in text
    assert books.name == "Books"
    assert books.terms.get(currency="").bps == 900


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"percent": "101"}, "less than or equal to 100"),
        ({"percent": ""}, "This field is required."),
        ({"products": "123"}, "No product has the number 123."),
        ({"price_from": "50", "price_below": "50"}, "Enter a price above the first"),
        ({"ranks": ["diamond"]}, "Select a valid choice."),
        ({"countries": ["XX"]}, "Select a valid choice."),
        ({"brands": "x" * 121}, "A brand has at most 120 letters."),
        ({"least": "5", "most": "4"}, "a minimum below its cap"),
        (
            {"valid_from": "2026-12-02T00:00", "valid_to": "2026-12-01T00:00"},
            "The end comes before the beginning.",
        ),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(
    draft: CommissionList, client: Client, written: dict[str, object], message: str
) -> None:
    brand = {"brands": "Nordlys"}

    answer = client.post(reverse("office-plan-new"), {**PLAN, **brand, **written})

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert draft.plans.count() == 2


def test_every_condition_is_written_and_read_back(
    draft: CommissionList, client: Client
) -> None:
    shelf = CategoryFactory.create(name="Lighting")
    written = {
        **PLAN,
        "name": "Large lamps",
        "categories": [shelf.pk],
        "brands": "Nordlys\n foldal  as \nNORDLYS",
        "price_from": "150",
        "ranks": ["gold", "platinum"],
        "countries": ["BE"],
    }

    client.post(reverse("office-plan-new"), written)

    plan = draft.plans.get(name="Large lamps")
    form = client.get(reverse("office-plan", args=[plan.key])).context["form"]
    page = client.get(reverse("office-draft")).content.decode()
    assert sorted(form["brands"].value().split("\n")) == ["NORDLYS", "foldal as"]
    assert form["price_from"].value() == 150
    assert sorted(form["ranks"].value()) == ["gold", "platinum"]
    assert form["countries"].value() == ["BE"]
    for words in ("<b>Lighting</b>", "<b>from €150.00</b>", "<b>Gold</b>"):
        assert words in page


def test_a_plan_without_conditions_is_shown_as_broken(
    draft: CommissionList, client: Client
) -> None:
    client.post(reverse("office-plan-new"), {**PLAN, "name": "All"})

    page = client.get(reverse("office-draft")).content.decode()
    refused = client.post(
        reverse("office-draft-replay"), {"draft": draft.pk, "seen": 3}, follow=True
    ).content.decode()

    why = "“All” is refused: it has no condition, so it would match everything."
    assert why in page
    assert why in refused
    assert not CommissionReplay.objects.exists()


def test_from_the_draft_to_the_list_in_force(
    draft: CommissionList, client: Client, as_operator: SignedIn
) -> None:
    page = reverse("office-draft")
    client.post(
        reverse("office-draft-replay"), {"draft": draft.pk, "seen": draft.revision}
    )
    waiting = client.get(page, headers={"HX-Request": "true"})
    drain("commission.replay", clock.now())
    done = client.get(page, headers={"HX-Request": "true"})
    client.post(
        reverse("office-draft-ask"),
        {"seen": draft.revision, "note": "Books are cheap.", "to": "ask"},
    )
    alone = client.get(page)
    second = as_operator("finance")
    asked = second.get(page).context["asked_token"]
    answer = second.post(
        reverse("office-draft-publish"), {"draft": draft.pk, "asked": asked}
    )

    assert "being replayed" in waiting.content.decode()
    assert done["HX-Redirect"] == page
    assert "Publish it" not in alone.content.decode()
    assert answer["Location"] == reverse("office-plans")
    assert newest_list().number == 2
    for name, args in (("office-plan-versions", []), ("office-plan-version", [2])):
        assert (
            "Books are cheap." in second.get(reverse(name, args=args)).content.decode()
        )


def asked_by(author: User, draft: CommissionList) -> None:
    """Let the draft be asked for, as if it had been replayed."""
    CommissionList.objects.filter(pk=draft.pk).update(
        state="asked", asked_by=author, asked_at=clock.now(), note="Books are cheap."
    )


def test_a_draft_is_counted_for_those_who_may_publish_it(
    draft: CommissionList, client: Client, marc: User, as_operator: SignedIn
) -> None:
    second, support = as_operator("finance"), as_operator("support")
    home, counted = reverse("office-home"), []

    for _ in range(2):
        seen = [each.get(home).context for each in (client, second, support)]
        counted.append([page["counts"]["drafts"] for page in seen])
        asked_by(marc, draft)

    assert counted == [[0, 0, 0], [0, 1, 0]]
    titles = [str(queue.title) for queue, _tone, _age in seen[1]["queues"]]
    assert "Commission draft" in titles


def test_a_draft_that_everybody_has_written_in_says_what_to_do(
    draft: CommissionList, client: Client, marc: User
) -> None:
    alone = client.get(reverse("office-draft")).text
    draft.editors.add(operator("finance"))

    together = client.get(reverse("office-draft")).text

    assert "Nobody else may publish plans." in alone
    assert "Everybody who may publish plans has had a hand in" in together
    assert "Drop it and begin a new one" in together


def test_dearer_plans_on_short_notice_are_agreed_to_with_the_reason(
    draft: CommissionList, client: Client, bindery: Vendor, as_operator: SignedIn
) -> None:
    OfferFactory.create(partner=bindery.partner, price="10.00")
    [row] = draft.plans.filter(name="Books")
    row.terms.update(bps=2000)
    page, publish = reverse("office-draft"), reverse("office-draft-publish")
    seen = {"draft": draft.pk, "seen": draft.revision}
    client.post(reverse("office-draft-replay"), seen)
    drain("commission.replay", clock.now())
    words = {"seen": draft.revision, "note": "Books are dear.", "to": "ask"}

    refused = client.post(reverse("office-draft-ask"), words)
    why = {"short_notice": "The carrier charges more."}
    client.post(reverse("office-draft-ask"), {**words, **why})
    second = as_operator("finance")
    shown = second.get(page)
    asked = {"draft": draft.pk, "asked": shown.context["asked_token"], **why}
    second.post(publish, asked)
    unticked = newest_list().number
    second.post(publish, {**asked, "agrees": "yes"})

    assert refused.status_code == 422
    assert "or say why it cannot wait" in refused.text
    assert "Told late because" in shown.text
    assert "I agree that sellers who pay more read it 0 days before" in shown.text
    assert (unticked, newest_list().number) == (1, 2)
    version = second.get(reverse("office-plan-version", args=[2])).text
    assert "The carrier charges more." in version


def test_older_words_are_said_to_be_older(
    draft: CommissionList, books: CommissionPlan, client: Client, marc: User
) -> None:
    ask, page = reverse("office-draft-ask"), reverse("office-draft")
    words = {"seen": draft.revision, "note": "Books fall to 8 %.", "to": "keep"}
    client.post(ask, words)
    fresh = client.get(page).text
    move(client, books, "delete")
    draft.refresh_from_db()

    old = client.get(page).text
    client.post(ask, {**words, "seen": draft.revision, "words_fit": "on"})

    said = "These words are older than the last change of the plans."
    assert said not in fresh
    assert said in old
    assert said not in client.get(page).text


def test_a_refused_question_keeps_what_was_typed(
    draft: CommissionList, client: Client
) -> None:
    answer = client.post(
        reverse("office-draft-ask"),
        {"seen": draft.revision, "note": "Books are cheap.", "to": "ask"},
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The draft has changed since: replay it again." in text
    assert "Books are cheap.</textarea>" in text
    assert relative_in(text) == []


def test_the_answer_knows_price_rank_and_day(client: Client, bindery: Vendor) -> None:
    books = CategoryFactory.create(name="Books")
    product = ProductFactory.create(category=books, ean="4006381333931")
    OfferFactory.create(product=product, partner=bindery.partner, price="12.00")
    add_plan(
        plan=PlanInput(name="Books", terms={"": Terms(bps=900)}, categories=[books.pk]),
        actor_id=None,
        now=clock.now(),
    )
    before = (clock.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    question = {"seller": "bindery", "product": "4006381333931"}

    told = client.get(reverse("office-plans"), question).context["answer"]
    earlier = client.get(reverse("office-plans"), {**question, "on": before})
    unknown = client.get(reverse("office-plans"), {**question, "product": "7"})

    assert (told.winner.name, told.product) == ("Books", product)
    assert told.verdicts[0].why == "It names this category (Books)."
    assert [amount.minor for _, amount in told.sums] == [1200, -108, -23, 1069]
    assert earlier.context["answer"].winner.name == "Everything else"
    assert "No product has this number." in unknown.content.decode()


def test_the_plan_for_everything_else_is_changed_without_conditions(
    draft: CommissionList, client: Client
) -> None:
    last = draft.plans.get(is_catch_all=True)
    address = reverse("office-plan", args=[last.key])

    page = client.get(address).content.decode()
    answer = client.post(
        address, {**PLAN, "name": last.name, "percent": "13", "seen": "0"}
    )

    last.refresh_from_db()
    assert 'name="vendors"' not in page
    assert '<input type="hidden" name="is_enabled" value="on"' in page
    assert answer.status_code == 302
    assert last.terms.get(currency="").bps == 1300


def test_without_a_draft_its_pages_lead_to_the_list(client: Client) -> None:
    pages = [
        client.get(reverse("office-draft")),
        client.post(reverse("office-draft-ask"), {"to": "ask"}),
    ]

    assert {page["Location"] for page in pages} == {reverse("office-plans")}


def test_a_plan_that_is_refused_begins_no_draft(client: Client) -> None:
    refused = {**PLAN, "brands": "Nordlys", "least": "5", "most": "4"}

    answer = client.post(reverse("office-plan-new"), refused)

    assert answer.status_code == 422
    assert not CommissionList.objects.filter(is_open=True).exists()


def test_the_first_new_plan_begins_the_draft(client: Client, bindery: Vendor) -> None:
    client.post(reverse("office-plan-new"), {**PLAN, "vendors": bindery.handle})

    draft = CommissionList.objects.get(is_open=True)
    assert [plan.name for plan in draft.plans.order_by("position")] == [
        "Books",
        "Everything else",
    ]
    assert newest_list().plans.count() == 1


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_more_plans_and_offers_ask_no_more_queries(
    draft: CommissionList, client: Client, marc: User, bindery: Vendor
) -> None:
    owner = UserFactory.create()
    Member.objects.create(user=owner, vendor=bindery, role="owner", since=NOW)
    shop = Client()
    shop.force_login(owner)

    def grow(number: int) -> None:
        OfferFactory.create(partner=bindery.partner)
        books = CategoryFactory.create(name=f"Books {number}")
        plan = PlanInput(
            name=f"Books {number}",
            terms={"": Terms(bps=100)},
            categories=[books.pk],
            brands=["Nordlys"],
        )
        add_to_draft(draft_id=draft.pk, plan=plan, actor_id=marc.pk, now=NOW)

    pages = [
        (client, reverse("office-draft") + "?seller=bindery"),
        (client, reverse("office-plans") + "?seller=bindery"),
        (shop, reverse("portal-commission", args=["bindery"])),
    ]
    grow(0)
    before = [queries_of(*page) for page in pages]

    for number in range(1, 5):
        grow(number)

    assert [queries_of(*page) for page in pages] == before


def test_many_products_are_found_at_once(draft: CommissionList, client: Client) -> None:
    eans = [f"95200000000{number}" for number in range(8)]
    for ean in eans:
        ProductFactory.create(ean=ean)

    def queries(numbers: list[str]) -> int:
        wrong = {**PLAN, "percent": "101", "products": "\n".join(numbers)}
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(reverse("office-plan-new"), wrong)
        assert answer.context["form"].cleaned_data["products"]
        return len(asked)

    queries(eans[:1])

    assert queries(eans[:1]) == queries(eans)


def test_a_seller_reads_the_terms_of_each_offer_and_why(bindery: Vendor) -> None:
    owner = UserFactory.create()
    Member.objects.create(user=owner, vendor=bindery, role="owner", since=NOW)
    shop = Client()
    shop.force_login(owner)
    shelf = CategoryFactory.create(name="Books")
    product = ProductFactory.create(category=shelf)
    OfferFactory.create(product=product, partner=bindery.partner, price="12.00")
    add_plan(
        plan=PlanInput(name="Paper", terms={"": Terms(bps=900)}, categories=[shelf.pk]),
        actor_id=None,
        now=clock.now(),
    )

    [row] = shop.get(reverse("portal-commission", args=["bindery"])).context["rows"]

    assert (row.terms, row.plan) == ("9\N{NO-BREAK SPACE}%", "Paper")
    assert row.why == "It names this category (Books)."
    assert (row.price.minor, row.commission.minor) == (1200, 108)
