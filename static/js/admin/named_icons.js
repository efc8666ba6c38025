/** Lets the names of icons count that Django's two-sided lists draw: a span of no role has none. */

// Django draws them on the same event, and has asked for it before.
addEventListener("load", () => {
  for (const icon of document.querySelectorAll(".search-label-icon[aria-label]"))
    icon.setAttribute("role", "img");
});
