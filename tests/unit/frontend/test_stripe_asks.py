"""What Stripe asks of a seller, in plain words."""

from frontend.portal.stripe_asks import asked_of
from payouts.models import VendorPayoutAccount

BLURRED, TOO_OLD = "The picture is blurred.", "The paper is too old."


def test_each_thing_stands_once_and_what_was_refused_first():
    account = VendorPayoutAccount(
        requirements=[
            {"what": "identity.individual.address.city", "due": "eventually_due"},
            {"what": "identity.attestations", "is_with_stripe": True},
            {"what": "identity.individual.address.line1", "due": "past_due"},
            {"what": "identity.individual.documents.x", "reasons": [BLURRED]},
            {"what": "identity.individual.documents.y", "reasons": [TOO_OLD]},
            {"what": "identity.individual.documents.z", "reasons": [BLURRED]},
            {"what": "moon.phase", "due": "currently_due"},
            # As it was kept before: the name alone.
            "configuration.recipient.default_outbound_destination",
        ]
    )

    found = [(each.words, each.badge, each.reason) for each in asked_of(account)]

    assert found == [
        ("A document that shows who you are", "Not accepted", f"{BLURRED} {TOO_OLD}"),
        ("The address", "Overdue", ""),
        ("moon.phase", "Asked for now", ""),
        ("A bank account of the business", "Asked for now", ""),
        ("Your yes to Stripe’s terms", "Stripe looks at it", ""),
    ]


def test_nothing_is_asked_of_who_has_no_account():
    assert asked_of(None) == []
