"""Which operators may open which address of the office."""

ROLES = ("moderator", "finance", "support", "administrator")


def _for(*roles: str) -> frozenset[str]:
    return frozenset({*roles, "administrator"})


ALL = frozenset(ROLES)
MODERATION, FINANCE, SUPPORT = _for("moderator"), _for("finance"), _for("support")
# Who reads what was bought, and what became of it.
ORDERS = _for("finance", "support")

OFFICE: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        [
            *("office-home", "office-find", "office-shops", "office-audit"),
            "office-audit-csv",
            *("office-sellers", "office-seller", "office-seller-note"),
        ],
        ALL,
    ),
    **dict.fromkeys(
        [
            *("office-applications", "office-application", "office-applications-bulk"),
            "office-application-file",
            *("office-answers", "office-answer", "office-answer-remove"),
            *("office-products", "office-product", "office-import-approve"),
            *("office-products-bulk", "office-undo"),
            *("office-reviews", "office-review", "office-reviews-bulk"),
            "office-review-again",
            *("office-reports", "office-report", "office-reports-bulk"),
            *("office-categories", "office-category", "office-category-guide"),
            *("office-kinds", "office-kind"),
            *("office-search", "office-search-synonyms", "office-search-corrections"),
            *("office-search-synonym-drop", "office-search-correction-drop"),
            "office-search-ranking",
        ],
        MODERATION,
    ),
    **dict.fromkeys(
        [
            *("office-carriers", "office-carrier", "office-announcements"),
            *("office-announcement", "office-announcement-remove"),
        ],
        _for("support", "moderator"),
    ),
    **dict.fromkeys(
        [
            *("office-problems", "office-problem", "office-problem-photo"),
            "office-problem-say",
            "office-order-revoke",
            *("office-failures", "office-failures-retry", "office-sent-mail"),
            "office-system",
        ],
        SUPPORT,
    ),
    **dict.fromkeys(
        ["office-people", "office-role-give", "office-role-take"],
        _for("administrator"),
    ),
    **dict.fromkeys(
        [
            *("office-orders", "office-order"),
            *("office-disputes", "office-dispute", "office-dispute-picture"),
            *("office-document", "office-seller-documents"),
        ],
        ORDERS,
    ),
    **dict.fromkeys(
        [
            *("office-order-goodwill", "office-order-refund", "office-order-release"),
            *("office-refunds", "office-refund-repay", "office-refund-allocate"),
            *("office-carrier-claims", "office-carrier-claim"),
            *("office-payouts", "office-check", "office-holds"),
            *("office-runs", "office-run", "office-run-csv", "office-red"),
            *("office-adjustments", "office-adjustment-decide"),
            *("office-bank", "office-bank-batch", "office-bank-file"),
            *("office-match", "office-match-order", "office-match-statement"),
            *("office-match-line", "office-match-aside", "office-match-reopen"),
            *("office-commands", "office-command-retry", "office-tax"),
            *("office-command-aside", "office-commands-retry"),
            *("office-points", "office-points-decide"),
            *("office-plans", "office-plan", "office-plan-new", "office-plan-move"),
            *("office-plan-versions", "office-plan-version", "office-replay"),
            *("office-draft", "office-draft-open", "office-draft-replay"),
            *("office-draft-ask", "office-draft-publish", "office-draft-drop"),
            *("office-promotions", "office-promotion", "office-promotion-new"),
            *("office-promotion-change", "office-promotion-stop"),
            *("office-seller-reserve", "office-seller-reserve-end"),
            *("office-seller-statements", "office-seller-statement-csv"),
            *("office-seller-statement-pdf", "office-books", "office-books-file"),
            *("office-figures", "office-figures-csv"),
        ],
        FINANCE,
    ),
}
