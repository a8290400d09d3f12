import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { record } from '../platform/events/record.js';
import { prepareContent } from '../platform/html/content.js';
import type { JsonText } from '../platform/http/json-text.js';
import { SNIPPETS } from './snippet.view.js';

export interface SnippetFilter extends Page {
  tag?: string;
  /** Part of the name, the tags or the text. */
  q?: string;
}

/** What may be set on a snippet; what is undefined stays. A text alone makes the html anew, and the other way round. */
export interface SnippetChange {
  name?: string;
  /** Comma separated; null takes all away. */
  tags?: string | null;
  text?: string;
  html?: string;
}

export interface NewSnippet extends SnippetChange {
  name: string;
}

const OF_FILTER = `($5::text is null or lower($5) = any (string_to_array(lower(s.tags), ', ')))
  and ($6::text is null or strpos(lower(concat_ws(e'\\n', s.name, s.tags, s.text)), lower($6)) > 0)`;

/** Saved answers, for all agents of the company. */
@Injectable()
export class Snippets {
  constructor(private readonly db: Database) {}

  /** One page, oldest first. */
  async list(actor: Actor, { tag, q, ...page }: SnippetFilter): Promise<JsonText> {
    const values = [tag?.trim() ?? null, q ?? null];
    return listPage(this.db, actor, SNIPPETS, 'snippets', page, { where: OF_FILTER, values });
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, SNIPPETS, id);
  }

  /** Throws `Invalid` without text and html. */
  async create(actor: Actor, { name, tags, ...content }: NewSnippet): Promise<string> {
    const { text, html, htmlPolicy } = prepareContent(content);
    return this.db.tx(async (em) => {
      const sql = `insert into snippets (company_id, name, tags, text, html, html_policy) values ($1, $2, $3, $4, $5, $6) returning id`;
      const values = [actor.companyId, name, joined(tags ?? ''), text, html, htmlPolicy];
      const { id } = only(await rows<{ id: number }>(em, sql, values));
      const snippet = await presentOne(em, actor, SNIPPETS, id);
      await record(em, { companyId: actor.companyId, type: 'snippet.created', actor: eventActor(actor), data: { snippet } });
      return snippet;
    });
  }

  /** Changes what is given. Throws `NotFound`. */
  async update(actor: Actor, id: number, { name, tags, ...content }: SnippetChange): Promise<string> {
    const isRewritten = content.text !== undefined || content.html !== undefined;
    const { text, html, htmlPolicy } = isRewritten ? prepareContent(content) : {};
    return this.db.tx(async (em) => {
      const sql = `update snippets set name = coalesce($3, name), tags = coalesce($4, tags), text = coalesce($5, text),
        html = coalesce($6, html), html_policy = coalesce($7, html_policy), updated_at = now() where company_id = $1 and id = $2`;
      const newTags = tags === undefined ? null : joined(tags ?? '');
      await rows(em, sql, [actor.companyId, id, name ?? null, newTags, text ?? null, html ?? null, htmlPolicy ?? null]);
      const snippet = await presentOne(em, actor, SNIPPETS, id);
      await record(em, { companyId: actor.companyId, type: 'snippet.updated', actor: eventActor(actor), data: { snippet } });
      return snippet;
    });
  }

  /** Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const snippet = await removeOne(em, actor, SNIPPETS, id);
      await record(em, { companyId: actor.companyId, type: 'snippet.deleted', actor: eventActor(actor), data: { snippet } });
    });
  }
}

// Each tag once and in one form of separation, so that a list can be filtered by it.
function joined(tags: string): string {
  const words = tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return [...new Map(words.map((tag) => [tag.toLowerCase(), tag])).values()].join(', ');
}
