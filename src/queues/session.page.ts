import type { Actor } from '../access/actor.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#1d2430;display:grid;place-items:center;min-height:90vh;margin:0}
main{background:#fff;border:1px solid #d9dde3;border-radius:8px;padding:2rem;width:min(22rem,80vw)}
h1{font-size:1.25rem;margin:0 0 1rem}input{box-sizing:border-box;width:100%}
input,button{font:inherit;padding:.5rem .75rem;margin:.25rem 0 1rem;border:1px solid #b5bcc7;border-radius:4px}
button{background:#1d4f91;border-color:#1d4f91;color:#fff;cursor:pointer;margin-bottom:0}.refusal{color:#a3141f}`;

/** Asks for a token, and says why the last one was not taken. */
export function signInPage(refusal?: string): string {
  const reason = refusal === undefined ? '' : `<p class="refusal" role="alert">${escape(refusal)}</p>`;
  return page(
    'Sign in',
    `${reason}<p>The queues are for admins of the company that runs this desk.</p>
<form method="post" action="/queues/session">
<label>API token <input type="password" name="auth_token" autocomplete="off" required autofocus></label>
<button>Sign in</button>
</form>`,
  );
}

/** Says who is signed in, and lets him out. */
export function sessionPage({ email, userId }: Actor, endsAt: Date): string {
  return page(
    'Your session',
    `<p>You are signed in as <b>${escape(email ?? `user ${userId}`)}</b> until ${endsAt.toISOString().slice(11, 16)} UTC.</p>
<form method="post" action="/queues/session/end"><button>Sign out</button></form>
<p><a href="/queues">To the queues</a></p>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – Polydesk queues</title>
<style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${content}
</main></body></html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
