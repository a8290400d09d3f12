import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import type { OpenEnv } from './open-database.js';

const RESTART_DELAY_MS = 1_000;

/** Forks WEB_CONCURRENCY processes that share PORT, and a new one for each that dies; answers how to end them all. */
export function startApiProcesses(env: OpenEnv, logger: Logger): () => Promise<void> {
  let isStopping = false;
  const fork = () => cluster.fork({ DATABASE_URL: env.DATABASE_URL, APP_SECRET: env.APP_SECRET, ROLES: 'api' });
  cluster.on('exit', (worker, code, signal) => {
    if (isStopping) return;
    logger.error({ pid: worker.process.pid, code, signal }, 'an API process died; another takes its place');
    setTimeout(() => {
      if (!isStopping) fork();
    }, RESTART_DELAY_MS);
  });
  for (let i = 0; i < env.WEB_CONCURRENCY; i++) fork();
  return async () => {
    isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const ends = workers.map((worker) => once(worker, 'exit'));
    workers.forEach((worker) => worker.process.kill('SIGTERM'));
    await Promise.all(ends);
  };
}
