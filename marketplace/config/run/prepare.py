"""Bring the database of a copy up to date, and stock it when it is empty."""

import django


def main() -> None:
    """Migrate; load the demo market unless somebody has used the database."""
    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- needs the set-up
    from django.core.management import call_command  # noqa: PLC0415 -- needs the set-up

    call_command("migrate", interactive=False, verbosity=1)
    if not get_user_model().objects.exists():
        call_command("demo_load")


if __name__ == "__main__":
    main()
