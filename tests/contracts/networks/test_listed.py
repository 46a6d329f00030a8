"""Every network says what it is, has a page for whoever sets it up, is under the contract, and stands in the README."""

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.line import networks as table
from integrations import NETWORKS
from tests.contracts.networks.bench import Offers
from tests.contracts.networks.benches import BENCHES, bench_class

TOP = Path(__file__).parents[3]
README = TOP / "README.md"
MARKED = re.compile(r"(?<=<!-- networks -->\n\n).*?(?=\n\n<!-- /networks -->)", re.DOTALL)
WITHOUT_BENCH: dict[str, str] = {"by_hand": "it calls nobody and nobody calls it"}
"""Networks that no bench can be for, each with the reason."""
MOST_ROWS = 15
"""The fifteenth are colleagues, who write where staff may have their desk too: no other place of the public's."""


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_says_what_it_is_and_is_under_the_contract(name: str) -> None:
    folder = TOP / "integrations" / NETWORKS[name].factory.split(".")[1]

    assert NETWORKS[name].said() is not None, "name its facts in integrations/__init__.py"
    assert len((folder / "README.md").read_text().splitlines()) > 20
    assert name in BENCHES or WITHOUT_BENCH.get(name), "write tests/contracts/networks/NAME.py"


@pytest.mark.parametrize("name", NETWORKS)
def test_what_a_network_says_of_itself_is_as_it_is_built(name: str) -> None:
    row = table.sample(name, NETWORKS[name])

    assert ("polled" in row.facts.arrives) == (row.network.poll_every is not None)
    assert all(row.cells())
    assert row.facts.tested
    if name in BENCHES:
        offers = bench_class(name).offers
        assert ("webhook" in row.facts.arrives) == (Offers.CALLS in offers)
        assert (row.network.abilities.searches is not None) == (Offers.SEARCHES in offers)
        assert row.network.abilities.reads_back == (Offers.READ_BACK in offers)


def test_the_readme_has_the_table_as_the_code_makes_it() -> None:
    made = "\n".join(table.markdown())
    readme = README.read_text()
    if os.environ.get("UPDATE_GOLDEN") == "1":
        README.write_text(MARKED.sub(lambda _: made, readme))
        readme = README.read_text()

    (written,) = MARKED.findall(readme)

    assert written == made, "UPDATE_GOLDEN=1 writes it anew"
    assert len(NETWORKS) <= MOST_ROWS


def test_the_command_prints_a_stanza_for_each_network_that_fits_a_terminal() -> None:
    done = CliRunner().invoke(main, ["networks"])

    titles = [line for line in done.output.splitlines() if line and not line.startswith(" ")]
    assert done.exit_code == 0
    assert len(titles) == len(NETWORKS)


def test_the_command_prints_the_table_of_the_readme() -> None:
    done = CliRunner().invoke(main, ["networks", "--markdown"])

    assert done.output.splitlines() == list(table.markdown())
