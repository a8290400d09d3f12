// A desk reduced to its Postgres: node desk-process.mjs <launcher.js> <options as JSON>
// Prints `log …` lines, then `url …` or `refused <error name>: <message>`. SIGTERM stops it in order; SIGINT it only reports.
// With `leave` among the options nothing of its own keeps it alive once Postgres runs.
import { clearInterval, setInterval } from 'node:timers';
import { pathToFileURL } from 'node:url';

const [launcher, json] = process.argv.slice(2);
const { leave, ...options } = JSON.parse(json);
const { startEmbeddedPostgres } = await import(pathToFileURL(launcher).href);

process.on('SIGINT', () => console.log('interrupted (SIGINT)'));
try {
  const log = (line) => console.log(`log ${line}`);
  const postgres = await startEmbeddedPostgres({ settings: { fsync: 'off' }, ...options, log });
  console.log(`url ${postgres.url}`);
  if (!leave) {
    const alive = setInterval(() => undefined, 60_000);
    process.once('SIGTERM', () => postgres.stop().then(() => clearInterval(alive)));
  }
} catch (error) {
  console.log(`refused ${error.name}: ${error.message}`);
}
