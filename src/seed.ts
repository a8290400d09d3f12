import 'reflect-metadata';
import { Command } from 'commander';
import { runProgram } from './cli/run-program.js';
import type { SessionOptions } from './cli/session.js';
import { declareOptions, seedOptions, type GivenOptions } from './seed/options.js';

/**
 * `npm run seed -- --tickets N`: demo data, and the load of the benchmarks.
 *
 * The same `--seed` and options fill two empty companies alike, apart from ids and the moment: times are counted back from now, over
 * two years. Everything is as if it had been written through the desk, but for one thing: it leaves no events, so that nobody's
 * webhook or mail hears of a past that never was. A company that has data keeps it and gets more; another
 * seed keeps the new tickets from repeating the old ones.
 */
const program = new Command('seed')
  .usage('--tickets <n> [options], in a checkout: npm run seed -- --tickets <n> [options]')
  .description('Fills a desk with people, tickets, conversations, labels and files. Safe beside a running desk.')
  .option('--verbose', 'log lines on standard error');
declareOptions(program);
program.action(async (given: GivenOptions & SessionOptions) => {
  const [{ withDesk }, { fillDesk }] = await Promise.all([import('./cli/session.js'), import('./seed/run.js')]);
  await withDesk({ verbose: given.verbose }, (desk) => fillDesk(desk, seedOptions(given, desk.env.BOOTSTRAP_COMPANY)));
});

await runProgram(program);
