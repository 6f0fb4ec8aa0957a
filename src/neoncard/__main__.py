"""The `neoncard` command."""

import os
import sys


def main() -> None:
    """Hand the arguments to Django until the command's own subcommands stand."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "neoncard.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
