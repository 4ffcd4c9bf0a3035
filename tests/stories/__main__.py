"""`make money-story`: so many random operations, the books checked after each story."""

import argparse
import gc
import logging
import sys
from collections import Counter
from random import Random
from time import perf_counter

# Django is set up by this import, before its models are.
# isort: off
from tests.benchmarks.scratch import scratch_database
# isort: on

from marketplace.scenarios.playing import Stage, open_stage
from tests.stories.market import Market
from tests.stories.operations import OPERATIONS, perform

_NAMES = list(OPERATIONS)
_WEIGHTS = [operation.weight for operation in OPERATIONS.values()]


def main(wanted: int, *, seed: int, length: int) -> int:
    """Tell stories until enough has happened; return how many ended badly."""
    logging.disable(logging.CRITICAL)
    began, done, bad = perf_counter(), 0, 0
    told: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    with scratch_database(), open_stage() as stage:
        # What is loaded by now stays: no need to look through it again and again.
        gc.freeze()
        for number in range(-(-wanted // length)):
            market, error = tell(stage, seed=seed + number, length=length)
            done += market.done
            bad += error is not None
            told += market.told
            refused += market.refused
            seconds = perf_counter() - began
            say(
                f"seed {seed + number}: {market.done} operations, "
                f"{error or 'the books hold'}; "
                f"{done} in all, {done / seconds:.1f} a second"
            )
    say(f"{done} operations, {bad} stories ended badly")
    say(f"told: {counted(told)}")
    say(f"refused: {counted(refused)}")
    return bad


def tell(stage: Stage, *, seed: int, length: int) -> tuple[Market, Exception | None]:
    """Tell one story; return its market and what went wrong."""
    dice = Random(seed)
    market = Market(stage)
    try:
        while market.done < length:
            name = dice.choices(_NAMES, _WEIGHTS)[0]
            ranges = OPERATIONS[name].ranges
            perform(
                market,
                name,
                {key: dice.randint(*bounds) for key, bounds in ranges.items()},
            )
        market.end()
    except Exception as error:
        logging.disable(logging.NOTSET)
        logging.getLogger(__name__).exception("seed %s", seed)
        logging.disable(logging.CRITICAL)
        return market, error
    return market, None


def counted(counts: Counter[str]) -> str:
    """Return names with how often each was, the most frequent first."""
    return ", ".join(f"{name} {many}" for name, many in counts.most_common())


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("operations", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--length", type=int, default=500)
    given = parser.parse_args()
    sys.exit(min(1, main(given.operations, seed=given.seed, length=given.length)))
