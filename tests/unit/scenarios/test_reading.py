"""A scenario that is not understood is refused, with its place and what was meant."""

from pathlib import Path
from time import monotonic

import pytest

from marketplace.scenarios.places import ScenarioRefusedError
from marketplace.scenarios.scenario import load

GOOD = """\
title = "A sale"

[given]
orders = [{ lines = [{ price = 10000 }] }]

[[when]]
do = "pay"

[[when]]
do = "refund"
amount = 2500

[then]
transactions = 3

[then.ledger]
stripe_balance = 7325
"""


def refusal_of(text: str, folder: Path) -> str:
    file = folder / "sale.toml"
    file.write_text(text)
    with pytest.raises(ScenarioRefusedError) as refused:
        load(file)
    return str(refused.value).replace(f"{folder}/", "")


def test_a_good_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "sale.toml"
    file.write_text(GOOD)

    scenario = load(file)

    assert scenario.title == "A sale"
    assert [step.words for step in scenario.steps] == ["pay", "refund, amount 2500"]
    assert scenario.then.transactions == 3


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "amount = 2500",
            "amout = 2500",
            'sale.toml:11: when[2].amout: "refund" has no "amout"; '
            'did you mean "amount"?',
        ),
        (
            'do = "refund"',
            'do = "refnd"',
            'sale.toml:10: when[2].do: "refnd" is not known; did you mean "refund"?',
        ),
        (
            "stripe_balance",
            "stripe_balanse",
            "sale.toml:17: then.ledger.stripe_balanse: there is no account "
            '"stripe_balanse"; did you mean "stripe_balance"?',
        ),
        (
            "amount = 2500",
            "amount = 25.00",
            "sale.toml:11: when[2].amount: a whole number is expected (amounts are "
            "minor units: 12.50 EUR is 1250), not 25.00.",
        ),
        (
            "transactions",
            "transaktions",
            'sale.toml:14: then.transaktions: "transaktions" is not known; '
            'did you mean "transactions"?',
        ),
        (
            "price = 10000",
            "prise = 10000",
            'sale.toml:4: given.orders[1].lines[1].prise: "prise" is not known; '
            'did you mean "price"?',
        ),
        (
            "[given]",
            "[givn]",
            'sale.toml:3: givn: "givn" is not known; did you mean "given"?',
        ),
        ('title = "A sale"', "", 'sale.toml: "title" is missing.'),
        (
            'title = "A sale"',
            "title = 12",
            "sale.toml:1: title: a title in quotation marks is expected.",
        ),
        (
            "orders = [{ lines = [{ price = 10000 }] }]",
            "orders = []",
            "sale.toml:4: given.orders: a scenario needs at least one order.",
        ),
        (
            "amount = 2500",
            "times = 0",
            "sale.toml:11: when[2].times: a step happens at least once.",
        ),
        (
            "amount = 2500",
            'accepted = 1\nrefused = "x"',
            'sale.toml:11: when[2].accepted: either "accepted" or "refused", not both.',
        ),
        (
            "orders = [{ lines = [{ price = 10000 }] }]",
            "orders = [{ lines = [{ price = 10000 }] }]\n"
            "settings = { MAX_HOLD_DAY = 1 }",
            "sale.toml:5: given.settings.MAX_HOLD_DAY: there is no setting "
            '"MAX_HOLD_DAY"; did you mean "MAX_HOLD_DAYS"?',
        ),
        (
            "orders = [{ lines = [{ price = 10000 }] }]",
            "orders = [{ lines = [{ price = 10000 }] }]\n"
            'plans = [{ name = "All", percent = 12.345 }]',
            "sale.toml:5: given.plans[1].percent: a percentage has two decimals at "
            "most, as 12.55.",
        ),
    ],
)
def test_a_mistake_is_shown_with_its_line_and_the_nearest_word(
    before: str, after: str, told: str, tmp_path: Path
) -> None:
    assert before in GOOD

    assert refusal_of(GOOD.replace(before, after, 1), tmp_path) == told


ORDERS = "orders = [{ lines = [{ price = 10000 }] }]"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "transactions = 3",
            "commands = { transfers = 0 }",
            'then.commands.transfers: there is no command "transfers"; '
            'did you mean "transfer"?',
        ),
        (
            "transactions = 3",
            "mails = { long_holds = 0 }",
            'then.mails.long_holds: there is no mail "long_holds"; '
            'did you mean "long_hold"?',
        ),
        (
            "transactions = 3",
            'settlements = [{ state = "transfered" }]',
            'then.settlements[1].state: there is no state "transfered"; '
            'did you mean "transferred"?',
        ),
        (
            "transactions = 3",
            'documents = [{ kind = "invoise" }]',
            'then.documents[1].kind: "invoise" is not known; did you mean "invoice"?',
        ),
        (
            "stripe_balance = 7325",
            "vendor_payable.seler = 8800",
            'then.ledger.vendor_payable.seler: there is no seller "seler"; '
            'did you mean "seller"?',
        ),
        (
            "amount = 2500",
            'order = "ordr"',
            'when[2].order: there is no order "ordr"; did you mean "order"?',
        ),
        (
            ORDERS,
            'sellers = [{ name = "A" }, { name = "B" }]\n' + ORDERS,
            "given.orders[1].lines[1]: whose is it? Add seller; "
            "one of these is allowed: A, B.",
        ),
        (
            ORDERS,
            'vouchers = [{ code = "SPRING", amount = 100 }]\n'
            'orders = [{ lines = [{ price = 10000 }], vouchers = ["SPRONG"] }]',
            'given.orders[1].vouchers[1]: there is no voucher "SPRONG"; '
            'did you mean "SPRING"?',
        ),
        (
            ORDERS,
            'vouchers = [{ code = "SPRING", amount = 100, percent = 5 }]\n' + ORDERS,
            "given.vouchers[1]: it gives either a percent, or an amount, or "
            "free_delivery.",
        ),
        (
            ORDERS,
            'campaigns = [{ name = "Spring", percent = 5, platform_percent = 50 }]\n'
            + ORDERS,
            "given.campaigns[1].platform_percent: the rest is paid by the sellers who "
            "agreed: name them under sellers.",
        ),
        (
            ORDERS,
            "orders = [{ lines = [{ price = 1 }], discounts = [{ platform = 1 }], "
            "basket = true }]",
            "given.orders[1].discounts: in a basket vouchers and campaigns give the "
            "discounts: write them under [given].",
        ),
        (
            'do = "refund"\namount = 2500',
            'do = "approve adjustment"\nby = "third"',
            'when[2].by: "third" is not known; one of these is allowed: first, second.',
        ),
    ],
)
def test_a_name_that_is_nobodys_is_refused_rather_than_expect_nothing(
    before: str, after: str, told: str, tmp_path: Path
) -> None:
    assert before in GOOD

    assert refusal_of(GOOD.replace(before, after, 1), tmp_path).endswith(told)


def test_a_scenario_that_expects_nothing_is_refused(tmp_path: Path) -> None:
    text = GOOD.partition("[then]")[0]

    told = refusal_of(text, tmp_path)

    assert told == (
        "sale.toml: it expects nothing: write what must follow under [then]."
    )


def test_what_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    told = refusal_of(GOOD.replace("[given]", "[given"), tmp_path)

    assert told.startswith("sale.toml: not TOML: ")
    assert "line 3" in told


@pytest.mark.parametrize(
    ("price", "told"),
    [
        ("[" * 5_000, "lists or tables are nested too deep"),
        ("{a=" * 3_000, "lists or tables are nested too deep"),
        ("9" * 5_000, "a number or a date in it is too long"),
        ("1e" + "9" * 30, "a number or a date in it is too long"),
    ],
    ids=["lists", "tables", "digits", "exponent"],
)
def test_what_no_reader_of_toml_reads_is_refused(
    price: str, told: str, tmp_path: Path
) -> None:
    text = GOOD.replace("amount = 2500", f"amount = {price}")

    assert told in refusal_of(text, tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("2500", "99999999999999999999", "11: when[2].amount: this is too much"),
        ("2500", "-9223372036854775809", "11: when[2].amount: this is too much"),
        ("2500", "0x" + "f" * 9_000, "11: when[2].amount: this is too much"),
        ("7325", "1000000000000", "17: then.ledger.stripe_balance: this is too much"),
        (
            "price = 10000",
            "price = 900000000000, quantity = 2",
            "4: given.orders[1].lines: this is too much",
        ),
        (
            "price = 10000",
            "price = 1, quantity = 3000000000",
            "4: given.orders[1].lines[1].quantity: 2147483647 pieces are the most",
        ),
        (
            "amount = 2500",
            "times = 1001",
            "11: when[2].times: a step happens 1000 times",
        ),
        (
            'do = "refund"\namount = 2500',
            'do = "clock"\ndays = 36501',
            "11: when[2].days: 36500 days are the most that pass at once",
        ),
        (
            "[given]",
            "[given]\nsellers = [{ name = 'a', reserve = 1e999999 }]",
            "4: given.sellers[1].reserve: this is too much",
        ),
        (
            "[given]",
            "[given]\nsellers = [{ name = 'a', reserve = nan }]",
            "4: given.sellers[1].reserve: a number is expected, not nan or inf",
        ),
        (
            "[given]",
            '[given]\nsellers = [{ name = "a\\u0000" }]',
            "4: given.sellers[1].name: it has a NUL character",
        ),
        ("price = 10000", "price = 0x" + "f" * 9_000, "this is too much"),
        ('"A sale"', "0x" + "f" * 9_000, "1: title: a title in quotation marks"),
        (
            "[given]",
            "[given]\ncurrency = 0x" + "f" * 9_000,
            "are expected, not a number as large as this.",
        ),
        (
            "price = 10000",
            "price = 20000000000 }], currency = 'JPY' }, { lines = [{ price = 1",
            "4: given.orders[1].lines: this is too much",
        ),
    ],
    ids=lambda value: value[:30],
)
def test_what_nothing_can_hold_is_refused_with_its_line(
    before: str, after: str, place: str, tmp_path: Path
) -> None:
    told = refusal_of(GOOD.replace(before, after), tmp_path)

    assert place in told


def test_thousands_of_mistakes_are_refused_at_once_with_the_first_of_them(
    tmp_path: Path,
) -> None:
    began = monotonic()

    unknown = refusal_of("".join(f"key{n} = 1\n" for n in range(9_000)), tmp_path)
    names = ", ".join(f'{{ name = "bakery {n} of Ghent" }}' for n in range(600))
    lines = ", ".join(f'{{ price = 1, seller = "bakery {n}" }}' for n in range(600))
    nobodys = refusal_of(
        GOOD.replace("[given]", f"[given]\nsellers = [{names}]").replace(
            "{ price = 10000 }", lines
        ),
        tmp_path,
    )

    for told in (unknown.splitlines(), nobodys.splitlines()):
        assert len(told) == 51
        assert told[-1] == "There are more mistakes: mend these first."
    assert unknown.startswith('sale.toml:1: key0: "key0" is not known; ')
    assert monotonic() - began < 20


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(ScenarioRefusedError, match=r"zero: a scenario has up to 1 MB"):
        load(Path("/dev/zero"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioRefusedError, match=r"toml: there is no such file\.$"):
        load(tmp_path / "none.toml")


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace('title = "A sale"', 'titel = "A sale"')
        .replace("price = 10000", 'prise = 10000, seller = "anna"')
        .replace("amount = 2500", "amout = 2500\norder = 7")
        .replace("transactions = 3", "transaktions = 3")
        .replace("stripe_balance = 7325", "stripe_balanse = 7325\nbanc = 0")
    )

    told = refusal_of(text, tmp_path).splitlines()

    assert [each.split(": ")[:2] for each in told] == [
        ["sale.toml:1", "titel"],
        ["sale.toml:11", "when[2].amout"],
        ["sale.toml:12", "when[2].order"],
        ["sale.toml:15", "then.transaktions"],
        ["sale.toml:18", "then.ledger.stripe_balanse"],
        ["sale.toml:19", "then.ledger.banc"],
        ["sale.toml:4", "given.orders[1].lines[1].prise"],
    ]


def test_all_names_of_nobody_are_told_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("price = 10000", 'price = 10000, seller = "anna"')
        .replace("amount = 2500", 'amount = 2500\norder = "two"')
        .replace(
            "transactions = 3", 'mails = { welcom = 1 }\norders = { two = "paid" }'
        )
    )

    told = refusal_of(text, tmp_path).splitlines()

    assert [each.split(": ")[1] for each in told] == [
        "given.orders[1].lines[1].seller",
        "when[2].order",
        "then.orders.two",
        "then.mails.welcom",
    ]
