import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { viewParams, VIEW_PARAMS_SQL } from '../access/view.js';
import { rows } from '../platform/database/database.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { recordAll } from '../platform/events/record.js';
import { prepareContent } from '../platform/html/content.js';
import { SNIPPETS } from './snippet.view.js';

export interface SavedReply {
  name: string;
  text: string;
}

const MOST_REPLIES = 500;
const MOST_LETTERS_OF_NAME = 255;
const MOST_CHARACTERS = 50_000;

const REMOVE = `delete from snippets s where s.company_id = $1 and ${VIEW_PARAMS_SQL} and s.of_settings returning (${SNIPPETS.view})::text as view`;

const ADD = `insert into snippets as s (company_id, name, tags, text, html, html_policy, of_settings)
  select $1, g.name, '', g.text, g.html, g.policy, true from unnest($5::text[], $6::text[], $7::text[], $8::smallint[])
    with ordinality as g (name, text, html, policy, place)
  where ${VIEW_PARAMS_SQL} order by g.place returning (${SNIPPETS.view})::text as view`;

/** The saved answers that came from the settings of the company, which know no single one of them; mapping.md section 8. */
@Injectable()
export class SettingsSnippets {
  /** Puts these in the place of all that came from the settings before, in the open transaction. Throws `Invalid`. */
  async replace(em: EntityManager, actor: Actor, replies: SavedReply[]): Promise<void> {
    replies.forEach(check);
    if (replies.length > MOST_REPLIES) throw Invalid.field('saved-replies', `must be at most ${MOST_REPLIES}`);
    const contents = replies.map(({ text }) => prepareContent({ text }));
    const gone = await rows<{ view: string }>(em, REMOVE, viewParams(actor));
    const made = await rows<{ view: string }>(em, ADD, [
      ...viewParams(actor),
      replies.map(({ name }) => name),
      contents.map(({ text }) => text),
      contents.map(({ html }) => html),
      contents.map(({ htmlPolicy }) => htmlPolicy),
    ]);
    const event = { companyId: actor.companyId, actor: eventActor(actor) };
    await recordAll(em, [
      ...gone.map(({ view }) => ({ ...event, type: 'snippet.deleted' as const, data: { snippet: view } })),
      ...made.map(({ view }) => ({ ...event, type: 'snippet.created' as const, data: { snippet: view } })),
    ]);
  }
}

function check({ name, text }: SavedReply): void {
  if (name === '' || text === '') throw Invalid.field('saved-replies', 'must have names and texts');
  if (name.length > MOST_LETTERS_OF_NAME || text.length > MOST_CHARACTERS)
    throw Invalid.field(
      'saved-replies',
      `must have names of at most ${MOST_LETTERS_OF_NAME} and texts of at most ${MOST_CHARACTERS} characters`,
    );
}
