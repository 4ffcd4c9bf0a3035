"""A seller offers a part of the money, and what its buyer presses."""

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.agree_on_problem import propose
from marketplace.shop.order.access import key_of
from payouts.models import RefundRequest
from support.models import Problem, Proposal
from tests.integration.aftersale.steps import FRIDAY
from tests.integration.marks import marks_in

# A report names one of the two loaves.
LOAF = 450


def baker() -> User:
    return User.objects.get(email="baker@example.org")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def offered(problem: Problem, amount: int = 200, text: str = "Keep it?") -> Proposal:
    return propose(
        problem=problem,
        amount_minor=amount,
        text=text,
        actor_id=baker().pk,
        author_name="Bakery",
        now=FRIDAY,
    )


def send_offer(problem: Problem, **typed: str) -> HttpResponse:
    to = reverse("portal-propose", args=["bakery", problem.vendor_order.number])
    form = {"amount": "2.00", "text": "Keep it?", "problem": problem.public_id}
    return signed_in(baker()).post(to, form | typed)


def press(client: Client, proposal: Proposal, what: str = "case-take") -> HttpResponse:
    """Press a button of the page as it is now."""
    problem = proposal.problem
    where = [key_of(problem.vendor_order.order), 1, problem.public_id]
    seen = marks_in(client.get(reverse("case", args=where)).text)
    return client.post(reverse(what, args=[*where, proposal.public_id]), seen)


def told(answer: HttpResponse) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


def given_back() -> list[int]:
    return list(RefundRequest.objects.values_list("cash_minor", flat=True))
