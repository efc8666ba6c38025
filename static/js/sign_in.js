/** The page that asks to sign in: a join code in the address does it, too. */

import { takeJoinCode, useJoinCode } from "./net/join_code.js";
import { elementById } from "./ui/elements.js";

const code = takeJoinCode(location, history);
if (code !== null) {
  const form = elementById("sign-in-form", HTMLFormElement);
  const fields = new FormData(form);
  const csrfToken = String(fields.get("csrfmiddlewaretoken"));
  const { join = "", home = "" } = form.dataset;
  if (await useJoinCode(code, csrfToken, fetch.bind(window), join)) {
    // Back to where the link leads; the server has put it there, and a path of ours it must be.
    const next = new URL(String(fields.get("next") || home), location.href);
    location.replace(next.origin === location.origin ? next.href : home);
  } else {
    elementById("join-used", HTMLElement).hidden = false;
  }
}
