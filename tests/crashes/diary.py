"""What people know of what they did, to be compared with what the books say."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Diary:
    """Written by many threads; each entry is one `append` or one key, so it is safe.

    `purchases` maps baskets to what the checkout said it costs. `outcomes` maps orders
    to what the payment page answered. Of refunds, `given` are those that a page has
    confirmed, `refused` those that it has declined, by the token of their request;
    `wished` are those whose page does not tell which it was. `parcels` maps tracking
    numbers to the pieces that went.
    """

    purchases: dict[int, int] = field(default_factory=dict)
    outcomes: dict[int, str] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    wished: list[str] = field(default_factory=list)
    parcels: dict[str, dict[int, int]] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
