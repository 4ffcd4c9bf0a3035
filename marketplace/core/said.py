"""What the product itself says, kept so that each reader has it in their language."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """English words, as catalogues know them, and the values for their placeholders.

    Write the words with `gettext_noop`, so that translators get them.
    """

    words: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words % self.values if self.values else self.words
