import type { Actor } from '../access/actor.js';
import { escapeText, pageOf } from '../platform/html/page.js';

const SITE = 'Polydesk queues';

/** Asks for a token, and says why the last one was not taken. */
export function signInPage(refusal?: string): string {
  const reason = refusal === undefined ? '' : `<p class="refusal" role="alert">${escapeText(refusal)}</p>`;
  return pageOf(
    'Sign in',
    `${reason}<p>The queues are for admins of the company that runs this desk.</p>
<form method="post" action="/queues/session">
<label>API token <input type="password" name="auth_token" autocomplete="off" required autofocus></label>
<button>Sign in</button>
</form>`,
    SITE,
  );
}

/** Says who is signed in, and lets him out. */
export function sessionPage({ email, userId }: Actor, endsAt: Date): string {
  return pageOf(
    'Your session',
    `<p>You are signed in as <b>${escapeText(email ?? `user ${userId}`)}</b> until ${endsAt.toISOString().slice(11, 16)} UTC.</p>
<form method="post" action="/queues/session/end"><button>Sign out</button></form>
<p><a href="/queues">To the queues</a></p>`,
    SITE,
  );
}
