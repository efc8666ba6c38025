"""How soon a person sees something, on a slow line with a slow processor."""

import os
from statistics import median

from playwright.async_api import Browser, Page, async_playwright

from bench.lean import MODERN, LeanClient
from bench.measuring import report
from sessions_app.simulation.servers import OwnServer
from tests.support import chromium
from tests.support.traffic import Traffic

# A slow mobile network: 1.6 Mbit/s down, 0.75 up, 150 ms there and back.
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
SLOWER_PROCESSOR = 4
VISITS = 5
WAIT_MS = 60_000
# When the placeholder was painted, and when the scene was drawn, in milliseconds since the visit
# began.
WATCH = """() => {
  window.seen = {};
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries())
      if (name === "first-contentful-paint") seen.poster ??= startTime;
  }).observe({ type: "paint", buffered: true });
  new MutationObserver(() => {
    if (document.documentElement?.dataset.revision) seen.scene ??= performance.now();
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["data-revision"] });
}"""


async def page(server: OwnServer, port: int) -> None:
    """A scene's first visit, in a browser that has nothing of ours; and its second."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))  # a browser has them all
    client = await LeanClient.open(port, MODERN)
    url = f"{server.origin}/?sessionId={await client.open_scene()}"
    client.close()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        first, second = [], []
        for _ in range(VISITS):
            tab = await _slow_tab(browser)
            first.append(await _visit(tab, url))
            second.append(await _visit(tab, url))
            await tab.context.close()
        await browser.close()
    for which, visits in (("first", first), ("second", second)):
        figures = {name: round(median(visit[name] for visit in visits)) for name in visits[0]}
        report("page", visit=which, **figures)


async def _slow_tab(browser: Browser) -> Page:
    tab = await (await browser.new_context()).new_page()
    session = await tab.context.new_cdp_session(tab)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_LINE)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    await tab.add_init_script(f"({WATCH})()")
    return tab


async def _visit(tab: Page, url: str) -> dict[str, float]:
    traffic = await Traffic.of(tab)
    await tab.goto(url, wait_until="commit")
    await tab.wait_for_selector("html[data-revision]", state="attached", timeout=WAIT_MS)
    seen = await tab.evaluate("seen")
    return {
        "requests": len(traffic.over_the_wire),
        "bytes": traffic.bytes,
        "poster_ms": seen.get("poster", seen["scene"]),  # the scene was there as soon
        "scene_ms": seen["scene"],
    }
