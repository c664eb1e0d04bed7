"""`python -m cli`: the same as the command `dondoc`."""

from cli.app import main

main()
