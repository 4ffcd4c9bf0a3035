"""Every address x everybody: what they get."""

PEOPLE = (
    *("anonymous", "buyer", "other buyer", "owner", "orders", "catalogue", "finance"),
    *("other seller", "operator"),
)
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
            "rules",
            *("statement-help", "statement-keys", "statement-program"),
            *("manifest", "service-worker", "offline"),
            *("robots", "health", "styleguide", "sell", "order-guest"),
            *("outbox", "outbox-letter", "api:schema", "api-reference"),
            *("lists", "list-shared", "seen", "alert-new", "alert", "ask"),
            "product-ask",
        ],
        PUBLIC,
    ),
    **dict.fromkeys(
        [
            *("account", "account-orders", "account-searches", "account-reviews"),
            *("points", "messages", "review-report", "question-report"),
            "answer-report",
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
    "api:docs": everybody(ELSEWHERE),  # to its place in the frame of the shop
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
            "order-file",
            *("case-new", "case", "case-photo", "order-invoice", "order-document"),
            "question",
        ],
        BUYER,
    ),
    # Somebody reported a problem with this order: operators read what was said.
    "message-file": only("buyer", "owner", "orders", "operator"),
    "order-review": only("buyer", get=ELSEWHERE),  # it is reviewed already
    **dict.fromkeys(["portal-today", "portal-find"], STAFF),
    "portal-document": only("owner", "orders", "finance"),
    **dict.fromkeys(
        [
            *("portal-orders", "portal-order", "portal-refuse", "portal-photo"),
            *("portal-orders-export", "portal-tracking", "portal-tracking-template"),
            *("portal-answers", "portal-answer"),
            *("portal-give-back", "portal-refund", "portal-propose"),
            *("portal-messages", "portal-thread", "portal-notes", "portal-note"),
            "portal-question",
            *("portal-note-report", "portal-reviews"),
            *("portal-review", "portal-review-report"),
            *("portal-asked", "portal-asked-answer", "portal-asked-report"),
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
            *("portal-product-new", "portal-choices"),
            *("portal-import", "portal-import-template"),
            *("portal-import-job", "portal-import-errors", "portal-import-undo"),
        ],
        OFFERS,
    ),
    **dict.fromkeys(
        [
            *("portal-payouts", "portal-statements", "portal-statement"),
            *("portal-statement-csv", "portal-statement-pdf"),
            *("portal-payments", "portal-documents", "portal-documents-zip"),
            *("portal-settings-tax", "portal-settings-tax-csv"),
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
            "portal-application-file",
            *("portal-webhooks", "portal-webhook"),
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
            *("office-problems", "office-reports", "office-application-file"),
            *("office-disputes", "office-dispute", "office-dispute-picture"),
            *("office-refunds", "office-order-refund"),
            *("office-carrier-claims", "office-carrier-claim"),
            *("office-problem", "office-problem-photo", "office-payouts"),
            *("office-orders", "office-order"),
            *("office-runs", "office-run-csv"),
            *("office-run", "office-adjustments", "office-bank"),
            *("office-bank-batch", "office-bank-file"),
            *("office-match", "office-check", "office-commands", "office-plans"),
            *("office-plan-new", "office-plan", "office-plan-versions"),
            *("office-plan-version", "office-draft", "office-replay"),
            *("office-categories", "office-tax", "office-kinds", "office-kind"),
            *("office-search", "office-search-synonyms", "office-search-corrections"),
            "office-search-ranking",
            *("office-announcements", "office-announcement"),
            *("office-answers", "office-answer"),
            *("office-carriers", "office-carrier", "office-sellers", "office-seller"),
            "office-shops",
            *("office-audit", "office-audit-csv", "office-people", "office-failures"),
            *("office-sent-mail", "office-system"),
            *("office-document", "office-seller-documents"),
            *("office-holds", "office-seller-reserve"),
            *("office-books", "office-figures", "office-figures-csv"),
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
    **dict.fromkeys(
        ["office-category", "office-category-guide"], only("operator", get=ELSEWHERE)
    ),
    "office-search-synonym-drop": only("operator", get=ELSEWHERE),
    "office-search-correction-drop": only("operator", get=ELSEWHERE),
    "account-export": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "account-erase-cancel": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "account-devices-end": everybody(ELSEWHERE) | {"anonymous": SIGN_IN},
    "account-device-end": only("buyer", get=ELSEWHERE),
    "case-withdraw": only("buyer", get=ELSEWHERE),
    **dict.fromkeys(
        ["case-disagree", "case-take", "case-decline"], only("buyer", get=ELSEWHERE)
    ),
    "portal-offers-bulk": only("owner", "catalogue", get=404),  # without a plan
    **dict.fromkeys(
        [
            *("portal-accept", "portal-answer-remove", "portal-propose-back"),
            "portal-points",
        ],
        only("owner", "orders", get=ELSEWHERE),
    ),
    "office-announcement-remove": only("operator", get=ELSEWHERE),
    "office-answer-remove": only("operator", get=ELSEWHERE),
    "portal-announcement-seen": only(
        "owner", "orders", "catalogue", "finance", get=ELSEWHERE
    ),
    "portal-settings-rate-remove": only("owner", get=ELSEWHERE),
    "portal-settings-zone-remove": only("owner", get=ELSEWHERE),
    **dict.fromkeys(
        [
            *("portal-token-revoke", "portal-webhook-switch", "portal-webhook-test"),
            *("portal-webhook-secret", "portal-webhook-remove", "portal-webhook-again"),
        ],
        only("owner", get=ELSEWHERE),
    ),
    "demo-webhook": everybody(400),  # nobody signed it
    **dict.fromkeys(
        ["portal-team-leave", "portal-team-role", "portal-team-take-back"],
        only("owner", get=ELSEWHERE),
    ),
    "office-import-approve": only("operator", get=ELSEWHERE),
    "office-products-bulk": only("operator", get=ELSEWHERE),
    "office-applications-bulk": only("operator", get=ELSEWHERE),
    "office-reports-bulk": only("operator", get=ELSEWHERE),
    "office-reviews-bulk": only("operator", get=ELSEWHERE),
    "office-review-again": only("operator", get=ELSEWHERE),
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
    **dict.fromkeys(
        ["office-order-goodwill", "office-problem-say"], only("operator", get=422)
    ),
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
