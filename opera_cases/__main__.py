"""`python -m opera_cases` is the command line."""

from opera_cases.cli import main

main()
