"""`make money-story`: so many random operations, the books checked after each story."""

import argparse
import logging
import sys
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
    refused: dict[str, int] = {}
    with scratch_database(), open_stage() as stage:
        for number in range(-(-wanted // length)):
            market, error = tell(stage, seed=seed + number, length=length)
            done += market.done
            bad += error is not None
            for code, many in market.refused.items():
                refused[code] = refused.get(code, 0) + many
            seconds = perf_counter() - began
            say(
                f"seed {seed + number}: {market.done} operations, "
                f"{error or 'the books hold'}; "
                f"{done} in all, {done / seconds:.1f} a second"
            )
    say(f"{done} operations, {bad} stories ended badly")
    say("refused: " + ", ".join(f"{code} {n}" for code, n in sorted(refused.items())))
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
