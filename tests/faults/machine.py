"""What the state machines here share: how they are run, and that they are quiet."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

SHORT = settings(
    max_examples=8,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
PARTS = (1, 2, 3, 4)
"""A long run is shared by so many workers."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of warnings would be kept for nobody."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)
