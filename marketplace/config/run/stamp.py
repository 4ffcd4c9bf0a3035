"""Remember that a database is up to date, so that the second start need not look."""

import hashlib
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from marketplace.config.embedded.folders import checkout

# Their packages bring migrations of their own.
BRING_MIGRATIONS = ("django", "django-oscar", "django-allauth", "easy-thumbnails")
LEFT_OUT = {".git", ".venv", ".state", "node_modules", "tests"}


def is_prepared(state: Path) -> bool:
    """Tell whether every migration of this checkout has run on this state's database.

    A database of one's own may be changed by others, so that one is always looked at.
    """
    if os.environ.get("DATABASE_URL"):
        return False
    stamp = stamp_path(state)
    return stamp.exists() and stamp.read_text() == fingerprint_of_migrations()


def remember_prepared(state: Path, fingerprint: str) -> None:
    """Note that the migrations of this fingerprint have run.

    It is taken before they run: what somebody adds meanwhile has not.
    """
    stamp_path(state).write_text(fingerprint)


def stamp_path(state: Path) -> Path:
    """Return the file that holds the fingerprint of the migrations that ran."""
    return state / "prepared"


def fingerprint_of_migrations() -> str:
    """Return a hash of all migrations: ours by content, others by their version."""
    digest = hashlib.sha256()
    for name in BRING_MIGRATIONS:
        try:
            digest.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:
            continue
    for path in migration_files(checkout()):
        digest.update(str(path.relative_to(checkout())).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def migration_files(root: Path) -> list[Path]:
    """Return the migrations of the packages in `root`, in a fixed order."""
    packages = [path for path in root.iterdir() if path.is_dir()]
    return sorted(
        file
        for package in packages
        if package.name not in LEFT_OUT
        for file in package.rglob("migrations/**/*.py")
    )
