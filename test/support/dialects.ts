import type { Answer } from './client.js';
import type { TestDesk } from './desk.js';
import { callScript } from './php.js';
import { ok, phpForm } from './rpc.js';

/** What one thing looks like in each of the three dialects, always asked by acme's admin. */
export class Dialects {
  constructor(private readonly desk: TestDesk) {}

  private get rest() {
    return this.desk.as(this.desk.acme.admin);
  }

  rpc(name: string, args: Record<string, unknown> = {}) {
    return ok(this.desk, name, args);
  }

  async ticket(id: number) {
    return (await this.rest.get(`/tickets/${id}`)).body.ticket;
  }

  /** What has been said on a ticket, over REST: its opening, if that says anything, and its replies. */
  async said(id: number): Promise<string[]> {
    const opening = (await this.ticket(id)).content.text as string;
    const { replies } = (await this.rest.get(`/tickets/${id}/replies`)).body;
    const texts = (replies as { content: { text: string } }[]).map(({ content }) => content.text);
    return opening === '' ? texts : [opening, ...texts];
  }

  conversation(id: number) {
    return this.rpc('get-conversation', { conversation_id: id });
  }

  async messages(id: number): Promise<string[]> {
    return (await this.conversation(id)).messages.map(({ message }: { message: string }) => message);
  }

  script(script: string, fields: Record<string, unknown>): Promise<Answer> {
    return callScript(this.desk, { script, body: phpForm(fields), by: this.desk.acme.admin });
  }

  async view(id: number, email: string) {
    return (await this.script('ticket_view', { ticket_id: id, user_email: email })).body;
  }

  async entries(id: number, email: string): Promise<string[]> {
    return (await this.view(id, email)).replies.map(({ message }: { message: string }) => message);
  }

  /** The state in the words of each; of the scripts, their text for a ticket that they do not show. */
  async state(id: number, email: string): Promise<[rest: string, rpc: string, php: string]> {
    const { unanswered, archived, spam, trash } = await this.ticket(id);
    const switched = Object.entries({ archived, spam, trash }).flatMap(([name, is]) => (is ? [name] : []));
    const { ticket, error } = await this.view(id, email);
    const { conversation_status_code: code } = (await this.conversation(id)).details;
    const told = switched.length > 0 ? switched.join(' ') : unanswered ? 'unanswered' : 'answered';
    return [told, code, ticket?.status ?? error];
  }
}
