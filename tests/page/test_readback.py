"""Browsers that hand out noise in place of what was drawn, and noise that was drawn."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.calls import client_of, error_code, open_scene, text_of
from tests.support.pictures import MOST_CHARACTERS, opened_picture
from tests.support.servers import ServerProcess
from tests.support.waiting import until

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N3")]

JPEG_MODULE = Path(__file__).parents[2] / "static/js/ui/jpeg.js"
# What browsers and their extensions do to the pixels that a page asks for.
READBACKS = """() => {
  window.readbacks = [
    [HTMLCanvasElement.prototype, "toDataURL"],
    [WebGL2RenderingContext.prototype, "readPixels"],
    [CanvasRenderingContext2D.prototype, "getImageData"],
  ].map(([prototype, name]) => [prototype, name, prototype[name]]);
  window.meddle = (name, noise) => {
    for (const [prototype, name, own] of readbacks) prototype[name] = own;
    const [prototype, , own] = readbacks.find((one) => one[1] === name);
    prototype[name] = function (...given) {
      return noise(() => own.apply(this, given), this, given);
    };
  };
}"""
NOISES = {
    "stripes": """meddle("toDataURL", (own, { width, height }, given) => {
      const striped = Object.assign(document.createElement("canvas"), { width, height });
      const context = striped.getContext("2d");
      for (let x = 0; x < width; x++) {
        context.fillStyle = `hsl(${360 * Math.random()} 90% 50%)`;
        context.fillRect(x, 0, 1, height);
      }
      return readbacks[0][2].apply(striped, given);
    })""",
    "white": """meddle("toDataURL", (own, { width, height }, given) => {
      const white = Object.assign(document.createElement("canvas"), { width, height });
      const context = white.getContext("2d");
      context.fillStyle = "white";
      context.fillRect(0, 0, width, height);
      return readbacks[0][2].apply(white, given);
    })""",
    "noise from WebGL": """meddle("readPixels", (own, context, given) => {
      own();
      for (let at = 0; at < given[6].length; at++) given[6][at] = 256 * Math.random();
    })""",
    "nothing from WebGL": """meddle("readPixels", () => {})""",
    "noise from the canvas": """meddle("getImageData", (own) => {
      const image = own();
      for (let at = 0; at < image.data.length; at++) image.data[at] = 256 * Math.random();
      return image;
    })""",
}
# What some browsers do to every picture: nobody sees it.
SLIGHT_NOISE = """meddle("readPixels", (own, context, given) => {
  own();
  for (let at = 0; at < given[6].length; at++) given[6][at] ^= Math.random() < 0.5;
})"""


async def test_noise_is_taken_for_no_picture_and_the_next_browser_is_asked(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        link = f"{shared_server.url}/?sessionId={key}"
        arguments = {"width": 320, "height": 180, "scene": key}
        honest = await (await ScenePage.open(browser, link)).connected()
        other = await (await ScenePage.open(browser, link)).connected()
        await honest.shows(0)
        await other.shows(0)
        await other.page.evaluate(READBACKS)
        await other.page.evaluate(NOISES["stripes"])
        assert not (await client.call_tool("take_screenshot", arguments)).is_error
        # The newest, and first; Playwright tells of frames when it comes to it.
        await until(lambda: sum('"browserRequest"' in frame for frame in other.frames) == 1)
        await honest.close()
        for name, script in NOISES.items():
            await other.page.evaluate(script)
            result = await client.call_tool("take_screenshot", arguments)
            assert error_code(result) == "no_readback", name
            assert "another browser" in text_of(result)
        await other.page.evaluate(SLIGHT_NOISE)
        assert not (await client.call_tool("take_screenshot", arguments)).is_error
        await other.close()


async def test_even_noise_becomes_a_picture_that_fits_into_a_message(browser: Browser) -> None:
    page = await browser.new_page()
    answer = await page.evaluate(
        """async (module) => {
          const jpeg = await import(`data:text/javascript,${module}`);
          const size = { width: 1280, height: 1280 };
          const pixels = new Uint8ClampedArray(4 * size.width * size.height);
          for (let at = 0; at < pixels.length; at++) pixels[at] = 256 * Math.random();
          for (let at = 3; at < pixels.length; at += 4) pixels[at] = 255;
          const encode = jpeg.jpegEncoder(jpeg.upright(pixels, size));
          return { mimeType: "image/jpeg", ...jpeg.fittingJpeg(size, encode) };
        }""",
        quote(JPEG_MODULE.read_text()),
    )
    picture = opened_picture(answer)
    assert 256 <= picture.width == picture.height < 1280
    assert len(answer["data"]) > MOST_CHARACTERS / 2
    await page.close()
