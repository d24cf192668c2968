"""Builds the judges ahead of the tests, so that no download counts against a test's time: `python -m tests.judges`."""

from tests.judges.build import build

if __name__ == "__main__":
    build()
