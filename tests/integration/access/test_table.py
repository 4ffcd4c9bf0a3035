"""Every address x everybody: what they get.

An address that is not in the tables fails the first test: say who may see it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from tests.integration.access.conftest import Browser, World

pytestmark = pytest.mark.usefixtures("plain_refusals")
PEOPLE = (
    *("anonymous", "buyer", "other buyer", "owner", "orders", "catalogue", "finance"),
    *("other seller", "operator"),
)
# Of packages; the last tests look at them by prefix.
OTHERS = (
    "admin:",
    "account_",
    "mfa_",
    "socialaccount_",
    "google_",
    "openid_connect_",
    "None",
    "api:None",
)

MANY = 50
SIGN_IN, ELSEWHERE = "sign in", "elsewhere"
Outcome = int | str
Row = dict[str, Outcome]


def everybody(outcome: Outcome) -> Row:
    return dict.fromkeys(PEOPLE, outcome)


def only(
    *people: str, get: Outcome = 200, others: Outcome = 404, stranger: Outcome = SIGN_IN
) -> Row:
    return {**everybody(others), "anonymous": stranger, **dict.fromkeys(people, get)}


PUBLIC = everybody(200)
PERSONAL = everybody(200) | {"anonymous": SIGN_IN}
BUYER = only("buyer")
OWNER = only("owner")
DESK = only("owner", "orders")
OFFERS = only("owner", "catalogue")
MONEY = only("owner", "finance")
PROMOTIONS = only("owner", "catalogue", "finance")
STAFF = only("owner", "orders", "catalogue", "finance")
OPERATOR = only("operator")
PAGES: dict[str, Row] = {
    **dict.fromkeys(
        [
            *("home", "sellers", "seller", "sitemap", "sitemap-part", "product"),
            "deliver-to",
            *("basket", "search", "suggest", "category", "how-we-rank", "ranking"),
            *("terms", "privacy", "imprint", "protection", "accessibility"),
            *("statement-help", "statement-keys", "statement-program"),
            *("manifest", "service-worker", "offline"),
            *("robots", "health", "styleguide", "sell", "order-guest"),
            *("outbox", "outbox-letter", "api:schema", "api:docs"),
            *("lists", "list-shared", "seen", "alert-new", "alert", "ask"),
        ],
        PUBLIC,
    ),
    **dict.fromkeys(
        [
            *("account", "account-orders", "account-searches", "account-reviews"),
            *("points", "messages", "review-report"),
            *("account-security", "account-second-factor", "account-devices"),
            *("account-alerts", "account-addresses", "account-address-new"),
            "account-data",
        ],
        PERSONAL,
    ),
    **dict.fromkeys(["list-new", "listing-report"], PERSONAL),
    **dict.fromkeys(["list", "list-name", "list-remove", "account-address"], BUYER),
    # First they show once more that it is them.
    "account-erase": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "account-export-file": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "account-keep": PUBLIC,  # by the link in the mail
    # Nothing was typed when a session ended.
    "kept-form": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "search-tell": everybody(ELSEWHERE),  # without words there is nothing to wait for
    "set-language": everybody(ELSEWHERE),  # back to where they were
    **dict.fromkeys(["search-saved", "team-join"], PUBLIC),
    # Of a result of the bindery's.
    "search-why": only(
        *("owner", "orders", "catalogue", "finance", "operator"), stranger=404
    ),
    "sell-apply": everybody(200) | {"anonymous": ELSEWHERE},  # signs up first
    "portal": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},  # to the only shop
    "checkout": everybody(ELSEWHERE),  # the basket is empty
    "outbox-drawn": everybody(404),  # a mail without a picture of itself
    **dict.fromkeys(["checkout-return"], only("buyer", stranger=404)),
    "checkout-cancel": only("buyer", stranger=404),
    **dict.fromkeys(
        [
            *("order", "order-received", "order-cancel", "order-messages"),
            *("case-new", "case", "case-photo", "order-invoice", "order-document"),
            "question",
        ],
        BUYER,
    ),
    "order-review": only("buyer", get=ELSEWHERE),  # it is reviewed already
    **dict.fromkeys(["portal-today", "portal-find"], STAFF),
    "portal-document": only("owner", "orders", "finance"),
    **dict.fromkeys(
        [
            *("portal-orders", "portal-order", "portal-refuse", "portal-photo"),
            *("portal-orders-export", "portal-tracking", "portal-tracking-template"),
            *("portal-answers", "portal-answer"),
            *("portal-give-back", "portal-refund"),
            *("portal-messages", "portal-thread", "portal-notes", "portal-note"),
            "portal-question",
            *("portal-note-report", "portal-reviews"),
            *("portal-review", "portal-review-report"),
        ],
        DESK,
    ),
    **dict.fromkeys(
        ["portal-disputes", "portal-dispute", "portal-dispute-picture"],
        only("owner", "orders", "finance"),
    ),
    **dict.fromkeys(
        ["portal-ship", "portal-slips"], only("owner", "orders", get=ELSEWHERE)
    ),
    **dict.fromkeys(
        [
            *("portal-offers", "portal-offer-new", "portal-offer", "portal-product"),
            *("portal-product-new", "portal-import", "portal-import-template"),
            *("portal-import-job", "portal-import-errors", "portal-import-undo"),
        ],
        OFFERS,
    ),
    **dict.fromkeys(
        [
            *("portal-payouts", "portal-statements", "portal-statement"),
            *("portal-statement-csv", "portal-statement-pdf"),
            *("portal-payments", "portal-documents", "portal-documents-zip"),
        ],
        MONEY,
    ),
    **dict.fromkeys(["portal-promotions", "portal-promotion"], PROMOTIONS),
    **dict.fromkeys(["portal-promotion-new", "portal-promotion-change"], MONEY),
    **dict.fromkeys(
        [
            *("office-promotions", "office-promotion", "office-promotion-new"),
            "office-promotion-change",
        ],
        OPERATOR,
    ),
    "portal-commission": only("owner", "catalogue", "finance"),
    **dict.fromkeys(["portal-payments-back"], only("owner", "finance", get=ELSEWHERE)),
    **dict.fromkeys(
        [
            *("portal-team", "portal-tokens", "portal-onboarding", "portal-settings"),
            *("portal-settings-goods", "portal-settings-texts", "portal-settings-away"),
            *("portal-settings-delivery", "portal-settings-zone-new"),
            *("portal-settings-zone", "portal-settings-rate-new"),
            "portal-settings-rate",
        ],
        OWNER,
    ),
    **dict.fromkeys(
        [
            *("office-home", "office-application", "office-product", "office-review"),
            *("office-problems", "office-reports"),
            *("office-disputes", "office-dispute", "office-dispute-picture"),
            *("office-refunds", "office-order-refund"),
            *("office-problem", "office-problem-photo", "office-payouts"),
            *("office-orders", "office-order"),
            *("office-runs", "office-run-csv"),
            *("office-run", "office-adjustments", "office-bank"),
            *("office-bank-batch", "office-bank-file"),
            *("office-match", "office-check", "office-commands", "office-plans"),
            *("office-plan-new", "office-plan", "office-plan-versions"),
            *("office-plan-version", "office-draft", "office-replay"),
            *("office-categories", "office-tax"),
            *("office-search", "office-search-synonyms", "office-search-corrections"),
            "office-search-ranking",
            *("office-announcements", "office-announcement"),
            *("office-carriers", "office-carrier", "office-sellers", "office-seller"),
            "office-shops",
            *("office-audit", "office-audit-csv", "office-people", "office-failures"),
            *("office-document", "office-seller-documents"),
            *("office-holds", "office-seller-reserve"),
            "office-books",
            "office-points",
            *("office-seller-statements", "office-seller-statement-csv"),
            "office-seller-statement-pdf",
        ],
        OPERATOR,
    ),
    # Without the number that names the French file.
    "office-books-file": only("operator", get=422),
    "office-find": only("operator", get=ELSEWHERE),
    # To the one that has waited longest.
    "office-applications": only("operator", get=ELSEWHERE),
    "office-products": only("operator", get=ELSEWHERE),
    "office-reviews": only("operator", get=ELSEWHERE),
}
# What takes forms alone: a GET is a 405 for all, an empty form does this.
FORMS: dict[str, Row] = {
    "search-opened": everybody(400),  # without the token of a page of results
    "basket-add": everybody(ELSEWHERE),
    "review-helpful": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "list-heart": everybody(ELSEWHERE),
    "office-report": only("operator", get=ELSEWHERE),
    "order-again": only("buyer", get=ELSEWHERE),
    **dict.fromkeys(
        [
            *("list-change", "list-thing"),
            *("account-address-usual", "account-address-remove"),
        ],
        only("buyer", get=ELSEWHERE),
    ),
    "account-language": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "basket-line": everybody(ELSEWHERE),
    "basket-later": everybody(ELSEWHERE),
    "basket-vouchers": everybody(ELSEWHERE),
    "office-promotion-stop": only("operator", get=ELSEWHERE),
    "portal-promotion-stop": only("owner", "finance", get=ELSEWHERE),
    "portal-promotion-answer": only("owner", "finance", get=ELSEWHERE),
    "office-category": only("operator", get=ELSEWHERE),
    "office-search-synonym-drop": only("operator", get=ELSEWHERE),
    "office-search-correction-drop": only("operator", get=ELSEWHERE),
    "account-export": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "account-erase-cancel": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "account-devices-end": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "account-device-end": only("buyer", get=ELSEWHERE),
    "case-withdraw": only("buyer", get=ELSEWHERE),
    "case-disagree": only("buyer", get=ELSEWHERE),
    "portal-offers-bulk": only("owner", "catalogue", get=404),  # without a plan
    **dict.fromkeys(
        ["portal-accept", "portal-answer-remove"],
        only("owner", "orders", get=ELSEWHERE),
    ),
    "office-announcement-remove": only("operator", get=ELSEWHERE),
    "portal-announcement-seen": only(
        "owner", "orders", "catalogue", "finance", get=ELSEWHERE
    ),
    "portal-settings-rate-remove": only("owner", get=ELSEWHERE),
    "portal-settings-zone-remove": only("owner", get=ELSEWHERE),
    "portal-token-revoke": only("owner", get=ELSEWHERE),
    **dict.fromkeys(
        ["portal-team-leave", "portal-team-role", "portal-team-take-back"],
        only("owner", get=ELSEWHERE),
    ),
    "office-import-approve": only("operator", get=ELSEWHERE),
    "office-products-bulk": only("operator", get=ELSEWHERE),
    "office-applications-bulk": only("operator", get=ELSEWHERE),
    "office-reports-bulk": only("operator", get=ELSEWHERE),
    "office-reviews-bulk": only("operator", get=ELSEWHERE),
    "office-commands-retry": only("operator", get=ELSEWHERE),
    "office-role-give": only("operator", get=422),
    "office-role-take": only("operator", get=422),
    "office-failures-retry": only("operator", get=ELSEWHERE),
    "office-seller-note": only("operator", get=422),
    "office-undo": only("operator", get=404),  # without what is taken back
    "office-command-retry": only("operator", get=ELSEWHERE),
    "office-command-aside": only("operator", get=422),
    "office-points-decide": only("operator", get=ELSEWHERE),
    "office-red": only("operator", get=ELSEWHERE),
    "office-adjustment-decide": only("operator", get=ELSEWHERE),
    "office-match-statement": only("operator", get=422),
    "office-match-line": only("operator", get=422),
    "office-match-aside": only("operator", get=422),
    "office-match-reopen": only("operator", get=ELSEWHERE),
    "office-order-goodwill": only("operator", get=422),
    "office-refund-repay": only("operator", get=422),
    "office-refund-allocate": only("operator", get=422),
    "office-order-release": only("operator", get=422),
    "office-order-revoke": only("operator", get=422),
    "office-plan-move": only("operator", get=ELSEWHERE),
    "office-draft-open": only("operator", get=ELSEWHERE),
    "office-draft-replay": only("operator", get=ELSEWHERE),
    "office-draft-ask": only("operator", get=ELSEWHERE),
    "office-draft-publish": only("operator", get=ELSEWHERE),
    "office-draft-drop": only("operator", get=ELSEWHERE),
    "office-seller-reserve-end": only("operator", get=ELSEWHERE),
    **dict.fromkeys(
        [
            *("webhook-platform", "webhook-connect", "webhook-thin", "webhook-clock"),
        ],
        everybody(400),  # nobody signed it
    ),
}
# These ask Stripe: tests/journeys go there.
ONLY_BY_OTHERS = {
    "portal-payments-again": only("owner", "finance"),
    "office-match-order": only("operator"),
}
# By the token that a system shows; "the stock's" may read and write offers alone.
TOKENS = ("the shop's", "another shop's", "the stock's", "nobody's")


def token(*outcomes: Outcome) -> Row:
    return dict(zip(TOKENS, outcomes, strict=True))


API: dict[str, Row] = {
    "api:products": token(200, 200, 200, 401),
    "api:offers": token(200, 200, 200, 401),
    "api:orders": token(200, 200, 403, 401),
    "api:order": token(200, 404, 403, 401),
    "api:ratings": token(200, 200, 403, 401),
    "api:balance": token(200, 200, 403, 401),
    "api:statement-lines": token(200, 200, 403, 401),
    "api:statements": token(200, 200, 403, 401),
    "api:statement-file": token(200, 200, 403, 401),
    "api:documents": token(200, 200, 403, 401),
    "api:document-file": token(200, 404, 403, 401),
}
API_FORMS: dict[str, Row] = {
    "api:order-ship": token(400, 400, 403, 401),
    "api:order-accept": token(200, 404, 403, 401),
    "api:order-refuse": token(400, 400, 403, 401),
}


def routes(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern with the name by which pages link to it."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else ""
            yield from routes(each, space + inner)
        else:
            yield f"{space}{each.name}", each


def names() -> set[str]:
    """Return every name of our own."""
    found = {name for name, _pattern in routes(get_resolver())}
    return {name for name in found if not name.startswith(OTHERS)}


def address(world: World, name: str) -> str:
    kwargs = dict(world.known.get(name, {}))
    if name.startswith("portal-"):
        kwargs["handle"] = "bindery"
    return reverse(name, kwargs=kwargs)


def outcome(answer: HttpResponse) -> Outcome:
    if answer.streaming:
        b"".join(answer.streaming_content)  # the client closes what it has read
    if answer.status_code != 302:
        return answer.status_code
    is_sign_in = answer.headers["Location"].startswith(reverse("account_login"))
    return SIGN_IN if is_sign_in else ELSEWHERE


def differences(found: dict[tuple[str, str], Outcome], table: dict[str, Row]):
    """Return who gets what from where that the table does not say."""
    return {
        f"{name} to {who}": f"{got}, not {table[name][who]}"
        for (name, who), got in found.items()
        if got != table[name][who]
    }


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is written within: the next one finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_address_is_in_a_table():
    tables = {**PAGES, **FORMS, **ONLY_BY_OTHERS, **API, **API_FORMS}

    assert names() == set(tables)


def test_everybody_sees_their_pages_and_no_others(world: World, browser_of: Browser):
    found = {
        (name, person): outcome(browser.get(address(world, name)))
        for person in PEOPLE
        for browser in [browser_of(person)]
        for name in PAGES
    }

    assert differences(found, PAGES) == {}


def test_forms_are_taken_from_those_whose_they_are(world: World, browser_of: Browser):
    shown, found = set(), {}
    for person in PEOPLE:
        browser = browser_of(person)
        for name in FORMS:
            where = address(world, name)
            shown.add(outcome(browser.get(where)))
            with undone():
                found[name, person] = outcome(browser.post(where))

    assert shown == {405}
    assert differences(found, FORMS) == {}


def test_what_pages_show_to_nobody_they_take_from_nobody(
    world: World, browser_of: Browser
):
    tables = {**PAGES, **ONLY_BY_OTHERS}
    found = {
        (name, person): outcome(browser.post(address(world, name)))
        for person in PEOPLE
        for browser in [browser_of(person)]
        for name, row in tables.items()
        if row[person] in {SIGN_IN, 404}
    }

    taken = {who: got for who, got in found.items() if got not in {SIGN_IN, 404, 405}}
    assert taken == {}


def test_systems_do_what_their_token_opens(world: World):
    read, written = {}, {}
    for whose in TOKENS:
        system = APIClient()
        system.credentials(HTTP_AUTHORIZATION=f"Bearer {world.secrets[whose]}")
        for name in API:
            read[name, whose] = outcome(system.get(address(world, name)))
        for name in API_FORMS:
            with undone():
                answer = system.post(address(world, name), {}, format="json")
                written[name, whose] = outcome(answer)

    assert differences(read, API) == {}
    assert differences(written, API_FORMS) == {}


def test_signing_in_opens_nothing_of_the_api(world: World, browser_of: Browser):
    browser = browser_of("owner")

    found = {name: outcome(browser.get(address(world, name))) for name in API}

    assert found == dict.fromkeys(API, 401)


def paths(prefix: str) -> list[str]:
    """Return every address of a package, with something in each place."""
    resolver = get_resolver()
    found = []
    for name, _pattern in routes(resolver):
        if name.startswith(prefix):
            found += _reversed(name)
    return sorted({path for path in found if "jsi18n" not in path})  # words, for all


def _reversed(name: str) -> list[str]:
    space, _colon, bare = name.rpartition(":")
    inner = get_resolver()
    prefix = ""
    for part in filter(None, space.split(":")):
        more, inner = inner.namespace_dict[part]
        prefix += more
    ways = inner.reverse_dict.getlist(bare)
    return [
        f"/{prefix}{path % dict.fromkeys(places, '1')}"
        for candidates, _, _, _ in ways
        for path, places in candidates
    ]


def test_only_staff_come_into_the_admin(world: World, browser_of: Browser):
    rooms = paths("admin:")

    found = {
        (path, person): outcome(browser.get(path))
        for person in ("anonymous", "buyer", "owner")
        for browser in [browser_of(person)]
        for path in rooms
    }

    opened = {who: got for who, got in found.items() if got == 200}
    assert len(rooms) > MANY
    assert opened == {}
