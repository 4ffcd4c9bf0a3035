"""The page about scenarios names everything that a scenario may say."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from marketplace.config.embedded import checkout
from marketplace.scenarios import given, papers, then
from marketplace.scenarios.steps import ACTIONS
from marketplace.scenarios.steps.paying import LineOfBank
from marketplace.scenarios.steps.step import Options

PAGE = (checkout() / "docs" / "algorithms" / "scenarios.md").read_text()
FILES = sorted((checkout() / "tests" / "scenarios").glob("*.toml"))
TABLES = (
    Options,
    given.Given,
    given.PlanGiven,
    given.SellerGiven,
    given.BuyerGiven,
    given.LineGiven,
    given.DiscountGiven,
    given.VoucherGiven,
    given.CampaignGiven,
    given.OrderGiven,
    given.ExchangeGiven,
    then.Then,
    then.Settlement,
    then.Line,
    then.Charge,
    then.Transfer,
    then.Refund,
    then.Dispute,
    then.Payout,
    then.AtStripe,
    then.Points,
    papers.Document,
    papers.Statement,
    papers.StatementLine,
    papers.RefundAsked,
    papers.BankMovement,
    papers.Cost,
    LineOfBank,
)


def words_of(kind: type) -> list[str]:
    return [field.name.removesuffix("_") for field in fields(kind)]


@pytest.mark.parametrize("word", ACTIONS)
def test_every_step_is_documented_with_its_keys(word: str) -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| `{word}` |")]

    assert len(rows) == 1
    assert [key for key in words_of(ACTIONS[word]) if f"`{key}`" not in rows[0]] == []


@pytest.mark.parametrize("kind", TABLES)
def test_every_key_is_documented(kind: type) -> None:
    assert [key for key in words_of(kind) if f"`{key}`" not in PAGE] == []


ROWS = [file for file in FILES if re.match(r"s\d", file.stem)]


@pytest.mark.parametrize("file", ROWS, ids=lambda file: file.stem)
def test_a_file_is_named_after_its_row(file: Path) -> None:
    first = file.read_text().partition("\n")[0]

    assert first.lower().startswith(f'title = "{file.stem[:3]}')


@pytest.mark.parametrize("step", ACTIONS)
def test_every_step_is_played_by_a_file(step: str) -> None:
    assert step in {
        when["do"] for file in FILES for when in tomllib.loads(file.read_text())["when"]
    }
