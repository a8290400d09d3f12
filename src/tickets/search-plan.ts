import type { Database } from '../platform/database/database.js';
import { SqlParams } from '../platform/database/sql-params.js';
import type { Term } from './search-query.js';
import { isWordTerm, wordQuerySql, type WordTerm } from './search-terms.js';

/** From about here on, fetching every message of a word costs more than asking ticket by ticket until the page is full. */
const FREQUENT_MESSAGES = 20_000;

/**
 * Which words of a search are frequent. Rare ones are fetched from the index of words; a frequent one is asked of each ticket in the order
 * of the list, since its first page is near. Postgres' own statistics of the words tell which is which, without touching a row.
 */
export async function frequentTerms(db: Database, companyId: number, terms: Term[] = []): Promise<ReadonlySet<Term>> {
  const judged = await Promise.all(
    terms
      .filter(isWordTerm)
      .map(async (term) => ({ term, isFrequent: term.isNegated || (await estimate(db, companyId, term)) > FREQUENT_MESSAGES })),
  );
  return new Set(judged.filter(({ isFrequent }) => isFrequent).map(({ term }) => term));
}

async function estimate(db: Database, companyId: number, term: WordTerm): Promise<number> {
  const params = new SqlParams();
  const company = params.add(companyId);
  const sql = `explain (format json) select from search_texts where company_id = ${company} and words @@ ${wordQuerySql(term, params)}`;
  const [answer] = await db.query<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>(sql, params.values);
  return answer?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}
