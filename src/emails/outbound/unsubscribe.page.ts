import { pageOf } from '../../platform/html/page.js';
import type { EndableKind } from './mail-kinds.js';

const TOLD_OF: Record<EndableKind, string> = {
  assignment: 'tickets that are given to you',
  team_assignment: 'tickets that are given to a team of yours',
  customer_reply: 'answers of customers on your tickets',
  mention: 'comments that call you',
  automation: 'news and offers',
};

/** Asks before anything is changed: programs that look at links in mails open this page too. */
export function askPage(kind: EndableKind): string {
  return pageOf(
    'No more mails?',
    `<p>The desk tells you by mail of ${TOLD_OF[kind]}.</p>
<form method="post"><button>Stop these mails</button></form>`,
  );
}

export function endedPage(kind: EndableKind): string {
  return pageOf('No more mails', `<p>You are no longer told by mail of ${TOLD_OF[kind]}.</p>`);
}
