"""`python -m procmine` is `procmine`."""

from procmine.cli import main

main()
