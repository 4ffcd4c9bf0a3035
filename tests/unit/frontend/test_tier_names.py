"""Buyers' tiers and sellers' ranks share their names."""

from django.utils import translation

from frontend.templatetags.buying import tier_name
from vendors.ranks import Rank


def test_a_tier_named_as_a_rank_reads_as_the_rank_does():
    with translation.override("fr"):
        assert tier_name("Gold") == str(Rank.GOLD.label) == "Or"


def test_a_tier_with_a_name_of_its_own_keeps_it():
    with translation.override("fr"):
        assert tier_name("Friends") == "Friends"
