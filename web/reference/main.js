// The reference page at /docs: Scalar displays /openapi.json. Everything that would lead to another host is off; the page's
// Content-Security-Policy blocks it too.
import { createApiReference } from "./standalone.esm.js";

const document = await (await fetch("/openapi.json")).json();

createApiReference("#reference", {
  content: forTrying(document),
  // Requests go to this deployment, with the session of whoever is signed in.
  baseServerURL: location.origin,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  telemetry: false,
  defaultOpenAllTags: true,
  documentDownloadType: "none",
  withDefaultFonts: false,
  customCss: `:root {
    --scalar-font: system-ui, sans-serif;
    --scalar-font-code: ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  }`,
});

/** The document, so that a request that is tried without further input has no key and no filter. */
function forTrying(document) {
  for (const part of [document, ...Object.values(document.paths).flatMap(Object.values)]) {
    // Scalar sends an empty key unless no key is a choice, and a key that is not accepted counts more than the session.
    part.security?.unshift({});
    // Scalar sends every example of a parameter; these filters together match no one.
    part.parameters?.forEach(({ schema }) => delete schema.examples);
  }
  return document;
}
