"""``python -m riverplan``."""

from riverplan.cli import main

main()
