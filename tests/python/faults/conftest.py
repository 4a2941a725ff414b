"""The company that is struck: made once, put back to yesterday for each test."""

import pytest

import night


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Make the company of a few models."""
    return night.small(tmp_path_factory.mktemp("small"))


@pytest.fixture
def company(small):
    """Give it as it was before the files of today were looked at."""
    return small.as_yesterday()
