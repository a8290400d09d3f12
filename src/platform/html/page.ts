import type { Response } from 'express';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#1d2430;display:grid;place-items:center;min-height:90vh;margin:0}
main{background:#fff;border:1px solid #d9dde3;border-radius:8px;padding:2rem;width:min(22rem,80vw)}
h1{font-size:1.25rem;margin:0 0 1rem}input{box-sizing:border-box;width:100%}
input,button{font:inherit;padding:.5rem .75rem;margin:.25rem 0 1rem;border:1px solid #b5bcc7;border-radius:4px}
button{background:#1d4f91;border-color:#1d4f91;color:#fff;cursor:pointer;margin-bottom:0}.refusal{color:#a3141f}`;

const CONTENT_SECURITY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** A small page for a person, in one language and without scripts. `title` is text, `content` HTML. */
export function pageOf(title: string, content: string, site = 'Polydesk'): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeText(title)} – ${escapeText(site)}</title>
<style>${STYLE}</style></head>
<body><main><h1>${escapeText(title)}</h1>
${content}
</main></body></html>
`;
}

/** Text as it stands in HTML, also in an attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The headers of a page that holds no scripts and nothing but a form of its own, in place of those of the API. */
export function dressPlainPage(res: Response): void {
  res.type('html');
  res.setHeader('Content-Security-Policy', CONTENT_SECURITY);
  res.setHeader('Cache-Control', 'no-store');
}
