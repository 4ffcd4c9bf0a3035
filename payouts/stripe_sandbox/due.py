"""What the clock brings: sessions expire, payouts arrive, refunds settle.

Each due task is a row; whoever moves or reads the clock first runs what fell due,
in the order of time and with that time as its moment.
"""

from collections.abc import Callable

from .clock import midnight_after
from .world import Scope, World

Task = Callable[[Scope, str], None]

TASKS: dict[str, Task] = {}


def task(name: str) -> Callable[[Task], Task]:
    """Register what a due row with this name does."""

    def register(function: Task) -> Task:
        TASKS[name] = function
        return function

    return register


def schedule(scope: Scope, *, at: int, name: str, ref: str) -> None:
    """Have the task `name` run on `ref` when the sandbox's clock reaches `at`."""
    scope.store.run(
        "INSERT OR IGNORE INTO due (at, task, ref) VALUES (?, ?, ?)", at, name, ref
    )


def run_due(world: World, *, until: int, is_silent: bool = False) -> int:
    """Run everything that fell due up to `until`, and return how many tasks ran."""
    count = 0
    with world.store.transaction():
        while found := world.store.rows(
            "SELECT seq, at, task, ref FROM due WHERE at <= ?"
            " AND (NOT ? OR task <> 'midnight') ORDER BY at, seq LIMIT 1",
            until,
            is_silent,
        ):
            seq, at, name, ref = found[0]
            world.store.run("DELETE FROM due WHERE seq = ?", seq)
            TASKS[name](Scope(world=world, at=at, is_silent=is_silent), ref)
            count += 1
    return count


def start_midnights(world: World) -> None:
    """Make sure that the next midnight UTC is due."""
    with world.store.transaction():
        if not world.store.rows("SELECT 1 FROM due WHERE task = 'midnight'"):
            now = world.now()
            scope = Scope(world=world, at=now)
            schedule(scope, at=midnight_after(now), name="midnight", ref="")
