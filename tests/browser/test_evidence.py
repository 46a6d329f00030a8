"""A bundle of evidence, unpacked, in a browser: no finding of axe, it prints, and hostile words are words."""

import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.clock import MovableClock
from bot.line.asking import Wanted, checked
from bot.line.evidence import taken_out
from bot.mention import Action, Author
from bot.ports import Edited
from bot.store.executor import Database
from tests.bot.council import Bench, house, post
from tests.bot.store.proof.full_life import a_full_life
from tests.browser.access import run
from tests.browser.test_public import HOSTILE
from tests.handlers.office import blank_database

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

INJECTED = "main :is(script, iframe, object, embed, svg, img, b, [onerror], [onload], a[href^='javascript'])"
FORMULA = '=HYPERLINK("https://evil.invalid","press me")'
LOOKS: dict[str, dict[str, Any]] = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at this release's schema."""
    return blank_database(tmp_path_factory.mktemp("blank") / "blank.db")


@pytest.fixture
async def bundle(blank: Path, tmp_path: Path) -> Path:
    """The folder of a bundle in which everything has happened, also to what was meant to do harm."""
    file = Path(shutil.copy(blank, tmp_path / "tolbooth.db"))
    database = Database(f"sqlite:///{file}")
    bench = Bench(database, MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC)), house())
    await a_full_life(bench)
    for number, words in enumerate((*HOSTILE, FORMULA), 1):
        who = Author(f"h{number}", words, words)
        item = post(f"h{number}", words, url="javascript:alert(1)", language='"><b>')
        await bench.arrives(replace(item, author=who))
        await bench.arrives(Edited(f"h{number}", f"{words} again", bench.clock.now()))
        await bench.does(Action.NOTE, ref=f"M-{7 + number}", note=words)
    database.close()
    (tmp_path / "tolbooth.toml").write_text(f'organisation = "Harrowmere <b>"\ndatabase_url = "sqlite:///{file}"\n')
    out, said = tmp_path / "all.zip", list[str]()
    days = {"day": date(2026, 11, 1), "until": date(2027, 1, 31)}
    wanted = checked(Wanted(**days, because=HOSTILE[0], out=out))
    assert await taken_out(tmp_path / "tolbooth.toml", wanted, said.append), said
    with zipfile.ZipFile(out) as packed:
        packed.extractall(tmp_path / "all")
    return tmp_path / "all"


@pytest.mark.parametrize("look", LOOKS)
async def test_a_bundle_can_be_read_by_anybody_and_runs_nothing(browser: "Browser", bundle: Path, look: str) -> None:
    page = await browser.new_page(viewport=LOOKS[look])
    trouble: list[str] = []
    page.on("request", lambda asked: trouble.append(asked.url) if not asked.url.startswith("file://") else None)
    page.on("dialog", lambda dialog: trouble.append(dialog.message))
    try:
        for name in ("index.html", "decisions.html"):
            await page.goto((bundle / name).as_uri())
            found = (await run(page))["violations"]
            text = await page.locator("main").inner_text()

            assert not [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found], name
            assert await page.locator(INJECTED).count() == 0
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            for words in HOSTILE:
                assert " ".join(words.split()) in " ".join(text.split()), (name, words)
            assert (await page.pdf(format="A4")).startswith(b"%PDF")
        assert FORMULA in text
    finally:
        await page.close()
    assert not trouble


async def test_one_finds_the_way_from_the_contents_to_a_mention_and_its_files(browser: "Browser", bundle: Path) -> None:
    page = await browser.new_page()
    try:
        await page.goto((bundle / "index.html").as_uri())
        await page.get_by_role("link", name="M-2", exact=True).click()
        assert page.url.endswith("#M-2")
        article = page.get_by_role("article", name="M-2: Author2 on webchat")
        for words in ("Reply, part 1 of 2: sent", "Approved by", "Angela Ross", "Thursday.", "Thurday."):
            await article.get_by_text(words).first.wait_for()
        await article.get_by_role("link", name="attachments/M-2/post-1.bin").wait_for()
        await page.get_by_role("link", name="The decision log").click()
        await page.get_by_role("heading", name="Decision log").wait_for()
    finally:
        await page.close()
