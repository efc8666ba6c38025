/** The page that shows the REST API's own document, and tries its endpoints. */

/** @returns {string} the token without which Django takes no change from a page */
function csrfToken() {
  const begin = `${document.body.dataset.csrfCookie}=`;
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(begin));
  return found ? found.slice(begin.length) : "";
}

// The bundle of Swagger UI is no module: it leaves a global behind.
const swagger = /** @type {any} */ (globalThis).SwaggerUIBundle;

swagger({
  url: document.body.dataset.schema,
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor(/** @type {{headers: Record<string, string>}} */ request) {
    request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});
