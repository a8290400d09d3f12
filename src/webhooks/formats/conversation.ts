import { splitName } from '../../users/addresses.js';
import { listIn, objectIn, textIn, type Shown } from './shown.js';

/** A ticket and what is said on it as Support Board's family tells of them (rpc-conventions.md section 4, mapping.md). */

/** `2012-01-18T15:17:33Z` as `2012-01-18 15:17:33`. */
const timeOf = (shown: Shown, key: string) => textIn(shown, key).slice(0, 19).replace('T', ' ');

/** mapping.md section 2. A chat that waits for nobody is told by its last message, which is all that the view of a ticket says of it. */
export function statusCodeOf(ticket: object): string {
  const { trash, spam, archived, unanswered } = objectIn(ticket);
  if (trash === true || spam === true) return '4';
  if (archived === true) return '3';
  return unanswered === true ? '2' : '1';
}

/** mapping.md section 3: by mail, else made over an API. */
export function sourceCodeOf(ticket: Shown): string {
  return 'email' in objectIn(ticket, 'source') ? 'em' : 'tk';
}

// mapping.md section 4. Among staff only bots have no address.
function userTypeOf({ role, email }: Shown): string {
  const hasEmail = typeof email === 'string' && email !== '';
  if (role === 'admin') return 'admin';
  if (role === 'agent' || role === 'collaborator') return hasEmail ? 'agent' : 'bot';
  return hasEmail ? 'user' : 'visitor';
}

// The long view of a person says how he is called in two fields; the short one has them joined.
function namesOf(person: Shown): { first_name: string; last_name: string } {
  const short = splitName(textIn(person, 'name'));
  const first_name = textIn(person, 'first_name') || short.first;
  const last_name = textIn(person, 'last_name') || (person['first_name'] === undefined ? short.last : '');
  return first_name === '' && last_name === ''
    ? { first_name: 'User', last_name: `#${textIn(person, 'id')}` }
    : { first_name, last_name };
}

export function presentPerson(person: Shown) {
  const profile_image = textIn(objectIn(person, 'picture'), 'thumb128');
  return { ...namesOf(person), profile_image, user_type: userTypeOf(person) };
}

export function fullNameOf(person: Shown): string {
  const { first_name, last_name } = namesOf(person);
  return `${first_name} ${last_name}`.trim();
}

export function presentConversation(ticket: Shown) {
  const requester = objectIn(ticket, 'requester');
  const subject = textIn(ticket, 'subject');
  return {
    user_id: textIn(requester, 'id'),
    ...presentPerson(requester),
    id: textIn(ticket, 'id'),
    // How REST shows that there is none.
    title: subject === 'No Subject' ? '' : subject,
    conversation_time: timeOf(ticket, 'created_at'),
    conversation_status_code: statusCodeOf(ticket),
    department: textIn(objectIn(ticket, 'current_team_assignee', 'team'), 'id'),
    agent_id: textIn(objectIn(ticket, 'current_user_assignee', 'user'), 'id'),
  };
}

/** What somebody has said, whether it opened the ticket or answers it. */
export interface Said {
  id: string;
  author: Shown;
  message: string;
  createdAt: string;
  /** JSON text of pairs of name and address; empty when there are none. */
  attachments: string;
}

export function openingOf(ticket: Shown, messageId: string): Said {
  return saidIn(ticket, messageId, objectIn(ticket, 'requester'));
}

export function replyOf(reply: Shown): Said {
  return saidIn(reply, textIn(reply, 'id'), objectIn(reply, 'replier'));
}

function saidIn(shown: Shown, id: string, author: Shown): Said {
  const content = objectIn(shown, 'content');
  const files = listIn(content, 'attachments').map((file) => [
    textIn(file, 'filename'),
    textIn(objectIn(file, 'url'), 'original'),
  ]);
  const attachments = files.length > 0 ? JSON.stringify(files) : '';
  return { id, author, message: textIn(content, 'text'), createdAt: timeOf(shown, 'created_at'), attachments };
}

export function presentMessage({ id, author, message, createdAt, attachments }: Said, ticket: Shown) {
  return {
    id,
    user_id: textIn(author, 'id'),
    message,
    creation_time: createdAt,
    attachments,
    status_code: '0',
    conversation_id: textIn(ticket, 'id'),
    ...presentPerson(author),
    full_name: fullNameOf(author),
  };
}
