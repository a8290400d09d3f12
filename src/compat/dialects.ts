import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Env } from '../config/env.js';
import type { DeskRequest } from '../platform/http/request.js';
import { refuseRpcMethod, rpcDialect } from './rpc/dialect.js';
import { phpDialect, PHP_SCRIPTS, refuseMethod, type PhpScript } from './php/scripts.js';

// Installations live in folders, which nobody here knows: what stands before the script does not count.
const PHP_PATH = /^\/(?:.*\/)?api\/(\w+)\.php$/;

const RPC_PATH = /^\/(?:.*\/)?include\/api\.php$/;

/** Finds the addresses of the older dialects, under whatever path, and gives each request to the rules of its own. */
export function legacyDialects(env: Env): RequestHandler {
  const rpc = rpcDialect(env.RPC_ALWAYS_JSON);
  return (req: Request, _res: Response, next: NextFunction) => {
    const [path = '', query] = req.url.split('?', 2);
    if (RPC_PATH.test(path)) {
      req.url = `/include/api.php${query === undefined ? '' : `?${query}`}`;
      (req as DeskRequest).dialect = rpc;
      refuseRpcMethod(req);
    }
    const name = PHP_PATH.exec(path)?.[1];
    if (name !== undefined && isScript(name)) {
      req.url = `/api/${name}.php${query === undefined ? '' : `?${query}`}`;
      (req as DeskRequest).dialect = phpDialect(name, env.PHP_API_STRICT_STATUS);
      refuseMethod(name, req.method);
    }
    next();
  };
}

function isScript(name: string): name is PhpScript {
  return Object.hasOwn(PHP_SCRIPTS, name);
}
