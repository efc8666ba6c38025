"""What tests of the page have in common: its modules, its states, its sizes."""

UNKNOWN = "00000000-0000-4000-8000-000000000000"

LETTERS = "**/chunks/letters-*.js"
# A patch: a large red text before the bust.
ADDS_A_TEXT = (
    '[{"op":"add","path":"/objects/o5","value":{"name":"text","kind":"text","text":"HHH",'
    '"position":[0,0.35,0.5],"size":[0.9,0.6,0.1],"material":{"color":"#d01010"}}}]'
)

SCENE_MODULE = "**/chunks/scene_page-*.js"

WITHOUT_WEBGL = ("--no-sandbox", "--disable-gpu", "--disable-3d-apis")

SIZES = ((375, 740), (768, 900), (1440, 900), (375, 420))

# Of each text and button of the card: whether the middle and the corners of each of its lines are
# on the screen, with nothing before them.
COVERED = """card => [...card.querySelectorAll("h2, p, a, button")]
  .filter((one) => one.checkVisibility() && one.textContent.trim())
  .filter((one) => {
    one.scrollIntoView({ block: "nearest", behavior: "instant" });
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return [[left + 2, top + 2], [right - 2, bottom - 2], [(left + right) / 2, (top + bottom) / 2]]
      .some(([x, y]) => !card.contains(document.elementFromPoint(x, y)));
  })
  .map((one) => one.textContent.trim())"""
